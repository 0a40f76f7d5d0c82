"""What was wrong is put right by a new row that names the old one and says why. Nothing is edited."""

from datetime import datetime

from compliance.models import PregnancyTest, TestCorrection, TestVoiding, User
from compliance.services.record_evidence import record


def correct_test(
    test: PregnancyTest,
    *,
    by: User | None,
    reason: str,
    result: str | None = None,
    collected_at: datetime | None = None,
    sensitivity: float | None = None,
    setting: str | None = None,
    home_allowed: bool | None = None,
    at: datetime | None = None,
) -> TestCorrection:
    """The values given here count from now on; what is left out was right. At least one must be given.

    Raises `ValueError` where nothing was, or where the contract would refuse it.
    """
    row = TestCorrection(
        patient_id=test.patient_id,
        test=test,
        reason=reason,
        result=result,
        collected_at=collected_at,
        sensitivity=sensitivity,
        setting=setting,
        home_allowed=home_allowed,
    )
    return record(row, by=by, at=at)


def void_test(test: PregnancyTest, *, by: User | None, reason: str, at: datetime | None = None) -> TestVoiding:
    """The result never counts again: wrong patient, spoiled sample."""
    return record(TestVoiding(patient_id=test.patient_id, test=test, reason=reason), by=by, at=at)
