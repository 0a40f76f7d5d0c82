"""Who needs what, by when, for every patient of a practice in a constant number of queries.

What is next for a patient changes only with their ledger, with a prescriber's certificate and with the day. So each
answer is remembered until one of these moves: a projection in the cache, thrown away at will and asked by no gate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Sum

from compliance import clock
from compliance.models import Chain, Enrolment, Membership, Patient, Prescriber
from compliance.programs import load_programs
from compliance.rules import calendar
from compliance.rules.program import NoEdition, Program
from compliance.selectors.facts import facts_of_many
from compliance.selectors.people import patients_of
from prescriptions.models import Authorization, Dispense, Hold
from prescriptions.selectors.next_step import NextStep, Waiting, next_step

REMEMBERED_SECONDS = 24 * 60 * 60


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

    patient: Patient
    program: str
    category: str
    step: NextStep


def work_list(membership: Membership, *, prescriber: Prescriber | None) -> list[Row]:
    """One row a patient and program, the most pressing first. Queries do not grow with the patients."""
    at = clock.now()
    patients = {patient.pk: patient for patient in patients_of(membership)}
    rows: list[Row] = []
    for code, enrolled in _by_program(membership).items():
        program = load_programs()[code]
        answers = _answers(membership, program, enrolled, prescriber=prescriber, at=at)
        rows += [
            Row(patient=patients[key], program=code, category=known.category, step=known.step)
            for key, known in answers.items()
        ]
    return sorted(rows, key=lambda row: (row.step.pressing, row.patient.family_name))


def _by_program(membership: Membership) -> dict[str, list[UUID]]:
    """The patients that were ever enrolled in each program."""
    rows = Enrolment.objects.filter(patient__in=patients_of(membership)).order_by("program", "patient")
    found: dict[str, list[UUID]] = {}
    for program, patient in rows.values_list("program", "patient_id").distinct():
        found.setdefault(program, []).append(patient)
    return found


def _answers(
    membership: Membership, program: Program, patients: list[UUID], *, prescriber: Prescriber | None, at: datetime
) -> Mapping[UUID, Remembered]:
    practice = membership.practice_id
    lengths = dict(Chain.objects.filter(pk__in=patients).values_list("pk", "length"))
    staff = Prescriber.objects.filter(practice=practice)
    certified = Chain.objects.filter(pk__in=staff.values("pk")).aggregate(total=Sum("length"))
    key = f"work-list-1:{practice}:{prescriber.pk if prescriber else None}:{program.code}:{certified['total']}"
    known: dict[UUID, Remembered] = cache.get(key) or {}
    moved = [
        patient
        for patient in patients
        if (kept := known.get(patient)) is None or kept.length != lengths[patient] or kept.until <= at
    ]
    if moved:
        known = {patient: kept for patient, kept in known.items() if patient in lengths}
        known |= _ask(
            program, moved, lengths, staff=list(staff.values_list("pk", flat=True)), prescriber=prescriber, at=at
        )
        cache.set(key, known, REMEMBERED_SECONDS)
    return {patient: known[patient] for patient in patients if patient in known}


def _ask(
    program: Program,
    patients: list[UUID],
    lengths: Mapping[UUID, int],
    *,
    staff: list[UUID],
    prescriber: Prescriber | None,
    at: datetime,
) -> dict[UUID, Remembered]:
    waiting = waiting_of(patients, program=program.code, at=at)
    answers = {}
    for patient, facts in facts_of_many(patients, program=program.code, others=staff).items():
        live = waiting.get(patient, Waiting())
        try:
            step = next_step(facts, program, at=at, prescriber=prescriber.pk if prescriber else None, waiting=live)
        except NoEdition:
            continue
        answers[patient] = Remembered(
            length=lengths[patient],
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
    """Live prescriptions by patient: held, and released with a number that is still open. Two queries."""
    patients = list(patients)
    held: dict[UUID, list[UUID]] = {}
    rows = Hold.objects.filter(prescription__patient__in=patients, prescription__program=program)
    for patient, prescription in rows.values_list("prescription__patient_id", "prescription_id"):
        held.setdefault(patient, []).append(prescription)
    issued: dict[UUID, list[tuple[UUID, datetime | None]]] = {}
    numbers = (
        Authorization.objects.filter(prescription__patient__in=patients, prescription__program=program)
        .filter(voided_at=None, lapsed_at=None, prescription__withdrawn_at=None)
        .exclude(Exists(Dispense.objects.filter(authorization=OuterRef("pk"), reversed_at=None)))
    )
    for patient, prescription, end in numbers.values_list("prescription__patient_id", "prescription_id", "expires_at"):
        if end is None or end > at:
            issued.setdefault(patient, []).append((prescription, end))
    return {
        patient: Waiting(held=tuple(held.get(patient, ())), open=tuple(issued.get(patient, ())))
        for patient in held.keys() | issued.keys()
    }
