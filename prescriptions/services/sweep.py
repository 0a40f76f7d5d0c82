"""The sweep: whatever a lost message left behind is found here. It works with no broker and no worker.

A held prescription is asked again when the ledger of its patient or its prescriber moved past what the last answer
saw, when the moment has come at which that answer can change, and in any case every hour. One lock a job: two sweeps
never do the same work, and the second one goes home.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import Exists, F, OuterRef, Q

from compliance import clock
from compliance.models import Chain
from compliance.services.jobs import Budget, Count, each, only_one, patient_with_rows
from prescriptions.models import Decision, Hold
from prescriptions.services import notices
from prescriptions.services.release import release_if_ready

log = structlog.get_logger(__name__)

AT_LEAST_EVERY = timedelta(hours=1)
MAX_FAILURES = 5
"""After so many failures in a row only the hourly look asks a row again."""
BATCH = 500


def try_release(prescription_id: UUID) -> Decision | None:
    """Ask for one held prescription, unless it has failed too often lately. Safe to run twice, late or never.

    The try is counted before it is made and in a transaction of its own: what kills its process is counted too.
    Raises whatever asking raised.
    """
    counted = Hold.objects.filter(askable(clock.now()), pk=prescription_id).update(
        attempts=F("attempts") + 1, asked_at=clock.now()
    )
    return release_if_ready(prescription_id) if counted else None


def askable(at: datetime) -> Q:
    """Holds that have not failed too often; those that have, an hour after their last try."""
    return Q(attempts__lt=MAX_FAILURES) | Q(asked_at__lte=at - AT_LEAST_EVERY)


def due(at: datetime) -> Iterator[UUID]:
    """Held prescriptions whose answer may differ from the last one, those that waited longest first."""
    moved_patient = Chain.objects.filter(pk=OuterRef("prescription__patient_id"), length__gt=OuterRef("patient_seq"))
    moved_prescriber = Chain.objects.filter(
        pk=OuterRef("prescription__prescriber_id"), length__gt=OuterRef("prescriber_seq")
    )
    may_differ = (
        Exists(moved_patient)
        | Exists(moved_prescriber)
        | Q(next_change_at__lte=at)
        | Q(asked_at__lte=at - AT_LEAST_EVERY)
    )
    rows = Hold.objects.filter(askable(at)).filter(may_differ).order_by("asked_at")
    yield from rows.values_list("pk", flat=True)[:BATCH]


def sweep_held(*, budget: Budget) -> Count | None:
    """Ask again every held prescription that is due. None where another sweep is at it."""
    with only_one("held") as mine:
        if not mine:
            return None
        with patient_with_rows():
            return each(list(due(clock.now())), try_release, name="held", budget=budget)


def sweep_notices(*, budget: Budget) -> Count | None:
    """Mail what pharmacies have not been told yet. None where another sweep is at it."""
    with only_one("notices") as mine:
        if not mine:
            return None
        return each(list(notices.unsent(clock.now())), notices.send, name="notices", budget=budget)
