"""Numbers that were issued, and what came of them: used, expired unused, voided, confirmed, dispensed, given back."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value

from prescriptions.models import Authorization, Confirmation, Dispense, Reversal
from reports.period import Period

KEPT_SUPPLY = Exists(Dispense.objects.filter(authorization=OuterRef("pk"), reversed_at=None))
NOT_VOID_BY_THEN = Q(voided_at__isnull=True) | Q(voided_at__gte=F("expires_at"))


def issued(period: Period) -> Q:
    return Q(**period.within("issued_at"))


def expired_unused(period: Period) -> Q:
    """Its end came in the period, before this moment, while it was neither void nor dispensed."""
    return NOT_VOID_BY_THEN & Q(expires_at__lte=period.now, supplied=False, **period.within("expires_at"))


def voided(period: Period) -> Q:
    """Voided in the period, whatever had become of it: a fact voids also what was dispensed before."""
    return Q(**period.within("voided_at"))


def authorizations(period: Period, which: Q) -> QuerySet[Any, Any]:
    """`which` of the program's authorizations, by when they were issued. Never with their numbers."""
    return (
        _authorizations(period)
        .filter(which)
        .order_by("issued_at", "pk")
        .values(
            "issued_at",
            "expires_at",
            "voided_at",
            "supplied",
            "decision",
            patient_code=F("prescription__patient__code"),
            voided_kind=F("voided_by__kind"),
        )
    )


def confirmations(period: Period) -> QuerySet[Confirmation, Any]:
    """New confirmations; a pharmacy that asks again for its own gets no new one."""
    return (
        Confirmation.objects.filter(
            authorization__prescription__program=period.program.code, **period.within("confirmed_at")
        )
        .order_by("confirmed_at", "pk")
        .values(
            "confirmed_at",
            "expires_at",
            "reversed_at",
            "decision",
            site=F("pharmacy__name"),
            patient_code=F("authorization__prescription__patient__code"),
        )
    )


def dispenses(period: Period) -> QuerySet[Dispense, Any]:
    """Supplies that left a pharmacy, also those that were given back later."""
    return (
        Dispense.objects.filter(
            authorization__prescription__program=period.program.code, **period.within("dispensed_at")
        )
        .order_by("dispensed_at", "pk")
        .values(
            "dispensed_at",
            "method",
            "covers_to",
            "reversed_at",
            "decision",
            site=F("confirmation__pharmacy__name"),
            patient_code=F("authorization__prescription__patient__code"),
        )
    )


def reversals(period: Period) -> QuerySet[Reversal, Any]:
    """Confirmations given back, with or without a supply under them."""
    return (
        Reversal.objects.filter(
            confirmation__authorization__prescription__program=period.program.code, **period.within("reversed_at")
        )
        .order_by("reversed_at", "pk")
        .values(
            "reversed_at",
            "reason",
            "decision",
            site=F("confirmation__pharmacy__name"),
            patient_code=F("confirmation__authorization__prescription__patient__code"),
        )
    )


def tallies(period: Period) -> dict[str, int]:
    """How many of each, in two queries."""
    found = _authorizations(period).aggregate(
        released=Count("pk", filter=issued(period)),
        expired=Count("pk", filter=expired_unused(period)),
        voided=Count("pk", filter=voided(period)),
    )
    acts = _counted("confirmed", confirmations(period)).union(
        _counted("dispensed", dispenses(period)), _counted("reversed", reversals(period)), all=True
    )
    return found | {"confirmed": 0, "dispensed": 0, "reversed": 0} | dict(acts)


def _counted(name: str, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """A row with the name and how many there are; no row where there is none."""
    counted: QuerySet[Any, Any] = rows.order_by().values(which=Value(name)).annotate(number=Count("pk"))
    return counted.values_list("which", "number")


def _authorizations(period: Period) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = Authorization.objects.annotate(supplied=KEPT_SUPPLY)
    return rows.filter(prescription__program=period.program.code)
