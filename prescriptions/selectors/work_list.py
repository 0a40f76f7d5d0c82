"""Who needs what, by when, for every patient of a practice in a constant number of queries.

What is next for a patient changes only with their ledger, with a prescriber's certificate and with the day. So each
answer is remembered until one of these moves: a projection in the cache, thrown away at will and asked by no gate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, Subquery

from compliance import clock
from compliance.models import Chain, Enrolment, Membership, Prescriber
from compliance.programs import load_programs
from compliance.rules import calendar
from compliance.rules.program import NoEdition, Program
from compliance.selectors.facts import facts_of_many
from compliance.selectors.people import live_delegations, patients_of
from compliance.services.jobs import Budget
from prescriptions.models import Authorization, Dispense, Hold, Prescription
from prescriptions.selectors.next_step import NextStep, Waiting, next_step

REMEMBERED_SECONDS = 24 * 60 * 60
WITH_A_LIST = (Membership.Role.PRESCRIBER, Membership.Role.DELEGATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """An answer, how long the chain was, and the first instant at which it may differ with no new fact."""

    length: int
    until: datetime
    category: str
    step: NextStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One patient in one program."""

    patient: "Known"
    program: str
    category: str
    step: NextStep


def work_list(membership: Membership) -> list[Row]:
    """One row a patient and program, the most pressing first. Queries do not grow with the patients.

    What is next is asked for the prescriber that the member writes for.
    """
    at, staff = clock.now(), staff_of(membership)
    rows: list[Row] = []
    for code, known in _by_program(membership).items():
        answers = _answers(load_programs()[code], known, staff=staff, membership=membership, at=at)
        rows += [
            Row(patient=known[key], program=code, category=answer.category, step=answer.step)
            for key, answer in answers.items()
        ]
    return sorted(rows, key=lambda row: (row.step.pressing, row.patient.family_name))


def look_ahead(*, budget: Budget) -> int:
    """Remember today's answers for every list that somebody may open, as far as the budget goes. Returns how many.

    Nothing depends on it but how long the first page of a day takes.
    """
    lists = Membership.objects.filter(ended_at=None, user__is_active=True, role__in=WITH_A_LIST)
    looked = 0
    for membership in lists.select_related("practice").order_by("practice"):
        if not budget.is_left:
            break
        work_list(membership)
        looked += 1
    return looked


@dataclass(frozen=True, slots=True)
class Staff:
    """The prescribers of a practice, how long their chains are together, and for whom the member writes."""

    prescribers: tuple[UUID, ...]
    entries: int
    writes_for: UUID | None


@dataclass(frozen=True, slots=True)
class Known:
    """A patient's key, name and code, and the length of their chain. No more is read of so many people."""

    pk: UUID
    given_name: str
    family_name: str
    code: str
    length: int

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


def staff_of(membership: Membership) -> Staff:
    """One query. A membership without a practice has no staff."""
    if membership.practice is None:
        return Staff((), 0, None)
    lets = live_delegations(membership.practice.zone).filter(prescriber=OuterRef("pk"), delegate=membership.user_id)
    length = Chain.objects.filter(pk=OuterRef("pk")).values("length")
    rows = Prescriber.objects.filter(practice=membership.practice_id).annotate(
        length=Subquery(length), is_own=Q(user=membership.user_id), lets=Exists(lets)
    )
    found = list(rows.order_by("pk").values_list("pk", "length", "is_own", "lets"))
    writes_for = next((key for key, _, own, lets_me in found if own or lets_me), None)
    return Staff(tuple(key for key, *_ in found), sum(row[1] for row in found), writes_for)


def _by_program(membership: Membership) -> dict[str, dict[UUID, Known]]:
    """The patients that were ever enrolled in each program. One query beyond what says who may be seen."""
    length = Chain.objects.filter(pk=OuterRef("patient")).values("length")
    rows = Enrolment.objects.filter(patient__in=patients_of(membership)).annotate(length=Subquery(length))
    names = ("patient_id", "patient__given_name", "patient__family_name", "patient__code", "length")
    found: dict[str, dict[UUID, Known]] = {}
    for program, key, *rest in rows.order_by("program").values_list("program", *names):
        found.setdefault(program, {})[key] = Known(key, *rest)
    return found


def _answers(
    program: Program, patients: Mapping[UUID, Known], *, staff: Staff, membership: Membership, at: datetime
) -> Mapping[UUID, Remembered]:
    key = f"work-list-2:{membership.practice_id}:{staff.writes_for}:{program.code}:{staff.entries}"
    remembered: dict[UUID, Remembered] = cache.get(key) or {}
    moved = [
        patient
        for patient, known in patients.items()
        if (kept := remembered.get(patient)) is None or kept.length != known.length or kept.until <= at
    ]
    if moved:
        remembered = {patient: kept for patient, kept in remembered.items() if patient in patients}
        remembered |= _ask(program, moved, patients, staff=staff, at=at)
        cache.set(key, remembered, REMEMBERED_SECONDS)
    return {patient: remembered[patient] for patient in patients if patient in remembered}


def _ask(
    program: Program, moved: list[UUID], patients: Mapping[UUID, Known], *, staff: Staff, at: datetime
) -> dict[UUID, Remembered]:
    waiting = waiting_of(moved, program=program.code, at=at)
    answers = {}
    for patient, facts in facts_of_many(moved, program=program.code, others=staff.prescribers).items():
        live = waiting.get(patient, Waiting())
        try:
            step = next_step(facts, program, at=at, prescriber=staff.writes_for, waiting=live)
        except NoEdition:
            continue
        answers[patient] = Remembered(
            length=patients[patient].length,
            until=_until(step, live, program, at),
            category=facts.standing.category or "",
            step=step,
        )
    return answers


def _until(step: NextStep, waiting: Waiting, program: Program, at: datetime) -> datetime:
    """Days change at midnight; what was issued, or is to be cleared, ends at its own moment."""
    midnight = calendar.end_of_day(calendar.date_of(at, program.zone), program.zone)
    ends = [midnight, step.by, step.from_at, *(end for _, end in waiting.open)]
    return min(end for end in ends if end is not None and end > at)


def waiting_of(patients: Iterable[UUID], *, program: str, at: datetime) -> dict[UUID, Waiting]:
    """Live prescriptions by patient: held, and released with a number that is still open. One query."""
    dispensed = Dispense.objects.filter(authorization=OuterRef("pk"), reversed_at=None)
    numbers = Authorization.objects.filter(prescription=OuterRef("pk"), voided_at=None, lapsed_at=None).exclude(
        Exists(dispensed)
    )
    rows = Prescription.objects.filter(patient__in=list(patients), program=program, withdrawn_at=None, lapsed_at=None)
    held: dict[UUID, list[UUID]] = {}
    issued: dict[UUID, list[tuple[UUID, datetime | None]]] = {}
    for row in rows.annotate(
        is_held=Exists(Hold.objects.filter(pk=OuterRef("pk"))),
        is_open=Exists(numbers),
        ends_at=Subquery(numbers.values("expires_at")[:1]),
    ).values("pk", "patient_id", "is_held", "is_open", "ends_at"):
        if row["is_held"]:
            held.setdefault(row["patient_id"], []).append(row["pk"])
        elif row["is_open"] and (row["ends_at"] is None or row["ends_at"] > at):
            issued.setdefault(row["patient_id"], []).append((row["pk"], row["ends_at"]))
    return {
        patient: Waiting(held=tuple(held.get(patient, ())), open=tuple(issued.get(patient, ())))
        for patient in held.keys() | issued.keys()
    }
