"""A reminder is a row before anything is sent, is looked at again before it goes, and says nothing to strangers."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from compliance import clock, tasks
from compliance.models import Reminder
from compliance.services import enrol, reassess, remind, treat
from compliance.services.jobs import Budget
from tests import factories as make

pytestmark = pytest.mark.django_db

UNSAID = (
    "pomalidomide", "pregnan", "test", "medicine", "drug", "capsule", "treatment", "contracept", "myeloma",
    "rems", "elm street", "oncology", "clinic", "pharmacy", "marta", "sample", "lindqvist",
)  # fmt: skip


def treated_patient(clinic, **details):
    patient = make.make_ready_patient(clinic, **details)
    make.make_dispensed(clinic, make.make_confirmed(clinic, make.make_released(clinic, patient)))
    reassess.reassess(patient.pk)
    return patient


@pytest.fixture
def treated(clinic):
    """Supplied on Monday 1 March; a test is due on Monday 8 March."""
    return treated_patient(clinic)


def at(day, hour=9, minute=0, month=3):
    return clock.moved_to(make.new_york(2027, month, day, hour, minute))


def sweep():
    return remind.sweep_due(budget=Budget.of(30))


def planned(patient):
    rows = Reminder.objects.filter(patient=patient, sent_at=None, dropped_at=None)
    return [str(row.due_at.astimezone(ZoneInfo(patient.zone)).date()) for row in rows.order_by("due_at")]


def stop(clinic, patient):
    treat.change_treatment(patient.pk, by=clinic.doctor, program=make.PROGRAM, change="stopped")
    reassess.reassess(patient.pk)


def drop(rows):
    rows.update(dropped_at=clock.now(), dropped_because="out of this test's way")


def test_a_test_that_falls_due_is_spoken_of_before_on_and_after_its_day(treated):
    assert planned(treated) == ["2027-03-01", "2027-03-05", "2027-03-07", "2027-03-08", "2027-03-09", "2027-03-11"]


def test_looking_again_plans_nothing_twice(treated):
    before = Reminder.objects.count()
    reassess.reassess(treated.pk)
    assert Reminder.objects.count() == before


def test_after_stopping_there_is_one_on_the_day_one_a_week_and_one_at_the_end(clinic):
    patient = make.make_ready_patient(clinic, category=make.MALE)
    stop(clinic, patient)
    assert planned(patient) == [
        "2027-03-01", "2027-03-08", "2027-03-15", "2027-03-22", "2027-03-29", "2027-03-30",
    ]  # fmt: skip


def test_who_cannot_get_pregnant_hears_weekly_too_because_of_blood_donation(clinic):
    patient = make.make_ready_patient(clinic, category=make.CANNOT)
    stop(clinic, patient)
    assert set(Reminder.objects.values_list("duty", flat=True)) == {"no-blood-donation"}
    assert len(planned(patient)) == 6


def test_the_final_test_is_spoken_of_too(clinic, treated):
    with at(3):
        stop(clinic, treated)
    final = Reminder.objects.filter(patient=treated, duty="final-test")
    assert [str(row.due_on) for row in final] == ["2027-04-07"] * 6


def test_stopping_in_the_evening_speaks_next_morning(clinic):
    patient = make.make_ready_patient(clinic, category=make.MALE)
    with at(1, hour=21):
        stop(clinic, patient)
    assert planned(patient)[0] == "2027-03-02"


def test_stopping_when_the_patients_day_has_ended_already_speaks_in_their_morning(clinic):
    patient = make.make_ready_patient(clinic, category=make.MALE, zone="Europe/Berlin")
    with at(1, hour=18, minute=30):  # half past midnight there
        stop(clinic, patient)
    with at(2, hour=4):  # ten in the morning there
        sweep()
    assert len(mail.outbox) == 1


def test_rows_that_wait_for_the_morning_hold_up_nobody(clinic, treated):
    asleep = treated_patient(clinic, zone="Pacific/Auckland")
    with at(5, hour=10), patch.object(remind, "BATCH", 1):  # four in the morning there
        found = list(remind.due(clock.now()))
    assert Reminder.objects.filter(patient=asleep, due_at__lt=make.new_york(2027, 3, 5)).exists()
    assert [row.patient for row in Reminder.objects.filter(pk__in=found)] == [treated]


def test_it_is_sent_once_with_a_receipt(treated):
    with at(5):
        sweep()
        sweep()

    sent = Reminder.objects.exclude(sent_at=None).get()
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == [treated.email]
    assert sent.receipt == mail.outbox[0].extra_headers["Message-ID"]
    assert "Monday, 8 March 2027" in mail.outbox[0].body


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Europe/Berlin", "Pacific/Auckland"])
def test_it_is_sent_from_nine_to_eight_in_the_evening_where_the_patient_lives(clinic, zone):
    patient = treated_patient(clinic, zone=zone)
    row = Reminder.objects.filter(patient=patient, duty="pregnancy-test").order_by("due_at")[2]
    nine = row.due_at
    assert (nine.astimezone(ZoneInfo(zone)).hour, nine.astimezone(ZoneInfo(zone)).minute) == (9, 0)
    drop(Reminder.objects.exclude(pk=row.pk))

    def goes_at(moment):
        return row.pk in set(remind.due(moment))

    assert not goes_at(nine - timedelta(seconds=1))
    assert goes_at(nine)
    assert goes_at(nine + timedelta(hours=11, seconds=-1))
    assert not goes_at(nine + timedelta(hours=11))
    assert goes_at(nine + timedelta(hours=24))


def test_a_task_that_comes_at_night_gives_the_row_back(treated):
    row = Reminder.objects.order_by("due_at")[1]
    with at(5, hour=22):
        tasks.send_reminder(str(row.pk))
    row.refresh_from_db()
    assert (row.claimed_at, row.attempts, mail.outbox) == (None, 0, [])


def test_what_is_no_longer_due_is_dropped_and_says_why(clinic, treated):
    with at(4):
        make.make_test(clinic, treated)
    with at(5):
        sweep()

    dropped = Reminder.objects.exclude(dropped_at=None)
    assert {row.dropped_because for row in dropped} == {"no-longer-due"}
    assert mail.outbox == []


def test_opting_out_stops_the_message_and_leaves_a_row_for_the_staff(treated):
    treated.wants_reminders = False
    treated.save(update_fields=["zone", "language", "wants_reminders"])
    with at(5):
        sweep()
    assert {row.dropped_because for row in Reminder.objects.exclude(dropped_at=None)} == {"opted-out"}
    assert mail.outbox == []


def test_without_an_address_nothing_is_tried(clinic):
    treated_patient(clinic, email="")
    with at(5):
        sweep()
    assert "no-address" in {row.dropped_because for row in Reminder.objects.exclude(dropped_at=None)}


def test_after_a_dead_week_one_message_goes_not_five(treated):
    with at(10):
        sweep()
    assert len(mail.outbox) == 1
    assert "There was something for you to do by Monday, 8 March 2027" in mail.outbox[0].body
    assert set(Reminder.objects.exclude(dropped_at=None).values_list("dropped_because", flat=True)) == {
        "a-later-one-is-due"
    }


def test_a_message_that_is_late_says_what_is_true_now(treated):
    drop(Reminder.objects.exclude(due_at=make.new_york(2027, 3, 11)))
    with at(12, hour=10):
        sweep()
    assert "There was something for you to do by Monday, 8 March 2027" in mail.outbox[0].body


def test_a_mail_server_that_refuses_is_tried_again_later(treated):
    with at(5), patch.object(EmailBackend, "send_messages", side_effect=SMTPServerDisconnected):
        sweep()
    row = Reminder.objects.exclude(claimed_at=None).get(sent_at=None, dropped_at=None)
    assert row.attempts == 1

    with at(5, minute=4):
        sweep()
    assert mail.outbox == []
    with at(5, minute=5):
        sweep()

    row.refresh_from_db()
    assert (row.attempts, len(mail.outbox)) == (2, 1)


def test_a_claim_whose_holder_died_is_taken_over_and_a_fresh_one_is_not(treated):
    with at(5):
        row = list(remind.due(clock.now()))[-1]
        Reminder.objects.filter(pk=row).update(claimed_at=clock.now(), attempts=1)
        assert remind.send_if_still_due(row) is False
    with at(5, minute=6):
        assert remind.send_if_still_due(row) is True
    assert len(mail.outbox) == 1


def test_a_row_that_never_goes_is_given_up(treated):
    with at(5):
        row = list(remind.due(clock.now()))[-1]
        Reminder.objects.filter(pk=row).update(attempts=remind.MAX_ATTEMPTS)
        remind.send_if_still_due(row)
    assert Reminder.objects.get(pk=row).dropped_because == "mail-refused"


def test_a_task_for_no_row_does_nothing():
    tasks.send_reminder(str(uuid4()))
    tasks.reassess_patient(str(uuid4()))
    assert mail.outbox == []


def test_a_patient_who_moved_is_not_told_twice(treated):
    with at(5):
        sweep()
        treated.zone = "America/Los_Angeles"
        treated.save(update_fields=["zone", "language", "wants_reminders"])
        reassess.reassess(treated.pk)
    with at(5, hour=13):
        sweep()
    assert len(mail.outbox) == 1


def test_no_message_says_what_it_is_about(clinic, treated):
    patient = make.make_ready_patient(clinic, category=make.MALE)
    stop(clinic, patient)
    with at(8):
        stop_day_two = make.make_ready_patient(clinic, category=make.CANNOT)
        stop(clinic, stop_day_two)
    for day in range(1, 31):
        with at(day, hour=11):
            sweep()
    assert len(mail.outbox) >= 15
    for message in mail.outbox:
        said = f"{message.subject}\n{message.body}".lower()
        assert [word for word in UNSAID if word in said] == []
        assert message.body.strip().startswith("Hello")
        assert message.body.count("\n\n\n") == 0


def test_the_language_is_the_patients(treated):
    treated.language = "es"
    treated.save(update_fields=["zone", "language", "wants_reminders"])
    with patch("compliance.services.remind.translation.override") as override, at(5):
        sweep()
    override.assert_called_once_with("es")


def test_a_change_of_category_ends_what_was_planned(clinic, treated):
    with at(4):
        enrol.change_category(
            treated.pk, by=clinic.doctor, program=make.PROGRAM, category=make.CANNOT, reason="surgery"
        )
    with at(5):
        sweep()
    assert mail.outbox == []


def test_what_is_due_already_rings_a_worker(clinic, django_capture_on_commit_callbacks):
    patient = make.make_ready_patient(clinic, category=make.MALE)
    rung = []
    with (
        patch.object(remind, "ring", side_effect=lambda task, key: rung.append((task, key))),
        django_capture_on_commit_callbacks(execute=True),
    ):
        stop(clinic, patient)
    assert rung == [("compliance.send_reminder", Reminder.objects.order_by("due_at")[0].pk)]


def test_two_programs_that_ask_for_the_same_on_one_day_send_one_message(clinic, treated):
    other = "us-lenalidomide"
    enrol.enrol_again(treated, by=clinic.doctor, program=other, category=make.CAN)
    treat.change_treatment(treated.pk, by=clinic.doctor, program=other, change="started")
    reassess.reassess(treated.pk)
    with at(4):
        treat.change_treatment(treated.pk, by=clinic.doctor, program=make.PROGRAM, change="stopped")
        reassess.reassess(treated.pk)
    mail.outbox.clear()
    with at(5):
        sweep()

    assert [message.body.count("something for you to do by Monday, 8 March") for message in mail.outbox].count(1) == 1
