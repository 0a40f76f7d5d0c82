"""What happened to one patient: the facts of docs/contract.md section 2, and the outcomes of allowed tries (section 3).

Every instant (`…_at`) is an aware datetime of whole seconds, in any zone; every date is read in the program's zone.
`at` is when the thing happened; `recorded_at` is when the system learnt it, never before `at`.
Ids are text. Events stand in a sequence, in the order in which the system learnt them.
"""

from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime
from typing import Literal, cast

Result = Literal["negative", "positive", "indeterminate"]
Setting = Literal["lab", "clinic", "home"]
Method = Literal["handover", "ship"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `recorded_at` defaults to `at`."""

    at: datetime
    _: KW_ONLY
    recorded_at: datetime = field(default=cast("datetime", None))  # filled in below: no reader ever sees None

    def __post_init__(self) -> None:
        if self.recorded_at is None:
            object.__setattr__(self, "recorded_at", self.at)


@dataclass(frozen=True, slots=True)
class PrescriberCertified(Event):
    _: KW_ONLY
    prescriber: str


@dataclass(frozen=True, slots=True)
class PrescriberDecertified(Event):
    _: KW_ONLY
    prescriber: str


@dataclass(frozen=True, slots=True)
class PharmacyCertified(Event):
    """`zone` is an IANA name; None means the program's zone."""

    _: KW_ONLY
    pharmacy: str
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class PharmacyDecertified(Event):
    _: KW_ONLY
    pharmacy: str


@dataclass(frozen=True, slots=True)
class PatientEnrolled(Event):
    """A second one is a re-enrolment: it voids every release before it and begins initiation anew."""

    _: KW_ONLY
    category: str
    birth_date: date


@dataclass(frozen=True, slots=True)
class CategoryChanged(Event):
    _: KW_ONLY
    category: str
    reason: str


@dataclass(frozen=True, slots=True)
class AgreementSigned(Event):
    _: KW_ONLY
    category: str


@dataclass(frozen=True, slots=True)
class Counselled(Event):
    """The prescriber counselled the patient; for `prescription` where it is named."""

    _: KW_ONLY
    prescription: str | None = None


@dataclass(frozen=True, slots=True)
class ContraceptionStated(Event):
    """In force from `since` (first day, included) until the `since` of a later-recorded statement."""

    _: KW_ONLY
    methods: tuple[str, ...]
    since: date


@dataclass(frozen=True, slots=True)
class PregnancyTestResulted(Event):
    """`at` is when the result was known. `sensitivity` is in mIU/mL, the lowest level the test detects."""

    _: KW_ONLY
    test: str
    collected_at: datetime
    result: Result
    sensitivity: float
    setting: Setting
    home_allowed: bool = False


@dataclass(frozen=True, slots=True)
class PregnancyTestCorrected(Event):
    """None leaves a value as it was."""

    _: KW_ONLY
    test: str
    reason: str
    result: Result | None = None
    collected_at: datetime | None = None
    sensitivity: float | None = None
    setting: Setting | None = None
    home_allowed: bool | None = None


@dataclass(frozen=True, slots=True)
class PregnancyTestVoided(Event):
    _: KW_ONLY
    test: str
    reason: str


@dataclass(frozen=True, slots=True)
class MensesPattern(Event):
    _: KW_ONLY
    pattern: Literal["regular", "irregular", "none"]


@dataclass(frozen=True, slots=True)
class MensesAbnormal(Event):
    """An evaluation opens; a countable negative test collected later closes it."""


@dataclass(frozen=True, slots=True)
class SurveyCompleted(Event):
    """`prescription` is always there where `by` is `prescriber`."""

    _: KW_ONLY
    by: Literal["patient", "prescriber"]
    prescription: str | None = None


@dataclass(frozen=True, slots=True)
class TreatmentStarted(Event):
    """The first dose."""


@dataclass(frozen=True, slots=True)
class TreatmentStopped(Event):
    """`at` is the last dose."""


@dataclass(frozen=True, slots=True)
class TreatmentHeld(Event):
    _: KW_ONLY
    reason: str


@dataclass(frozen=True, slots=True)
class TreatmentResumed(Event):
    _: KW_ONLY
    reason: str


@dataclass(frozen=True, slots=True)
class PregnancyReported(Event):
    """`who` is pregnant, or thought to be."""

    _: KW_ONLY
    who: Literal["patient", "partner"]


@dataclass(frozen=True, slots=True)
class PregnancyExcluded(Event):
    """Lifts only what stands before it in the sequence and is not later by `at`."""


@dataclass(frozen=True, slots=True)
class PrescriptionWritten(Event):
    """`days_supply` is whole calendar days covered."""

    _: KW_ONLY
    prescription: str
    prescriber: str
    days_supply: int
    refills: int = 0
    verbal: bool = False


@dataclass(frozen=True, slots=True)
class FormSigned(Event):
    _: KW_ONLY
    form: str
    prescription: str


@dataclass(frozen=True, slots=True)
class Released(Event):
    """`expires_at` is the first instant at which the authorization is over, None where it has no end.

    `test` is the test whose collection date the window was counted from, None where it was counted from something else.
    """

    _: KW_ONLY
    prescription: str
    expires_at: datetime | None
    test: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmed(Event):
    """In place of any older confirmation of this pharmacy for this prescription."""

    _: KW_ONLY
    prescription: str
    pharmacy: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Dispensed(Event):
    _: KW_ONLY
    prescription: str
    pharmacy: str
    method: Method


@dataclass(frozen=True, slots=True)
class Reversed(Event):
    """Undoes this pharmacy's confirmation of this prescription, and the dispense under it."""

    _: KW_ONLY
    prescription: str
    pharmacy: str


Outcome = Released | Confirmed | Dispensed | Reversed
