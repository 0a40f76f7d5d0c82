"""What to do next for one patient in one program, for whom, by when. Shown on pages, asked by no gate."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from compliance.rules import calendar
from compliance.rules.course import PatientCourse
from compliance.rules.decide import decide
from compliance.rules.facts import Facts
from compliance.rules.plan import plan
from compliance.rules.program import Program
from compliance.rules.verdict import Blocker, Code, Duty, DutyKind, Gate, Party
from prescriptions.selectors.preview import if_signed_now
from prescriptions.services.release import is_freeable

AT_ONCE = frozenset({Code.TEST_POSITIVE, Code.PREGNANCY_REPORTED, Code.EVALUATION_OPEN})
"""What cannot wait for any date."""
PAPERS = frozenset({Code.NOT_ENROLLED, Code.AGREEMENT_MISSING, Code.CATEGORY_OUTDATED})
SOON = timedelta(days=3)


class Step(StrEnum):
    """Kinds of next step, the more pressing first where the time left is the same."""

    LOOK_INTO = "look-into"
    CLEAR = "clear"
    WRITE_AGAIN = "write-again"
    PREPARE = "prepare"
    DUTY = "duty"
    BEING_RELEASED = "being-released"
    COLLECT = "collect"
    WRITE = "write"
    REST = "rest"


RANK = {step: rank for rank, step in enumerate(Step)}


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """One step. `by` is the first instant at which it is too late, None without a deadline; `from_at` when it opens.

    `code` or `duty` says what it is about; `prescription` which prescription, where there is one. `can_wait` marks what
    has a date of its own that nothing else depends on.
    """

    step: Step
    owner: Party
    by: datetime | None = None
    from_at: datetime | None = None
    code: Code | None = None
    duty: DutyKind | None = None
    prescription: UUID | None = None
    can_wait: bool = False

    @property
    def pressing(self) -> tuple[bool, bool, float, int]:
        """Sorts patients: what cannot wait first, then by the time left, then what has no deadline."""
        left = self.by.timestamp() if self.by else 0.0
        return (self.step is not Step.LOOK_INTO, self.by is None, left, RANK[self.step])

    def comes_at(self, at: datetime) -> tuple[bool, int, bool, float, int]:
        """Sorts one patient's steps: what is due within days, then what others wait for, then what can wait."""
        soon = self.by is not None and self.by - at <= SOON
        at_leisure, endless, left, rank = self.pressing
        return (at_leisure, 0 if soon else 2 if self.can_wait else 1, endless, left, rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A patient's live prescriptions, from their stamps: held ones, and open authorizations with their end."""

    held: tuple[UUID, ...] = ()
    open: tuple[tuple[UUID, datetime | None], ...] = ()


def next_step(facts: Facts, program: Program, *, at: datetime, prescriber: UUID | None, waiting: Waiting) -> NextStep:
    """The most pressing step. Raises `NoEdition`."""
    steps = list(steps_of(facts, program, at=at, prescriber=prescriber, waiting=waiting))
    return min(steps, key=lambda step: step.comes_at(at), default=NextStep(step=Step.REST, owner=Party.PRESCRIBER))


def steps_of(
    facts: Facts, program: Program, *, at: datetime, prescriber: UUID | None, waiting: Waiting
) -> Iterator[NextStep]:
    """Every step there is, in no order."""
    at = max(at, facts.last_learnt_at or at)
    for prescription in waiting.held:
        yield _of_a_held_one(facts, program, at, prescription)
    for prescription, end in waiting.open:
        yield NextStep(step=Step.COLLECT, owner=Party.PHARMACY, by=end, prescription=prescription)
    duties = plan(facts, program, at=at)
    yield from (_of_a_duty(duty, program) for duty in duties if _is_shown(duty))
    if prescriber is not None and not (waiting.held or waiting.open) and not _is_stopped(facts, program, at):
        yield _of_the_next_one(facts, program, at, prescriber)


def _is_shown(duty: Duty) -> bool:
    return not duty.advice and duty.owner in {Party.PATIENT, Party.PRESCRIBER}


def _of_a_duty(duty: Duty, program: Program) -> NextStep:
    by = calendar.end_of_day(duty.due_on, program.zone)
    from_at = calendar.start_of_day(duty.opens_on, program.zone) if duty.opens_on else None
    return NextStep(step=Step.DUTY, owner=duty.owner, by=by, from_at=from_at, duty=duty.duty, can_wait=True)


def _of_a_held_one(facts: Facts, program: Program, at: datetime, prescription: UUID) -> NextStep:
    verdict = decide(facts, program, gate=Gate.RELEASE, at=at, prescription=str(prescription))
    if verdict.allowed:
        return NextStep(step=Step.BEING_RELEASED, owner=Party.PROGRAM, by=verdict.expires_at, prescription=prescription)
    if not is_freeable(verdict):
        return NextStep(step=Step.WRITE_AGAIN, owner=Party.PRESCRIBER, by=at, prescription=prescription)
    return _clear(first_to_clear(verdict.blockers), Step.CLEAR, prescription=prescription)


def _of_the_next_one(facts: Facts, program: Program, at: datetime, prescriber: UUID) -> NextStep:
    """What a prescription written now still needs; else that it can be written, and until when that serves.

    While a supply lasts there is time until its end. Papers belong to the day of enrolment.
    """
    supply_ends_at = _supply_ends_at(facts, program)
    supplied = supply_ends_at is not None and supply_ends_at > at
    looked = if_signed_now(facts, program, prescriber_id=prescriber, at=at)
    if looked.allowed:
        by = supply_ends_at if supplied else looked.expires_at
        return NextStep(step=Step.WRITE, owner=Party.PRESCRIBER, by=by, can_wait=supplied)
    blocker = first_to_clear(looked.blockers)
    by = _enrolled_by(facts, program) if blocker.code in PAPERS else supply_ends_at
    return replace(_clear(blocker, Step.PREPARE, by=by), can_wait=supplied)


def _clear(blocker: Blocker, step: Step, *, prescription: UUID | None = None, by: datetime | None = None) -> NextStep:
    return NextStep(
        step=Step.LOOK_INTO if blocker.code in AT_ONCE else step,
        owner=blocker.owner,
        by=blocker.fix_by if step is Step.CLEAR else by,
        from_at=blocker.opens_at,
        code=blocker.code,
        prescription=prescription,
    )


def _enrolled_by(facts: Facts, program: Program) -> datetime | None:
    """The end of the day of enrolment."""
    enrolment = facts.standing.enrolment
    return calendar.end_of_day(calendar.date_of(enrolment.at, program.zone), program.zone) if enrolment else None


def first_to_clear(blockers: Iterable[Blocker]) -> Blocker:
    """What cannot wait, then what can be cleared now, then what opens first."""
    return min(
        blockers,
        key=lambda one: (
            one.code not in AT_ONCE,
            one.opens_at is not None,
            one.opens_at.timestamp() if one.opens_at else 0.0,
            ORDER.get(one.code, len(ORDER)),
        ),
    )


ORDER: Mapping[Code, int] = {
    code: place
    for place, code in enumerate(
        (
            Code.NOT_ENROLLED,
            Code.CATEGORY_OUTDATED,
            Code.AGREEMENT_MISSING,
            Code.AGREEMENT_CATEGORY_DIFFERS,
            Code.RE_ENROLMENT_DUE,
            Code.PRESCRIBER_NOT_CERTIFIED,
            Code.CONTRACEPTION_MISSING,
            Code.CONTRACEPTION_INSUFFICIENT,
            Code.TEST_UNCLEAR,
            Code.TEST_FIRST_MISSING,
            Code.TEST_SECOND_MISSING,
            Code.TEST_MISSING,
            Code.TEST_TOO_OLD,
            Code.SURVEY_PATIENT_DUE,
        )
    )
}
"""The order in which a practice would clear them; the rest follows in any."""


def _supply_ends_at(facts: Facts, program: Program) -> datetime | None:
    """The first instant after the last covered day of any supply."""
    last = max(
        (
            calendar.add_days(calendar.date_of(supply.moment.at, program.zone), supply.days - 1)
            for supply in facts.prescriptions.supplies
        ),
        default=None,
    )
    return calendar.end_of_day(last, program.zone) if last else None


def _is_stopped(facts: Facts, program: Program, at: datetime) -> bool:
    edition = program.gates_at(at)
    if edition is None or facts.standing.category is None:
        return False
    return PatientCourse(facts, edition, at).stop is not None
