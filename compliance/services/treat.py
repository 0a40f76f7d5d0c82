"""The course of treatment: it begins, pauses, goes on, stops."""

from datetime import datetime
from uuid import UUID

from compliance.models import TreatmentChange, User
from compliance.services.record_evidence import record


def change_treatment(
    patient_id: UUID, *, by: User | None, program: str, change: str, reason: str = "", at: datetime | None = None
) -> TreatmentChange:
    """`change` is started, stopped, held or resumed; a reason goes with the last two. A stop's `at` is the last dose.

    Stopping begins the duties of the weeks that follow; an interruption ends no duty.
    """
    return record(TreatmentChange(patient_id=patient_id, program=program, change=change, reason=reason), by=by, at=at)
