"""Looking again at what falls due for a patient: the schedule of tests, and the reminders to come.

Rung for after each fact; the sweep finds whoever was missed, and everybody once a day, because days pass without facts.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from compliance.models import Chain, Enrolment, Reassessment
from compliance.programs import load_programs
from compliance.rules.calendar import date_of, start_of_day
from compliance.selectors.course import programs_of
from compliance.services import remind, schedule
from compliance.services.session import patient_session

BATCH = 2000


def reassess(patient_id: UUID) -> None:
    """Bring the patient's projections to this moment, in every program. Safe to run twice, late or never.

    Under the patient's lock, so that two of these, or one and a fact, never mix. Raises `NoSuchChain`.
    """
    with patient_session(patient_id, by=None) as session:
        for program in programs_of(patient_id):
            schedule.bring_up_to_date(patient_id, program, seq=session.seqs[patient_id], at=session.at)
            remind.plan_ahead(patient_id, program, at=session.at)


def rebuild(patient_id: UUID) -> None:
    """Throw the patient's schedule away and make it anew from the ledger. Reminders stay: they are what was sent."""
    with patient_session(patient_id, by=None) as session:
        for program in programs_of(patient_id):
            schedule.rebuild(patient_id, program, seq=session.seqs[patient_id], at=session.at)


def stale(at: datetime) -> Iterator[UUID]:
    """Patients of whom more is known than was looked at, or for whom a day has begun since. A query a program."""
    for program in load_programs().values():
        today = start_of_day(date_of(at, program.zone), program.zone)
        reached = Reassessment.objects.filter(patient=OuterRef("patient"), program=program.code)
        chain_moved = Chain.objects.filter(pk=OuterRef("patient"), length__gt=OuterRef("patient_seq"))
        current = reached.filter(~Exists(chain_moved), reached_at__gte=today)
        enrolled = Enrolment.objects.filter(Q(program=program.code), ~Exists(current))
        yield from enrolled.order_by("patient").values_list("patient", flat=True).distinct()[:BATCH]
