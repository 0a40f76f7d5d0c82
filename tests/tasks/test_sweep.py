"""The sweep finds what a lost message left behind, asks each row once, and is not stopped by one bad row."""

from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from compliance import clock
from compliance.models import Chain
from compliance.services import certify, jobs, record_evidence
from compliance.services.jobs import Budget
from prescriptions import tasks
from prescriptions.models import Authorization, Hold
from prescriptions.services import release, sweep
from tests import factories as make

pytestmark = pytest.mark.django_db

TRY_LOCK = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"


def held_for_want_of_a_survey(clinic):
    """Held, and the patient's survey is all it waits for. It has been asked once."""
    patient = make.make_patient(clinic, category=make.CANNOT)
    record_evidence.sign_agreement(patient.pk, by=clinic.doctor, program=make.PROGRAM, category=make.CANNOT)
    prescription = make.make_held(clinic, patient)
    release.release_if_ready(prescription.pk)
    assert make.blockers_of(prescription) == ["survey-patient-due"]
    return patient, prescription


def answer_survey(clinic, patient):
    record_evidence.record_survey(patient.pk, by=clinic.doctor, program=make.PROGRAM, answered_by="patient")


def sweep_all():
    return sweep.sweep_held(budget=Budget.of(30))


def is_released(prescription):
    return Authorization.objects.filter(prescription=prescription).exists()


def test_the_sweep_releases_what_a_lost_message_left_held(clinic):
    patient, prescription = held_for_want_of_a_survey(clinic)
    answer_survey(clinic, patient)

    count = sweep_all()

    assert count.done == 1
    assert is_released(prescription)


def test_nobody_is_asked_again_while_nothing_can_have_changed(clinic):
    _, prescription = held_for_want_of_a_survey(clinic)
    before = prescription.decisions.count()

    count = sweep_all()

    assert (count.done, prescription.decisions.count()) == (0, before)


def test_the_prescribers_certificate_alone_frees_what_waited_for_it(clinic):
    certify.certify_prescriber(clinic.prescriber, by=None, program=make.PROGRAM, certified=False)
    patient = make.make_ready_patient(clinic, category=make.MALE)
    prescription = make.make_held(clinic, patient)
    sweep_all()
    assert make.blockers_of(prescription) == ["prescriber-not-certified"]

    certify.certify_prescriber(clinic.prescriber, by=None, program=make.PROGRAM)
    sweep_all()

    assert is_released(prescription)


def test_a_row_is_asked_again_when_its_moment_has_come(clinic):
    _, prescription = held_for_want_of_a_survey(clinic)
    moment = Hold.objects.get(pk=prescription.pk).next_change_at
    Hold.objects.update(asked_at=moment - timedelta(minutes=1))

    assert list(sweep.due(moment - timedelta(seconds=1))) == []
    assert list(sweep.due(moment)) == [prescription.pk]


def test_each_row_is_asked_at_least_hourly(clinic):
    _, prescription = held_for_want_of_a_survey(clinic)
    Hold.objects.update(next_change_at=None)
    asked_at = Hold.objects.get().asked_at

    assert list(sweep.due(asked_at + timedelta(minutes=59))) == []
    assert list(sweep.due(asked_at + timedelta(minutes=60))) == [prescription.pk]


def test_a_row_that_keeps_failing_is_left_to_the_hourly_look(clinic):
    patient, prescription = held_for_want_of_a_survey(clinic)
    answer_survey(clinic, patient)
    with patch.object(sweep, "release_if_ready", side_effect=ZeroDivisionError):
        failed = [sweep_all().failed for _ in range(sweep.MAX_FAILURES + 2)]
    assert failed == [1] * sweep.MAX_FAILURES + [0, 0]
    tasks.release_if_ready(str(prescription.pk))
    assert not is_released(prescription)

    with clock.moved_to(clock.now() + timedelta(hours=1)):
        sweep_all()

    assert is_released(prescription)


def test_a_row_that_fails_does_not_stop_the_next(clinic):
    (first, poison), (second, other) = held_for_want_of_a_survey(clinic), held_for_want_of_a_survey(clinic)
    for patient in (first, second):
        answer_survey(clinic, patient)
    real = sweep.release_if_ready

    def fails_on_one(key):
        assert key != poison.pk, "poison"
        return real(key)

    with patch.object(sweep, "release_if_ready", side_effect=fails_on_one):
        count = sweep_all()

    assert (count.done, count.failed) == (1, 1)
    assert is_released(other)


def test_an_answer_ends_the_count_of_failures(clinic):
    _, prescription = held_for_want_of_a_survey(clinic)
    Hold.objects.update(attempts=3)

    sweep.try_release(prescription.pk)

    assert Hold.objects.get().attempts == 0


def test_a_task_for_a_prescription_that_nobody_wrote_does_nothing():
    tasks.release_if_ready(str(uuid4()))
    assert not Chain.objects.exists()


def test_a_task_that_runs_twice_releases_once(clinic):
    patient, prescription = held_for_want_of_a_survey(clinic)
    answer_survey(clinic, patient)

    tasks.release_if_ready(str(prescription.pk))
    tasks.release_if_ready(str(prescription.pk))

    assert Authorization.objects.filter(prescription=prescription).count() == 1


def test_nothing_is_started_when_the_time_is_up(clinic):
    patient, prescription = held_for_want_of_a_survey(clinic)
    answer_survey(clinic, patient)

    count = sweep.sweep_held(budget=Budget.of(0))

    assert (count.done, count.late) == (0, 1)
    assert not is_released(prescription)


def test_a_second_sweep_goes_home(shared_database, clinic):
    with shared_database.as_app() as other:
        other.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [jobs.LOCK_SPACE, "held"])
        assert sweep_all() is None
        other.execute("SELECT pg_advisory_unlock_all()")
        assert sweep_all() is not None


def test_a_job_gives_its_lock_back_after_an_error(shared_database):
    with pytest.raises(ZeroDivisionError), jobs.only_one("a job"):
        raise ZeroDivisionError
    with shared_database.as_app() as other:
        assert other.execute(TRY_LOCK, [jobs.LOCK_SPACE, "a job"]).fetchone() == (True,)


def test_the_wait_for_a_busy_row_is_short_in_a_sweep_alone():
    def wait():
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            return cursor.fetchone()[0]

    before = wait()
    with sweep.patient_with_rows():
        assert wait() == "1s"
    assert wait() == before


def test_the_command_sweeps_everything_and_prints_counts_alone(clinic, capsys):
    patient, prescription = held_for_want_of_a_survey(clinic)
    answer_survey(clinic, patient)

    call_command("sweep")

    out = capsys.readouterr().out
    assert is_released(prescription)
    assert out.splitlines()[0] == "held: 1 done"
    assert [line.partition(":")[0] for line in out.splitlines()] == ["held", "notices", "reminders", "reassessments"]
    assert patient.code not in out
    assert str(patient.pk) not in out
