"""What the rules answer: gates, codes, who can clear them, verdicts and duties (docs/contract.md sections 3, 5, 7)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from compliance.rules.events import Method, Outcome


class Gate(StrEnum):
    RELEASE = "release"
    CONFIRM = "confirm"
    DISPENSE = "dispense"
    REVERSE = "reverse"


class Party(StrEnum):
    """Who can clear a blocker or owes a duty."""

    PATIENT = "patient"
    PRESCRIBER = "prescriber"
    PHARMACY = "pharmacy"
    PROGRAM = "program"


class Code(StrEnum):
    """Every reason a gate may give. `program-retired` never blocks; it is here so that it has words."""

    PROGRAM_RETIRED = "program-retired"
    NOT_ENROLLED = "not-enrolled"
    PRESCRIBER_NOT_CERTIFIED = "prescriber-not-certified"
    AGREEMENT_MISSING = "agreement-missing"
    AGREEMENT_CATEGORY_DIFFERS = "agreement-category-differs"
    RE_ENROLMENT_DUE = "re-enrolment-due"
    CATEGORY_OUTDATED = "category-outdated"
    COUNSELLING_MISSING = "counselling-missing"
    FORM_MISSING = "form-missing"
    CONTRACEPTION_MISSING = "contraception-missing"
    CONTRACEPTION_INSUFFICIENT = "contraception-insufficient"
    CONTRACEPTION_TOO_RECENT = "contraception-too-recent"
    EVALUATION_OPEN = "evaluation-open"
    PREGNANCY_REPORTED = "pregnancy-reported"
    TEST_POSITIVE = "test-positive"
    TEST_UNCLEAR = "test-unclear"
    TEST_FIRST_MISSING = "test-first-missing"
    TEST_SECOND_MISSING = "test-second-missing"
    TEST_MISSING = "test-missing"
    TEST_TOO_OLD = "test-too-old"
    TEST_LOCKED = "test-locked"
    SURVEY_PATIENT_DUE = "survey-patient-due"
    SURVEY_PRESCRIBER_MISSING = "survey-prescriber-missing"
    SUPPLY_TOO_LONG = "supply-too-long"
    REFILLS_NOT_ALLOWED = "refills-not-allowed"
    VERBAL_NOT_ALLOWED = "verbal-not-allowed"
    PRESCRIPTION_TOO_OLD = "prescription-too-old"
    PRESCRIPTION_CLOSED = "prescription-closed"
    PHARMACY_NOT_CERTIFIED = "pharmacy-not-certified"
    AUTHORIZATION_MISSING = "authorization-missing"
    AUTHORIZATION_EXPIRED = "authorization-expired"
    AUTHORIZATION_VOID = "authorization-void"
    ALREADY_DISPENSED = "already-dispensed"
    CONFIRMATION_IN_USE = "confirmation-in-use"
    SUPPLY_TOO_EARLY = "supply-too-early"
    CONFIRMATION_MISSING = "confirmation-missing"
    CONFIRMATION_EXPIRED = "confirmation-expired"
    SHIP_SAME_DAY = "ship-same-day"
    PHARMACY_COUNSELLING_MISSING = "pharmacy-counselling-missing"
    GUIDE_MISSING = "guide-missing"


class DutyKind(StrEnum):
    PREGNANCY_TEST = "pregnancy-test"
    FIRST_TEST = "first-test"
    SECOND_TEST = "second-test"
    PATIENT_SURVEY = "patient-survey"
    CONTRACEPTION_AFTER_STOP = "contraception-after-stop"
    NO_BLOOD_DONATION = "no-blood-donation"
    NO_SEMEN_DONATION = "no-semen-donation"
    TEST_AT_STOP = "test-at-stop"
    FINAL_TEST = "final-test"
    RETURN_UNUSED = "return-unused"
    REVERSE_UNUSED = "reverse-unused"
    BLOOD_COUNT = "blood-count"
    TURNS_18 = "turns-18"


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why not.

    `opens_at`: the first instant at which it can be cleared, where waiting is what it takes, else None.
    `fix_by`: the first instant at which something else is lost, where there is one, else None.
    `cite` names the rule's source in the program file. The sentences are in compliance/wording.py.
    """

    code: Code
    owner: Party
    cite: str
    opens_at: datetime | None = None
    fix_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one try. Instants are in the program's zone.

    `blockers` holds all reasons, ordered by code, each code once.
    `expires_at`: what an allowed release or confirm issued (first instant outside), else None.
    `edition` is `program/first-day`, such as `us-pomalidomide/2023-03-24`; `edition_sha256` the hash of its file.
    `next_change_at`: no later than the first later instant at which the answer could differ with no new fact;
    None where time alone changes nothing.
    `outcome`: the event to append where the try is allowed; None where refused, and for a confirm that only gave the
    pharmacy its own unexpired confirmation back (`unchanged`).
    """

    gate: Gate
    at: datetime
    prescription: str
    blockers: tuple[Blocker, ...]
    expires_at: datetime | None
    edition: str
    edition_sha256: str
    next_change_at: datetime | None
    outcome: Outcome | None = None
    pharmacy: str | None = None
    method: Method | None = None

    @property
    def allowed(self) -> bool:
        return not self.blockers

    @property
    def unchanged(self) -> bool:
        """True where an allowed confirm handed out the confirmation the pharmacy already held."""
        return self.allowed and self.outcome is None

    @property
    def codes(self) -> tuple[Code, ...]:
        return tuple(blocker.code for blocker in self.blockers)


@dataclass(frozen=True, slots=True)
class Duty:
    """What falls due: `opens_on` and `due_on` are dates of the program's zone, both included.

    `overdue` is true when the date of the ask is past `due_on`. `advice` marks what is recommended, never a gate.
    `prescription` and `pharmacy` say which confirmation a `reverse-unused` is about.
    """

    duty: DutyKind
    owner: Party
    due_on: date
    cite: str
    overdue: bool
    opens_on: date | None = None
    advice: bool = False
    prescription: str | None = None
    pharmacy: str | None = None
