"""The schedule of tests follows from the ledger alone, in steps or at once."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from compliance import clock
from compliance.models import ScheduledTest
from compliance.services import correct_evidence, enrol, reassess, record_evidence, treat
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def treated(clinic):
    """A patient who can get pregnant, supplied this morning, and looked at since."""
    patient = make.make_ready_patient(clinic)
    make.make_dispensed(clinic, make.make_confirmed(clinic, make.make_released(clinic, patient)))
    reassess.reassess(patient.pk)
    return patient


def later(morning, **span):
    return clock.moved_to(morning + timedelta(**span))


def rows_of(patient):
    return list(
        ScheduledTest.objects.filter(patient=patient)
        .order_by("due_on", "duty")
        .values("program", "duty", "opens_on", "due_on", "advice", "met_by", "met_on", "closed_on")
    )


def open_duties(patient):
    rows = ScheduledTest.objects.filter(patient=patient, closed_on=None)
    return {(row.duty, str(row.due_on)) for row in rows}


def row_due(patient, day):
    return ScheduledTest.objects.get(patient=patient, duty="pregnancy-test", due_on=day)


def test_the_first_week_asks_for_a_test_seven_days_after_the_first_dose(treated):
    assert open_duties(treated) == {("pregnancy-test", "2027-03-08")}


def test_a_negative_test_in_time_meets_the_row_and_the_next_one_is_asked_for(clinic, treated, morning):
    with later(morning, days=6):
        taken = make.make_test(clinic, treated)
        reassess.reassess(treated.pk)

    row = row_due(treated, "2027-03-08")
    assert (row.met_by, str(row.met_on), str(row.closed_on)) == (taken, "2027-03-07", "2027-03-07")
    assert open_duties(treated) == {("pregnancy-test", "2027-03-14")}


def test_a_late_test_meets_the_row_after_its_date(clinic, treated, morning):
    with later(morning, days=9):
        make.make_test(clinic, treated)
        reassess.reassess(treated.pk)

    row = row_due(treated, "2027-03-08")
    assert row.met_on > row.due_on


def test_a_test_that_does_not_count_meets_nothing(clinic, treated, morning):
    with later(morning, days=6):
        make.make_test(clinic, treated, sensitivity=500)
        reassess.reassess(treated.pk)

    assert open_duties(treated) == {("pregnancy-test", "2027-03-08")}


def test_stopping_closes_the_row_without_a_test_and_asks_for_the_final_one(clinic, treated, morning):
    with later(morning, days=3):
        treat.change_treatment(treated.pk, by=clinic.doctor, program=make.PROGRAM, change="stopped")
        reassess.reassess(treated.pk)

    row = row_due(treated, "2027-03-08")
    assert (row.met_on, str(row.closed_on)) == (None, "2027-03-04")
    assert open_duties(treated) == {("final-test", "2027-04-08")}


def test_a_test_that_is_voided_brings_its_duty_back(clinic, treated, morning):
    with later(morning, days=6):
        taken = make.make_test(clinic, treated)
        reassess.reassess(treated.pk)
        correct_evidence.void_test(taken, by=clinic.doctor, reason="another patient's")
        reassess.reassess(treated.pk)

    row = row_due(treated, "2027-03-08")
    assert (row.met_by, row.met_on, row.closed_on) == (None, None, None)


def test_a_duty_that_only_the_passing_of_days_brings_is_found_at_midnight(clinic, morning):
    patient = make.make_patient(clinic)
    since = make.today() - timedelta(days=40)
    record_evidence.attest_contraception(patient.pk, by=clinic.doctor, methods=make.TWO_METHODS, since_on=since)
    make.make_test(clinic, patient, collected_at=make.ago(days=12))
    make.make_test(clinic, patient, collected_at=make.ago(hours=1))
    make.make_held(clinic, patient)  # for want of an agreement
    reassess.reassess(patient.pk)
    assert open_duties(patient) == set()

    with later(morning, days=20):  # the second test's seven days are over on the 9th
        reassess.reassess(patient.pk)

    assert ("second-test", "2027-03-01") in open_duties(patient)


def a_course(clinic, patient, morning, *, look_each_time):
    """Three months with everything in them: met, late, corrected, irregular, stopped, begun again."""

    def look():
        if look_each_time:
            reassess.reassess(patient.pk)

    for day in (6, 13, 22, 29):
        with later(morning, days=day):
            test = make.make_test(clinic, patient)
            look()
    with later(morning, days=30):
        correct_evidence.correct_test(
            test, by=clinic.doctor, reason="read again", collected_at=test.collected_at - timedelta(days=2)
        )
        record_evidence.record_menses_pattern(patient.pk, by=clinic.doctor, pattern="irregular")
        look()
    with later(morning, days=40):
        treat.change_treatment(patient.pk, by=clinic.doctor, program=make.PROGRAM, change="stopped")
        look()
    with later(morning, days=69):
        make.make_test(clinic, patient)
        look()
    with later(morning, days=75):
        enrol.change_category(
            patient.pk, by=clinic.doctor, program=make.PROGRAM, category=make.CANNOT, reason="surgery"
        )
        look()
    with later(morning, days=90):
        reassess.reassess(patient.pk)


@pytest.mark.parametrize("look_each_time", [True, False])
def test_rebuilding_gives_the_same_rows_as_keeping_up(clinic, treated, morning, look_each_time):
    a_course(clinic, treated, morning, look_each_time=look_each_time)
    before = rows_of(treated)
    assert len(before) > 5

    with later(morning, days=90):
        call_command("rebuild_projections")

    assert rows_of(treated) == before


def test_keeping_up_at_each_step_gives_the_same_rows_as_looking_once(clinic, morning):
    courses = []
    for look_each_time in (True, False):
        with clock.moved_to(morning):
            patient = make.make_ready_patient(clinic)
            make.make_dispensed(clinic, make.make_confirmed(clinic, make.make_released(clinic, patient)))
        a_course(clinic, patient, morning, look_each_time=look_each_time)
        courses.append([{**row, "met_by": row["met_by"] is not None} for row in rows_of(patient)])

    assert courses[0] == courses[1]


def test_whoever_was_missed_is_found_and_whoever_is_up_to_date_is_left_alone(clinic, treated, morning):
    assert list(reassess.stale(clock.now())) == []

    make.make_test(clinic, treated)
    assert list(reassess.stale(clock.now())) == [treated.pk]
    reassess.reassess(treated.pk)
    assert list(reassess.stale(clock.now())) == []

    midnight = make.new_york(2027, 3, 2, 0)
    assert list(reassess.stale(midnight - timedelta(seconds=1))) == []
    assert list(reassess.stale(midnight)) == [treated.pk]
