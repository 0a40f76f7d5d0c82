"""Reminders: a row before any queue sees it, and every promise about sending kept by that row.

Planned -> claimed -> re-checked (still true? still wanted?) -> sent -> receipt, or dropped with a reason. Before a test
7, 3 and 1 days and on the day, then 1 and 3 days after; after stopping on the day, weekly to the end of the period,
and once when it is over. Sent between 09:00 and 20:00 where the patient lives.

At least once, said plainly: if the process dies between the mail server's yes and the commit of the receipt, the row is
taken over after `STALE` and the same message goes again, under the same Message-ID. Nothing happens in between but that
one update. No text or subject names a drug, a disease, a test or a clinic.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from smtplib import SMTPException
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from compliance import clock
from compliance.mail import message_id
from compliance.models import Patient, Reminder
from compliance.programs import load_programs
from compliance.rules.calendar import add_days, date_of
from compliance.rules.course import PatientCourse
from compliance.rules.facts import Facts
from compliance.rules.program import NoEdition, Program
from compliance.rules.verdict import DutyKind
from compliance.selectors.course import programs_of
from compliance.selectors.facts import Reach, facts_of
from compliance.services.doorbell import ring
from compliance.services.jobs import Budget, Count, each, only_one
from compliance.services.schedule import duties_at

log = structlog.get_logger(__name__)

DAYS_AROUND_A_TEST = (-7, -3, -1, 0, 1, 3)
WEEK = 7
FROM_HOUR, UNTIL_HOUR = time(9), time(20)
STALE = timedelta(minutes=5)
MANY_ATTEMPTS = 10
SELDOM = timedelta(hours=1)
MAX_ATTEMPTS = 30
BATCH = 500


class Kind(StrEnum):
    """What a message is about, in words that name nothing."""

    TO_DO = "to-do"
    KEEP_ON = "keep-on"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message the plan asks for: about a duty, on a day. Both are dates; the second is read where the patient is."""

    duty: str
    due_on: date
    remind_on: date
    kind: Kind


def wanted(facts: Facts, program: Program, *, at: datetime) -> list[Wanted]:
    """Every message that follows from what is known at `at`, past and to come, earliest first."""
    try:
        edition = program.gates_at(at)
    except NoEdition:
        return []
    if edition is None or facts.standing.category is None:
        return []
    around_tests = (
        Wanted(str(duty.duty), duty.due_on, add_days(duty.due_on, days), Kind.TO_DO)
        for duty in duties_at(facts, program, at=at)
        for days in DAYS_AROUND_A_TEST
    )
    return sorted([*around_tests, *_after_stop(PatientCourse(facts, edition, at))], key=lambda one: one.remind_on)


def wanted_anywhere(patient_id: UUID, *, at: datetime) -> list[Wanted]:
    """The same over all programs of a patient: one message is enough where two ask for it on one day."""
    return [
        one
        for program in programs_of(patient_id)
        for one in wanted(facts_of(Reach(patient_id), program=program), load_programs()[program], at=at)
    ]


def _after_stop(course: PatientCourse) -> Iterator[Wanted]:
    """The day treatment stopped (learnt in the evening or later: the next day it can go), each week, and the end."""
    stop, category, after = course.stop, course.enrolled_category.code, course.edition.after_stop
    periods = [
        asked[category]
        for asked in (after.contraception, after.blood_donation, after.semen_donation)
        if category in asked
    ]
    if stop is None or not periods:
        return
    stopped_on = course.date_of(stop.at)
    last_on = max(period.last_day(stopped_on) for period in periods)
    has_weeks = category in after.contraception
    duty = str(DutyKind.CONTRACEPTION_AFTER_STOP if has_weeks else DutyKind.NO_BLOOD_DONATION)
    learnt_at = course.facts.events[stop.index].recorded_at
    first_on = course.date_of(learnt_at + timedelta(hours=24 - UNTIL_HOUR.hour))
    weeks = [add_days(stopped_on, days) for days in range(WEEK, (last_on - stopped_on).days + 1, WEEK)]
    for day in [first_on, *(week for week in weeks if week > first_on)]:
        if day <= last_on:
            yield Wanted(duty, last_on, day, Kind.KEEP_ON)
    yield Wanted(duty, last_on, add_days(last_on, 1), Kind.OVER)


def plan_ahead(patient_id: UUID, program_code: str, *, at: datetime) -> None:
    """A row for each message from today on that has none. Inside the transaction that holds the patient's lock.

    The first one after a stop may be dated yesterday: east of the program's zone the day has ended already. What is due
    rings a worker after the commit; the rest waits for the sweep.
    """
    patient = Patient.objects.get(pk=patient_id)
    zone = ZoneInfo(patient.zone)
    today = date_of(at, zone)
    facts = facts_of(Reach(patient_id), program=program_code)
    known = {
        (duty, date_of(due_at, zone))
        for duty, due_at in Reminder.objects.filter(patient=patient_id).values_list("duty", "due_at")
    }
    rows = [
        Reminder(
            patient=patient,
            program=program_code,
            duty=one.duty,
            due_on=one.due_on,
            due_at=datetime.combine(one.remind_on, FROM_HOUR, zone),
            planned_at=at,
        )
        for one in wanted(facts, load_programs()[program_code], at=at)
        if one.remind_on >= (add_days(today, -1) if one.kind is Kind.KEEP_ON else today)
        and (one.duty, one.remind_on) not in known
    ]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        if row.due_at <= at:
            transaction.on_commit(partial(ring, "compliance.send_reminder", row.pk), robust=True)


def due(at: datetime) -> Iterator[UUID]:
    """Rows to send now, by the hour where each patient lives: where it is night, they wait and hold up nobody."""
    rows = Reminder.objects.filter(claimable(at), due_at__lte=at)
    zones = rows.order_by("patient__zone").values_list("patient__zone", flat=True).distinct()
    awake = [zone for zone in zones if may_be_sent(at, ZoneInfo(zone))]
    yield from rows.filter(patient__zone__in=awake).order_by("due_at").values_list("pk", flat=True)[:BATCH]


def may_be_sent(at: datetime, zone: ZoneInfo) -> bool:
    """Whether it is an hour there at which a message disturbs nobody."""
    return FROM_HOUR <= at.astimezone(zone).time() < UNTIL_HOUR


def claimable(at: datetime) -> Q:
    """Neither sent nor dropped, and nobody's: a claim gets stale, because its holder may have died."""
    stale = Q(attempts__lt=MANY_ATTEMPTS, claimed_at__lte=at - STALE) | Q(claimed_at__lte=at - SELDOM)
    return Q(sent_at=None, dropped_at=None) & (Q(claimed_at=None) | stale)


def send_if_still_due(reminder_id: UUID) -> bool:
    """Claim, look again, send, keep the receipt. Returns whether it went. Safe to run twice, late or never."""
    at = clock.now()
    if not Reminder.objects.filter(claimable(at), pk=reminder_id, due_at__lte=at).update(
        claimed_at=at, attempts=F("attempts") + 1
    ):
        return False
    reminder = Reminder.objects.select_related("patient").get(pk=reminder_id)
    if not may_be_sent(at, ZoneInfo(reminder.patient.zone)):
        Reminder.objects.filter(pk=reminder_id, sent_at=None).update(claimed_at=None, attempts=F("attempts") - 1)
        return False
    found = still_wanted(reminder, at=at)
    if isinstance(found, str):
        Reminder.objects.filter(pk=reminder_id, sent_at=None, dropped_at=None).update(
            dropped_at=at, dropped_because=found
        )
        return False
    return _deliver(reminder, found)


def still_wanted(reminder: Reminder, *, at: datetime) -> Wanted | str:
    """What the message has to say now, or why it must not go any more."""
    patient = reminder.patient
    if not patient.wants_reminders:
        return "opted-out"
    if not patient.email:
        return "no-address"
    if reminder.attempts > MAX_ATTEMPTS:
        return "mail-refused"
    zone = ZoneInfo(patient.zone)
    remind_on, today = date_of(reminder.due_at, zone), date_of(at, zone)
    about = [one for one in wanted_anywhere(patient.pk, at=at) if one.duty == reminder.duty]
    found = next((one for one in about if one.remind_on == remind_on), None)
    if found is None:
        return "no-longer-due"
    if any(found.due_on == one.due_on and remind_on < one.remind_on <= today for one in about):
        return "a-later-one-is-due"
    return found


def _deliver(reminder: Reminder, message: Wanted) -> bool:
    mail_id = message_id("reminder", reminder.pk)
    try:
        _mail(reminder.patient, message, mail_id).send()
    except (SMTPException, OSError) as error:
        log.warning("mail_refused", reminder=str(reminder.pk), error=type(error).__name__)
        return False
    Reminder.objects.filter(pk=reminder.pk, sent_at=None).update(sent_at=clock.now(), receipt=mail_id)
    return True


def _mail(patient: Patient, message: Wanted, mail_id: str) -> EmailMessage:
    """In the patient's language. A message that is late says what is true now, not what was when it was planned."""
    today = date_of(clock.now(), ZoneInfo(patient.zone))
    days_left = (message.due_on - today).days
    with translation.override(patient.language):
        words = {"kind": str(message.kind), "day": message.due_on, "days_left": days_left}
        body = render_to_string("emails/reminder.txt", words)
        return EmailMessage(subject=_("Your reminder"), body=body, to=[patient.email], headers={"Message-ID": mail_id})


def sweep_due(*, budget: Budget) -> Count | None:
    """Send what is due and drop what is no longer true. None where another sweep is at it."""
    with only_one("reminders") as mine:
        if not mine:
            return None
        return each(list(due(clock.now())), send_if_still_due, name="reminders", budget=budget)
