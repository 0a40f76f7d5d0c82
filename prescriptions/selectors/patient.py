"""Everything a practice's page about one patient shows, in a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from compliance import clock
from compliance.models import Patient, Prescriber
from compliance.rules.facts import Facts
from compliance.rules.plan import plan
from compliance.rules.program import Edition, Program
from compliance.rules.verdict import Duty
from compliance.selectors.facts import Reach, facts_of
from prescriptions.models import Authorization, Confirmation, Prescription
from prescriptions.selectors.next_step import NextStep, Waiting, next_step
from prescriptions.selectors.prescriptions import Standing, State, standing_of
from prescriptions.selectors.preview import Preview, preview

OPEN = frozenset({State.RELEASED, State.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOfPatient:
    """One patient in one program at `at`. `edition` is None where none answers: then nothing but evidence is shown."""

    patient: Patient
    program: Program
    edition: Edition | None
    at: datetime
    facts: Facts
    duties: tuple[Duty, ...]
    prescriptions: tuple[tuple[Prescription, Standing], ...]
    step: NextStep | None
    preview: Preview | None


def record_of(patient: Patient, program: Program, *, prescriber: Prescriber | None) -> RecordOfPatient:
    """What is known, what falls due, and what a prescription written now by `prescriber` would be answered."""
    rows = list(prescriptions_of(patient.pk, program.code))
    writers = {row.prescriber_id for row in rows} | ({prescriber.pk} if prescriber else set())
    facts = facts_of(Reach(patient.pk), program=program.code, others=[Reach(writer) for writer in sorted(writers)])
    at = max(clock.now(), facts.last_learnt_at or clock.now())
    edition = program.gates_at(at)
    standings = tuple((row, standing_of(row, at, facts)) for row in rows)
    enrolled = edition is not None and facts.standing.category is not None
    own = prescriber.pk if prescriber else None
    return RecordOfPatient(
        patient=patient,
        program=program,
        edition=edition,
        at=at,
        facts=facts,
        duties=plan(facts, program, at=at),
        prescriptions=standings,
        step=next_step(facts, program, at=at, prescriber=own, waiting=waiting(standings)) if enrolled else None,
        preview=preview(facts, program, prescriber_id=own, at=at) if enrolled and own else None,
    )


def prescriptions_of(patient_id: UUID, program: str) -> list[Prescription]:
    """Newest first, with all that their states follow from. Five queries."""
    releases = Authorization.objects.select_related("voided_by").order_by("-issued_at")
    held = Confirmation.objects.select_related("pharmacy").order_by("-confirmed_at")
    rows = (
        Prescription.objects.filter(patient=patient_id, program=program)
        .select_related("hold", "patient")
        .prefetch_related(
            "capsules",
            Prefetch("authorizations", queryset=releases),
            Prefetch("authorizations__confirmations", queryset=held),
            "authorizations__dispenses",
        )
    )
    return list(rows.order_by("-at", "-recorded_at"))


def waiting(standings: tuple[tuple[Prescription, Standing], ...]) -> Waiting:
    """Those that are held, and those with an open number."""
    return Waiting(
        held=tuple(row.pk for row, standing in standings if standing.state is State.HELD),
        open=tuple(
            (row.pk, standing.authorization.expires_at)
            for row, standing in standings
            if standing.state in OPEN and standing.authorization is not None
        ),
    )
