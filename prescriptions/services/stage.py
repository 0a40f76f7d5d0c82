"""The rows that stand for one played case's people and places. What a case does not say is made up here."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import transaction

from compliance.models import Patient, PatientFact, Pharmacy, Practice, PregnancyTest, Prescriber, User
from compliance.rules import events
from compliance.rules.cases import Case, FactStep
from compliance.rules.events import Event
from compliance.services import certify, enrol
from compliance.services.record_evidence import record


@dataclass
class Stage:
    """The rows that stand for one case's people, places, prescriptions and tests, by the case's ids."""

    case: Case
    practice: Practice
    patient: Patient
    prescribers: dict[str, Prescriber] = field(default_factory=dict)
    pharmacies: dict[str, Pharmacy] = field(default_factory=dict)
    prescriptions: dict[str, UUID] = field(default_factory=dict)
    tests: dict[str, PregnancyTest] = field(default_factory=dict)

    @classmethod
    def set(cls, case: Case) -> "Stage":
        """A practice and a patient who is enrolled nowhere yet."""
        zone = case.program.zone.key
        practice = Practice.objects.create(name="Played", phone="-", zone=zone)
        told = (step.event for step in case.steps if isinstance(step, FactStep))
        enrolled = next((event for event in told if isinstance(event, events.PatientEnrolled)), None)
        patient = Patient(
            code=enrol.new_code(),
            practice=practice,
            given_name="Played",
            family_name="Case",
            birth_date=enrolled.birth_date if enrolled else case.steps[0].learnt_at.date(),
            zone=zone,
            wants_reminders=False,
        )
        with transaction.atomic(durable=True):
            enrol.register(patient, by=None)
        return cls(case, practice, patient)

    @property
    def program(self) -> str:
        return self.case.program.code

    def prescriber(self, name: str) -> Prescriber:
        """Whom the case calls that; a user and a prescriber are made when it first does."""
        if name not in self.prescribers:
            user = User.objects.create_user(f"played-{uuid4()}", name="Played", email="played@holdfast.example")
            self.prescribers[name] = certify.register_prescriber(
                user, by=None, practice=self.practice, identifier=str(uuid4())
            )
        return self.prescribers[name]

    def pharmacy(self, name: str) -> Pharmacy:
        """The site the case calls that."""
        if name not in self.pharmacies:
            self.pharmacies[name] = certify.register_pharmacy(
                by=None, name="Played", phone="-", email="played@holdfast.example", zone=self.case.program.zone.key
            )
        return self.pharmacies[name]

    def prescription(self, name: str) -> UUID:
        """The key of what the case calls that, written or only named yet."""
        return self.prescriptions.setdefault(name, uuid4())

    def named(self, name: str | None) -> UUID | None:
        return None if name is None else self.prescription(name)

    def put(self, row: PatientFact, event: Event) -> None:
        """Record a fact that happened at the event's `at` and is learnt at the clock's moment."""
        record(row, by=None, at=event.at)
