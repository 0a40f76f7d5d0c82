"""A real worker, rung by a real commit through a real broker."""

import time
from datetime import UTC, datetime

import pytest

from compliance.models import Reassessment, Reminder
from compliance.services import doorbell, treat
from config.celery import app
from prescriptions.models import Authorization, Hold
from tests import factories as make
from tests.faults.test_outages import free, held
from tests.faults.whole import faults

LONG_ENOUGH = 20


@pytest.fixture
def worker(running_worker):
    doorbell.listen_again()
    return running_worker


def eventually(true):
    """Whether it comes true before patience ends."""
    until = time.monotonic() + LONG_ENOUGH
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def zone_where_it_is_noon():
    """A zone in which a message disturbs nobody now."""
    hours = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


def test_a_worker_releases_what_a_fact_has_freed(worker):
    clinic = make.make_clinic()
    patient, prescription = held(clinic)

    free(clinic, patient)

    assert eventually(Authorization.objects.filter(prescription=prescription).exists)
    assert not Hold.objects.exists()
    assert list(faults()) == []


def test_a_worker_sends_the_first_reminder_when_treatment_stops(worker):
    clinic = make.make_clinic()
    patient = make.make_ready_patient(clinic, category=make.MALE, zone=zone_where_it_is_noon())

    treat.change_treatment(patient.pk, by=clinic.doctor, program=make.PROGRAM, change="stopped")

    assert eventually(Reminder.objects.filter(patient=patient, sent_at__isnull=False).exists)
    assert Reminder.objects.filter(patient=patient).count() >= 5
    assert Reassessment.objects.filter(patient=patient).exists()


def test_every_task_that_is_rung_or_scheduled_is_one():
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    rung = {
        "compliance.reassess_patient",
        "compliance.send_reminder",
        "prescriptions.release_if_ready",
        "prescriptions.send_notice",
    }

    assert scheduled | rung <= set(app.tasks)
