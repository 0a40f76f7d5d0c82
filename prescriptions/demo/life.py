"""One invented patient's history, act by act, on a moved clock and through the services that the site itself uses.

Between two acts the world goes on as it would with a worker running: held prescriptions are asked again when their
answer can change, reminders leave in their hours, pharmacies are told. Nothing here writes a row that a service could.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from compliance import clock
from compliance.models import Patient, Pharmacy, Prescriber, Reminder, User
from compliance.programs import load_programs
from compliance.rules import calendar
from compliance.services import certify, enrol, record_evidence, remind, treat
from compliance.services.reassess import reassess
from prescriptions.demo.cast import HOME_ZONE, PROGRAM, Cast
from prescriptions.models import Hold
from prescriptions.presenters.document import authorization_document
from prescriptions.selectors.preview import facts_for_form, terms_of
from prescriptions.services import confirm, dispense, notices, release, reverse, write
from prescriptions.services.acts import Act

TWO_METHODS = ("iud", "male-condom")
ZONE = ZoneInfo(HOME_ZONE)


class StoryFailedError(Exception):
    """A history asked for something that the rules refuse: the story is wrong, not the rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented patient. `birth_date` may depend on today, for somebody about to turn 18."""

    given_name: str
    family_name: str
    category: str
    birth_date: date
    zone: str = HOME_ZONE
    language: str = "en"
    has_email: bool = True
    wants_reminders: bool = True


@dataclass(slots=True)
class Life:
    """Plays one person's acts; `now` is when the demonstration is made, `reached` how far this life has come."""

    cast: Cast
    person: Person
    now: datetime
    reached: datetime
    prescriber: Prescriber
    looked_at: bool = True
    patient: Patient = field(init=False)
    prescription: UUID = field(init=False)

    # --- moments ----------------------------------------------------------------------------------------------------

    def day(self, days_ago: int, at: str) -> datetime:
        """A wall-clock time of the practice, so many days before the day of `now`."""
        on = calendar.add_days(calendar.date_of(self.now, ZONE), -days_ago)
        return datetime.combine(on, time.fromisoformat(at), ZONE)

    def ago(self, **span: float) -> datetime:
        """So long before now: `hours=5`."""
        return self.now - timedelta(**span)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let the world catch up to `moment`, act there, and let it answer as a worker would."""
        self._let_pass(moment)
        with clock.moved_to(moment):
            yield
            self._answer()
        self.reached = moment

    def end(self) -> None:
        """Let the world catch up to now."""
        self._let_pass(self.now)
        with clock.moved_to(self.now):
            self._answer()
            reassess(self.patient.pk)
            self._send_reminders()

    # --- what is known ----------------------------------------------------------------------------------------------

    def enrols(self) -> None:
        person = self.person
        mailbox = f"{person.given_name}.{person.family_name}@example.org".lower()
        self.patient = enrol.enrol_patient(
            by=self.doctor,
            practice=self.cast.practice,
            program=PROGRAM,
            category=person.category,
            given_name=person.given_name,
            family_name=person.family_name,
            birth_date=person.birth_date,
            zone=person.zone,
            email=mailbox if person.has_email else "",
            language=person.language,
            wants_reminders=person.wants_reminders,
        )

    def signs_agreement(self) -> None:
        category = self.person.category
        record_evidence.sign_agreement(self.patient.pk, by=self.doctor, program=PROGRAM, category=category)

    def answers_survey(self) -> None:
        record_evidence.record_survey(self.patient.pk, by=self.helper, program=PROGRAM, answered_by="patient")

    def states_contraception(self, methods: Sequence[str] = TWO_METHODS, *, days_ago: int) -> None:
        """In force since so many days before the day of `now`."""
        since_on = self.day(days_ago, "00:00").date()
        record_evidence.attest_contraception(self.patient.pk, by=self.doctor, methods=methods, since_on=since_on)

    def is_tested(self, result: str = "negative", *, minutes_ago: int = 40, setting: str = "clinic") -> None:
        """A result that is known now, of a sample collected so many minutes before."""
        collected_at = clock.now() - timedelta(minutes=minutes_ago)
        record_evidence.record_test(
            self.patient.pk, by=self.helper, collected_at=collected_at, result=result, sensitivity=25, setting=setting
        )

    def reports_unusual_period(self) -> None:
        record_evidence.report_abnormal_menses(self.patient.pk, by=self.doctor)

    def changes_category(self, category: str, *, reason: str) -> None:
        enrol.change_category(self.patient.pk, by=self.doctor, program=PROGRAM, category=category, reason=reason)

    def starts(self) -> None:
        treat.change_treatment(self.patient.pk, by=self.helper, program=PROGRAM, change="started")

    def stops(self) -> None:
        treat.change_treatment(self.patient.pk, by=self.doctor, program=PROGRAM, change="stopped")

    # --- prescriptions ----------------------------------------------------------------------------------------------

    def is_prescribed(self, *, dose_mg: int = 4) -> None:
        """The prescriber signs what the form would show at this moment."""
        program = load_programs()[PROGRAM]
        terms = terms_of(facts_for_form(self.patient.pk, program, self.prescriber.pk), program, clock.now())
        if terms is None:
            raise StoryFailedError("Nothing can be prescribed before enrolment.")
        order = write.Order(
            program=PROGRAM,
            medicine=terms.medicine,
            daily_dose_mg=Decimal(dose_mg),
            capsules={Decimal(dose_mg): 1},
            dosing_days=21,
            days_supply=28,
        )
        self.prescription = write.write_prescription(
            self.patient.pk,
            order,
            by=self.doctor,
            prescriber=self.prescriber,
            document=authorization_document(order, terms, patient=self.patient, prescriber=self.prescriber),
            attempt_id=uuid4(),
        ).pk

    def is_confirmed(self, site: Pharmacy) -> None:
        by = self.cast.pharmacist_of(site)
        self._must(confirm.confirm(self.prescription, pharmacy_id=site.pk, by=by))

    def is_dispensed(self, site: Pharmacy, *, method: str = "handover") -> None:
        by = self.cast.pharmacist_of(site)
        self._must(
            dispense.dispense(
                self.prescription, pharmacy_id=site.pk, by=by, method=method, counselled=True, guide_given=True
            )
        )

    def is_given_back(self, site: Pharmacy, *, reason: str) -> None:
        by = self.cast.pharmacist_of(site)
        self._must(reverse.reverse(self.prescription, pharmacy_id=site.pk, by=by, reason=reason))

    def loses_prescriber(self) -> None:
        """The program takes this prescriber's certificate back."""
        certify.certify_prescriber(self.prescriber, by=self.cast.administrator, program=PROGRAM, certified=False)

    # --- behind the scenes ------------------------------------------------------------------------------------------

    @property
    def doctor(self) -> User:
        return self.prescriber.user

    @property
    def helper(self) -> User:
        """Who types what the delegate may type."""
        return self.cast.delegate

    def _must(self, act: Act) -> None:
        if not act.allowed:
            raise StoryFailedError(f"{self.person.given_name}: {act.decision.gate} refused, {act.decision.blockers}")

    def _answer(self) -> None:
        """What a worker does after each commit."""
        for hold in Hold.objects.filter(prescription__patient=self.patient.pk).values_list("pk", flat=True):
            release.release_if_ready(hold)
        for notice in list(notices.unsent(clock.now())):
            notices.send(notice)
        self.looked_at = False

    def _let_pass(self, until: datetime) -> None:
        """Go from one moment at which something happens by itself to the next, up to `until`."""
        if until < self.reached:
            raise StoryFailedError(f"{self.person.given_name}: a story does not go back, to {until}.")
        if not self.looked_at and self.reached.astimezone(ZONE).date() != until.astimezone(ZONE).date():
            with clock.moved_to(self.reached):  # once a day is enough: what leaves is looked at again before it does
                reassess(self.patient.pk)
            self.looked_at = True
        while (moment := self._next_moment()) is not None and moment < until:
            self.reached = moment
            with clock.moved_to(moment):
                self._ask_held_again()
                self._send_reminders()

    def _next_moment(self) -> datetime | None:
        if not hasattr(self, "patient"):
            return None
        holds = Hold.objects.filter(prescription__patient=self.patient.pk, next_change_at__isnull=False, freeable=True)
        asked = [max(moment, self.reached) for moment in holds.values_list("next_change_at", flat=True) if moment]
        due = self._reminders().values_list("due_at", flat=True)
        sent = [sendable_at(max(moment, self.reached), ZoneInfo(self.person.zone)) for moment in due]
        return min([*asked, *sent], default=None)

    def _reminders(self) -> QuerySet[Reminder]:
        """What nobody has sent or dropped."""
        return Reminder.objects.filter(patient=self.patient.pk, sent_at=None, dropped_at=None)

    def _ask_held_again(self) -> None:
        due = Hold.objects.filter(prescription__patient=self.patient.pk, next_change_at__lte=clock.now())
        for hold in list(due.values_list("pk", flat=True)):
            release.release_if_ready(hold)

    def _send_reminders(self) -> None:
        for reminder in list(self._reminders().filter(due_at__lte=clock.now()).values_list("pk", flat=True)):
            remind.send_if_still_due(reminder)


def sendable_at(due_at: datetime, zone: ZoneInfo) -> datetime:
    """The first moment from `due_at` on at which a message may leave, where its reader lives."""
    if remind.may_be_sent(due_at, zone):
        return due_at
    local = due_at.astimezone(zone)
    day = local.date() if local.time() < remind.FROM_HOUR else calendar.add_days(local.date(), 1)
    return datetime.combine(day, remind.FROM_HOUR, zone)
