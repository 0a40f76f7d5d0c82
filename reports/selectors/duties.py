"""Duties whose day has passed, computed from the facts as they are known now."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from django.db.models import OuterRef, Subquery

from compliance.models import Enrolment, LedgerEntry, Patient
from compliance.rules.facts import Facts
from compliance.rules.plan import plan
from compliance.rules.verdict import DutyKind, Party
from compliance.selectors.facts import NOT_EVENTS, event_in
from reports.period import Period


@dataclass(frozen=True, slots=True)
class OverdueDuty:
    """Somebody should have done something by `due_on` (a date of the program's zone, included)."""

    patient_code: str
    duty: DutyKind
    owner: Party
    due_on: date
    days: int


def overdue(period: Period) -> list[OverdueDuty]:
    """Every overdue duty of the program at this moment, longest overdue first; advice left out. One query.

    The period says only which program and which moment: what is open now has no other time.
    """
    enrolled = Enrolment.objects.filter(program=period.program.code).values("patient")
    code = Patient.objects.filter(pk=OuterRef("chain")).values("code")
    rows = (
        LedgerEntry.objects.filter(chain__in=enrolled, program__in=("", period.program.code))
        .exclude(NOT_EVENTS)
        .order_by("chain", "seq")
        .values_list(Subquery(code), "body")
    )
    found = [
        OverdueDuty(patient, duty.duty, duty.owner, duty.due_on, (period.today - duty.due_on).days)
        for patient, entries in groupby(rows.iterator(), key=itemgetter(0))
        for duty in plan(Facts.of(event_in(bytes(body)) for _, body in entries), period.program, at=period.now)
        if duty.overdue and not duty.advice
    ]
    return sorted(found, key=lambda duty: (duty.due_on, duty.patient_code, duty.duty))
