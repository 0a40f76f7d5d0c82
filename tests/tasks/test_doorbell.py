"""A bell is rung after the commit, costs little where nobody hears it, and is silent where the clock is moved."""

import signal
import time
from unittest.mock import patch

import pytest

from compliance import clock
from compliance.models import AbnormalMenses
from compliance.services import certify, doorbell, record_evidence
from compliance.services.session import patient_session
from config.celery import app
from tests import factories as make
from tests.fixtures.sites import NO_BROKER, use_broker

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung():
    """What was rung, in order, as task and key."""
    heard = []
    doorbell.listen_again()
    with patch.object(app, "send_task", side_effect=lambda task, args, **_: heard.append((task, *args))):
        yield heard


@pytest.fixture
def no_broker():
    before = app.conf.broker_url
    use_broker(NO_BROKER)
    doorbell.ring("compliance.reassess_patient", make.uuid4())  # the very first also imports the transport
    doorbell.listen_again()
    yield
    use_broker(before)
    doorbell.listen_again()


@pytest.fixture
def here_and_now(db):
    return make.make_clinic()


def test_a_fact_rings_for_the_patient_and_for_what_is_held(here_and_now, rung, django_capture_on_commit_callbacks):
    patient = make.make_ready_patient(here_and_now, category=make.CANNOT)
    prescription = make.make_held(here_and_now, patient)
    with django_capture_on_commit_callbacks(execute=True):
        record_evidence.record_menses_pattern(patient.pk, by=here_and_now.doctor, pattern="none")
    assert set(rung) == {
        ("compliance.reassess_patient", str(patient.pk)),
        ("prescriptions.release_if_ready", str(prescription.pk)),
    }


def test_writing_rings_for_the_prescription(here_and_now, rung, django_capture_on_commit_callbacks):
    patient = make.make_ready_patient(here_and_now, category=make.CANNOT)
    with django_capture_on_commit_callbacks(execute=True):
        prescription = make.make_held(here_and_now, patient)
    assert ("prescriptions.release_if_ready", str(prescription.pk)) in rung


def test_a_certificate_rings_for_what_its_prescriber_has_held(here_and_now, rung, django_capture_on_commit_callbacks):
    patient = make.make_ready_patient(here_and_now, category=make.CANNOT)
    prescription = make.make_held(here_and_now, patient)
    with django_capture_on_commit_callbacks(execute=True):
        certify.certify_prescriber(here_and_now.prescriber, by=None, program=make.PROGRAM)
    assert rung == [("prescriptions.release_if_ready", str(prescription.pk))]


def test_a_dispense_rings_for_what_falls_due_from_then_on(here_and_now, rung, django_capture_on_commit_callbacks):
    confirmation = make.make_confirmed(here_and_now)
    with django_capture_on_commit_callbacks(execute=True):
        make.make_dispensed(here_and_now, confirmation)
    patient = confirmation.authorization.prescription.patient_id
    assert rung == [("compliance.reassess_patient", str(patient))]


def test_a_void_rings_for_the_site_that_holds_the_number(here_and_now, rung, django_capture_on_commit_callbacks):
    confirmation = make.make_confirmed(here_and_now)
    with django_capture_on_commit_callbacks(execute=True):
        make.make_test(here_and_now, confirmation.authorization.prescription.patient, result="positive")
    assert [task for task, _ in rung].count("prescriptions.send_notice") == 1


def test_what_is_rolled_back_rings_nothing(here_and_now, rung, django_capture_on_commit_callbacks):
    patient = make.make_patient(here_and_now)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        record_and_fail(patient)
    assert rung == []


def record_and_fail(patient):
    with patient_session(patient.pk, by=None) as session:
        session.record(AbnormalMenses(patient=patient))
        raise ZeroDivisionError


def test_nothing_is_rung_from_another_moment(here_and_now, rung):
    with clock.moved_to(make.new_york(2027, 3, 1)):
        doorbell.ring("compliance.reassess_patient", make.uuid4())
    assert rung == []


def test_a_dead_broker_costs_less_than_a_second_an_act_and_one_log_line(
    here_and_now, no_broker, django_capture_on_commit_callbacks
):
    patient = make.make_ready_patient(here_and_now, category=make.CANNOT)
    for _ in range(3):
        make.make_held(here_and_now, patient)
    with patch.object(doorbell.log, "warning") as warned:
        began = time.monotonic()
        with django_capture_on_commit_callbacks(execute=True) as bells:
            record_evidence.record_menses_pattern(patient.pk, by=here_and_now.doctor, pattern="none")
        took = time.monotonic() - began

    assert len(bells) == 2
    assert took < 1
    assert warned.call_count == 1


def test_a_broker_that_hangs_costs_less_than_a_second_too(valkey):
    doorbell.ring("compliance.reassess_patient", make.uuid4())  # also imports, and connects
    valkey.process.send_signal(signal.SIGSTOP)
    with patch.object(doorbell.log, "warning") as warned:
        began = time.monotonic()
        for _ in range(3):
            doorbell.ring("compliance.reassess_patient", make.uuid4())
        took = time.monotonic() - began
    valkey.process.send_signal(signal.SIGCONT)
    doorbell.listen_again()

    assert took < 1
    assert warned.call_count == 1


def test_a_broker_that_came_back_is_rung_again(no_broker, rung):
    doorbell.ring("compliance.reassess_patient", make.uuid4())
    assert len(rung) == 1
    with patch.object(app, "send_task", side_effect=ConnectionRefusedError):
        doorbell.ring("compliance.reassess_patient", make.uuid4())
    doorbell.ring("compliance.reassess_patient", make.uuid4())
    assert len(rung) == 1

    with patch.object(clock, "seconds", return_value=clock.seconds() + doorbell.QUIET_SECONDS):
        doorbell.ring("compliance.reassess_patient", make.uuid4())

    assert len(rung) == 2
