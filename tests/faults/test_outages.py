"""Without a broker and without a worker the site answers right, and the sweep alone gets everything done in time."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.test import Client

from compliance.services import record_evidence
from config.supervisor.demo import SWEEP_SECONDS
from prescriptions.models import Authorization, Confirmation
from prescriptions.services import release
from tests import factories as make
from tests.faults.processes import manage
from tests.faults.whole import faults
from tests.fixtures.sites import NO_BROKER, use_broker

RELEASED_WITHIN_SECONDS = 75


@pytest.fixture
def outage(cloned_database):
    """No broker, no worker; a database with real commits."""
    use_broker(NO_BROKER)
    yield cloned_database
    use_broker("memory://")


def held(clinic):
    """A patient whose survey alone is missing, and the prescription that waits for it."""
    patient = make.make_patient(clinic, category=make.CANNOT)
    record_evidence.sign_agreement(patient.pk, by=clinic.doctor, program=make.PROGRAM, category=make.CANNOT)
    prescription = make.make_held(clinic, patient)
    release.release_if_ready(prescription.pk)
    return patient, prescription


def free(clinic, patient):
    record_evidence.record_survey(patient.pk, by=clinic.doctor, program=make.PROGRAM, answered_by="patient")


def browser(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_sweep_command_alone_releases_within_75_seconds(outage):
    clinic = make.make_clinic()
    waiting = [held(clinic) for _ in range(5)]
    for patient, _ in waiting:
        free(clinic, patient)

    done, seconds = manage(outage, None, "sweep")

    assert done.returncode == 0, done.stderr
    assert "held: 5 done" in done.stdout
    assert Authorization.objects.count() == 5
    assert SWEEP_SECONDS + seconds < RELEASED_WITHIN_SECONDS
    assert list(faults()) == []


def test_two_sweeps_at_once_do_each_thing_once(outage):
    clinic = make.make_clinic()
    waiting = [held(clinic) for _ in range(4)]
    for patient, _ in waiting:
        free(clinic, patient)

    with ThreadPoolExecutor(2) as both:
        sweeps = [both.submit(manage, outage, None, "sweep") for _ in range(2)]
        outputs = [sweep.result()[0].stdout for sweep in sweeps]

    assert Authorization.objects.count() == 4, outputs
    assert list(faults()) == []


def test_acts_wait_less_than_a_second_for_a_broker_that_is_away(outage):
    clinic = make.make_clinic()
    patient, _ = held(clinic)

    began = time.monotonic()
    free(clinic, patient)

    assert time.monotonic() - began < 1


def test_a_positive_test_blocks_at_once_with_nobody_to_tell_the_tasks(outage):
    clinic = make.make_clinic()
    confirmation = make.make_confirmed(clinic)
    counter = browser(clinic.pharmacist)
    number = confirmation.authorization.number
    assert "YES" in counter.post("/pharmacy/", {"number": number}).text

    make.make_test(clinic, confirmation.authorization.prescription.patient, result="positive")

    assert "YES" not in counter.post("/pharmacy/", {"number": number}).text
    refused = counter.post(
        "/pharmacy/dispense/",
        {
            "authorization": confirmation.authorization_id,
            "attempt": uuid4(),
            "counselled": "on",
            "guide_given": "on",
            "method": "handover",
        },
    )
    assert refused.status_code == 200
    assert not confirmation.dispenses.exists()


def test_the_prescribers_page_says_held_and_then_released(outage):
    clinic = make.make_clinic()
    patient, prescription = held(clinic)
    surgery = browser(clinic.doctor)
    page = f"/prescriptions/{prescription.pk}/"
    assert surgery.get(page).status_code == 200

    free(clinic, patient)
    assert surgery.get(page).status_code == 200
    manage(outage, None, "sweep")

    number = Authorization.objects.get(prescription=prescription).number
    assert number[:4] in surgery.get(page).text
    assert not Confirmation.objects.exists()
