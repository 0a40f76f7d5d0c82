"""What prescribers and patients state goes on record: one act, one transaction, one ledger entry.

`at` is when it happened, aware, on a whole second, not after this moment; left out, it is now. Every function raises
`ValueError` where the contract would refuse the fact, and `NoSuchChain` for an unknown patient.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from compliance.models import (
    AbnormalMenses,
    Agreement,
    ContraceptionAttestation,
    Counselling,
    MensesPattern,
    PatientFact,
    PregnancyExclusion,
    PregnancyReport,
    PregnancyTest,
    PrescriptionForm,
    Survey,
    User,
)
from compliance.services.enrol import check_category
from compliance.services.session import patient_session

Fact = TypeVar("Fact", bound=PatientFact)


def record(row: Fact, *, by: User | None, at: datetime | None = None) -> Fact:
    """Write one fact about a patient under that patient's lock."""
    with patient_session(row.patient_id, by=by) as session:
        session.record(row, at=at)
    return row


def sign_agreement(
    patient_id: UUID, *, by: User | None, program: str, category: str, at: datetime | None = None
) -> Agreement:
    """The patient agreement for a category. Raises `UnknownCategory`."""
    check_category(program, category)
    return record(Agreement(patient_id=patient_id, program=program, category=category), by=by, at=at)


def record_counselling(
    patient_id: UUID, *, by: User | None, program: str, prescription_id: UUID | None = None, at: datetime | None = None
) -> Counselling:
    """The prescriber counselled the patient, for a prescription if one is named."""
    row = Counselling(patient_id=patient_id, program=program, prescription_id=prescription_id)
    return record(row, by=by, at=at)


def attest_contraception(
    patient_id: UUID, *, by: User | None, methods: Sequence[str], since_on: date, at: datetime | None = None
) -> ContraceptionAttestation:
    """Which methods are in force from `since_on` (a date in the program's zone, may lie ahead)."""
    row = ContraceptionAttestation(patient_id=patient_id, methods=list(methods), since_on=since_on)
    return record(row, by=by, at=at)


def record_test(
    patient_id: UUID,
    *,
    by: User | None,
    collected_at: datetime,
    result: str,
    sensitivity: float,
    setting: str,
    home_allowed: bool = False,
    at: datetime | None = None,
) -> PregnancyTest:
    """A pregnancy test's result. `sensitivity` in mIU/mL; `collected_at` not after `at`, when the result was known."""
    row = PregnancyTest(
        patient_id=patient_id,
        collected_at=collected_at,
        result=result,
        sensitivity=sensitivity,
        setting=setting,
        home_allowed=home_allowed,
    )
    return record(row, by=by, at=at)


def record_survey(
    patient_id: UUID,
    *,
    by: User | None,
    program: str,
    answered_by: str,
    prescription_id: UUID | None = None,
    at: datetime | None = None,
) -> Survey:
    """A completed survey, the patient's own or the prescriber's for one prescription."""
    row = Survey(patient_id=patient_id, program=program, by=answered_by, prescription_id=prescription_id)
    return record(row, by=by, at=at)


def sign_prescription_form(
    patient_id: UUID, *, by: User | None, program: str, form: str, prescription_id: UUID, at: datetime | None = None
) -> PrescriptionForm:
    """A form the program asks for each prescription."""
    row = PrescriptionForm(patient_id=patient_id, program=program, form=form, prescription_id=prescription_id)
    return record(row, by=by, at=at)


def record_menses_pattern(
    patient_id: UUID, *, by: User | None, pattern: str, at: datetime | None = None
) -> MensesPattern:
    """How regular the cycle is."""
    return record(MensesPattern(patient_id=patient_id, pattern=pattern), by=by, at=at)


def report_abnormal_menses(patient_id: UUID, *, by: User | None, at: datetime | None = None) -> AbnormalMenses:
    """A missed or unusual period, or unexpected bleeding: an evaluation opens."""
    return record(AbnormalMenses(patient_id=patient_id), by=by, at=at)


def report_pregnancy(patient_id: UUID, *, by: User | None, who: str, at: datetime | None = None) -> PregnancyReport:
    """A pregnancy, known or suspected; the patient's own voids every number at once."""
    return record(PregnancyReport(patient_id=patient_id, who=who), by=by, at=at)


def exclude_pregnancy(patient_id: UUID, *, by: User | None, at: datetime | None = None) -> PregnancyExclusion:
    """The prescriber documents that the patient is not pregnant."""
    return record(PregnancyExclusion(patient_id=patient_id), by=by, at=at)
