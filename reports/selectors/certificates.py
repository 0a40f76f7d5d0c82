"""Who is certified by a program at this moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from compliance.models import Pharmacy, PharmacyCertificate, Prescriber, PrescriberCertificate
from prescriptions.models import Authorization, Hold
from reports.period import Period


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody a program may certify. `certified` None: it never has."""

    kind: str
    id: UUID
    name: str
    place: str
    certified: bool | None
    since: datetime | None


def prescribers(period: Period) -> list[Holder]:
    """Every prescriber, by name, with the program's latest word. One query."""
    words = _latest(PrescriberCertificate.objects.filter(prescriber=OuterRef("pk")), period)
    rows = Prescriber.objects.values_list("pk", "user__name", "practice__name", words["certified"], words["since"])
    return [Holder("prescriber", *row) for row in rows.order_by("user__name", "pk")]


def pharmacies(period: Period) -> list[Holder]:
    """Every dispensing site, by name, likewise. One query."""
    words = _latest(PharmacyCertificate.objects.filter(pharmacy=OuterRef("pk")), period)
    rows = Pharmacy.objects.values_list("pk", "name", "zone", words["certified"], words["since"])
    return [Holder("pharmacy", *row) for row in rows.order_by("name", "pk")]


def holder_of(period: Period, holder_id: UUID) -> Holder | None:
    """One of them; None where the key is nobody's."""
    everybody = [*prescribers(period), *pharmacies(period)]
    return next((holder for holder in everybody if holder.id == holder_id), None)


def prescriber_called(holder: Holder) -> Prescriber:
    """The row behind a prescriber of the list."""
    return Prescriber.objects.get(pk=holder.id)


def pharmacy_called(holder: Holder) -> Pharmacy:
    """The row behind a site of the list."""
    return Pharmacy.objects.get(pk=holder.id)


def waiting_on(holder: Holder, period: Period) -> dict[str, int]:
    """What a change would touch: held prescriptions, and numbers that are open at this moment."""
    live = Q(expires_at__isnull=True) | Q(expires_at__gt=period.now)
    code = period.program.code
    numbers = Authorization.objects.filter(live, voided_at=None, lapsed_at=None, prescription__program=code)
    if holder.kind == "pharmacy":
        held_there = numbers.filter(confirmations__pharmacy=holder.id, confirmations__reversed_at=None)
        return {"held": 0, "open": held_there.distinct().count()}
    held = Hold.objects.filter(prescription__prescriber=holder.id, prescription__program=code)
    return {"held": held.count(), "open": numbers.filter(prescription__prescriber=holder.id).count()}


def _latest(certificates: QuerySet[Any], period: Period) -> dict[str, Subquery]:
    """Of several the one with the greatest `at` counts; ties: the later entry of the chain."""
    latest = certificates.filter(program=period.program.code).order_by("-at", "-entry__seq")
    return {
        "certified": Subquery(latest.values("certified")[:1]),
        "since": Subquery(latest.values("at")[:1]),
    }
