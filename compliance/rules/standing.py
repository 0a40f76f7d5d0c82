"""Where a patient, a prescriber and a pharmacy stand: certificates, enrolment, category, agreements, papers, cycle."""

from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from compliance.rules import events
from compliance.rules.book import Book
from compliance.rules.values import Category


@dataclass(frozen=True, slots=True)
class Certificate:
    certified: bool
    at: datetime


class Certificates(Book):
    """The latest certification fact of each prescriber and pharmacy decides; ties go to the later in the list."""

    __slots__ = ("_pharmacies", "_prescribers", "_zones")

    def __init__(self) -> None:
        self._prescribers: dict[str, Certificate] = {}
        self._pharmacies: dict[str, Certificate] = {}
        self._zones: dict[str, tuple[datetime, str | None]] = {}

    def add(self, event: events.Event, _index: int) -> None:
        match event:
            case events.PrescriberCertified() | events.PrescriberDecertified():
                certified = isinstance(event, events.PrescriberCertified)
                _keep_latest(self._prescribers, event.prescriber, Certificate(certified, event.at))
            case events.PharmacyCertified() | events.PharmacyDecertified():
                certified = isinstance(event, events.PharmacyCertified)
                _keep_latest(self._pharmacies, event.pharmacy, Certificate(certified, event.at))
        if isinstance(event, events.PharmacyCertified):
            known = self._zones.get(event.pharmacy)
            if known is None or event.at >= known[0]:
                self._zones[event.pharmacy] = (event.at, event.zone)

    def prescriber_certified(self, prescriber: str) -> bool:
        certificate = self._prescribers.get(prescriber)
        return certificate is not None and certificate.certified

    def pharmacy_certified(self, pharmacy: str) -> bool:
        certificate = self._pharmacies.get(pharmacy)
        return certificate is not None and certificate.certified

    def pharmacy_zone(self, pharmacy: str) -> str | None:
        """What its latest certification says; None means the program's zone."""
        known = self._zones.get(pharmacy)
        return known[1] if known else None


def _keep_latest(certificates: dict[str, Certificate], who: str, new: Certificate) -> None:
    known = certificates.get(who)
    if known is None or new.at >= known.at:
        certificates[who] = new


@dataclass(frozen=True, slots=True, order=True)
class CategoryStep:
    """A patient's category from `at` on; ordered as *latest* is: by `at`, then by place in the list."""

    at: datetime
    index: int
    category: str
    enrols: bool


@dataclass(frozen=True, slots=True)
class Restart:
    """What began initiation anew: its place in the list and when it happened."""

    index: int
    at: datetime


class Standing(Book):
    """Enrolment, category, agreements, counselling, surveys and cycle pattern: of each the latest by `at`."""

    __slots__ = (
        "abnormal_menses_at",
        "agreement",
        "category_changed_at",
        "counselled_at",
        "enrolment",
        "menses",
        "patient_survey_at",
        "prescriber_surveys",
        "prescription_counselled_at",
        "re_enrolled",
        "steps",
    )

    def __init__(self) -> None:
        self.enrolment: events.PatientEnrolled | None = None
        self.re_enrolled: Restart | None = None  # the last enrolment in the list that was not the first
        self.steps: list[CategoryStep] = []
        self.category_changed_at: datetime | None = None
        self.agreement: events.AgreementSigned | None = None
        self.counselled_at: datetime | None = None
        self.prescription_counselled_at: dict[str, datetime] = {}
        self.patient_survey_at: datetime | None = None
        self.prescriber_surveys: set[str] = set()
        self.menses: events.MensesPattern | None = None
        self.abnormal_menses_at: datetime | None = None

    def add(self, event: events.Event, index: int) -> None:
        match event:
            case events.PatientEnrolled():
                self._enrol(event, index)
            case events.CategoryChanged():
                insort(self.steps, CategoryStep(event.at, index, event.category, enrols=False))
                self.category_changed_at = _later(self.category_changed_at, event.at)
            case events.AgreementSigned():
                if self.agreement is None or event.at >= self.agreement.at:
                    self.agreement = event
            case events.Counselled():
                self._counsel(event)
            case events.SurveyCompleted():
                self._survey(event)
            case events.MensesPattern():
                if self.menses is None or event.at >= self.menses.at:
                    self.menses = event
            case events.MensesAbnormal():
                self.abnormal_menses_at = _later(self.abnormal_menses_at, event.at)

    def _enrol(self, event: events.PatientEnrolled, index: int) -> None:
        if self.enrolment is not None:
            self.re_enrolled = Restart(index, event.at)
        if self.enrolment is None or event.at >= self.enrolment.at:
            self.enrolment = event
        insort(self.steps, CategoryStep(event.at, index, event.category, enrols=True))

    def _counsel(self, event: events.Counselled) -> None:
        self.counselled_at = _later(self.counselled_at, event.at)
        if event.prescription is not None:
            known = self.prescription_counselled_at.get(event.prescription)
            self.prescription_counselled_at[event.prescription] = _later(known, event.at)

    def _survey(self, event: events.SurveyCompleted) -> None:
        if event.by == "patient":
            self.patient_survey_at = _later(self.patient_survey_at, event.at)
        elif event.prescription is not None:
            self.prescriber_surveys.add(event.prescription)

    @property
    def category(self) -> str | None:
        """The current category's code; None before any enrolment."""
        return self.steps[-1].category if self.enrolment is not None else None

    @property
    def birth_date(self) -> date | None:
        return self.enrolment.birth_date if self.enrolment else None

    @property
    def agreement_since_enrolment(self) -> events.AgreementSigned | None:
        """The latest agreement, if it was signed since the latest enrolment."""
        if self.agreement is None or self.enrolment is None or self.agreement.at < self.enrolment.at:
            return None
        return self.agreement

    def restart(self, categories: Mapping[str, Category]) -> Restart | None:
        """The last in the list of what begins initiation anew: a re-enrolment, a change from cannot to can."""
        last = self.re_enrolled
        for before, step in pairwise(self.steps):
            became_able = (
                categories[step.category].can_get_pregnant and not categories[before.category].can_get_pregnant
            )
            if became_able and not step.enrols and (last is None or step.index > last.index):
                last = Restart(step.index, step.at)
        return last


def _later(known: datetime | None, new: datetime) -> datetime:
    return new if known is None or new > known else known
