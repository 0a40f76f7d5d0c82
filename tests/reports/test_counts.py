"""What the numbers count, and what they leave out."""

from datetime import UTC, date, timedelta

import pytest

from compliance.programs import load_programs
from compliance.services import record_evidence
from prescriptions.services import release
from reports.counts import BY_SLUG, COUNTS, tally
from reports.period import Period, last_days
from reports.selectors import holds
from tests import factories as make
from tests.reports import scenes

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
SPRING_FORWARD = date(2027, 3, 14)
FALL_BACK = date(2027, 11, 7)


def days(first_on, last_on, now=scenes.NOON):
    return Period(load_programs()[make.PROGRAM], first_on, last_on, now)


def number(slug, period):
    return tally(period).numbers[slug]


def test_every_number_is_the_number_of_its_rows(clinic, noon):
    scenes.busy_weeks(clinic)
    period = last_days(load_programs()[make.PROGRAM])

    found = tally(period).numbers

    assert found == {count.slug: len(list(count.rows(period))) for count in COUNTS}
    assert min(found[slug] for slug in found if slug != "still-held") >= 1


def test_what_was_due_is_on_time_late_missed_or_not_yet_over(clinic, noon):
    scenes.busy_weeks(clinic)

    found = tally(last_days(load_programs()[make.PROGRAM])).numbers

    assert found["tests-due"] == 4
    assert [found[f"tests-{which}"] for which in ("on-time", "late", "missed", "not-yet")] == [1, 1, 1, 1]


def test_advice_and_tests_no_longer_asked_on_their_day_are_not_due(clinic, noon):
    patient = scenes.man(clinic, scenes.LONG_AGO)
    day = date(2027, 2, 20)
    scenes.scheduled(patient, day, advice=True, duty="final-test")
    scenes.scheduled(patient, day, closed_on=day)

    assert number("tests-due", days(day, day)) == 0
    scenes.scheduled(patient, day + timedelta(days=1), closed_on=day + timedelta(days=2))
    assert number("tests-missed", days(day, day + timedelta(days=1))) == 1


def test_a_number_that_was_used_has_not_expired_unused(clinic, noon):
    scenes.busy_weeks(clinic)
    period = last_days(load_programs()[make.PROGRAM])

    rows = list(BY_SLUG["expired-unused"].rows(period))

    assert len(rows) == 1
    assert not rows[0]["supplied"]
    assert rows[0]["voided_at"] is None


def test_a_voided_number_is_voided_and_not_expired(clinic, noon):
    with scenes.at(scenes.NOON - timedelta(days=12)):
        patient = make.make_ready_patient(clinic)
        make.make_released(clinic, patient)
    with scenes.at(scenes.NOON - timedelta(days=11)):
        make.make_test(clinic, patient, result="positive")

    found = tally(last_days(load_programs()[make.PROGRAM])).numbers

    assert (found["releases"], found["voided"], found["expired-unused"]) == (1, 1, 0)


@pytest.mark.parametrize("day", [SPRING_FORWARD, FALL_BACK], ids=["23 hours long", "25 hours long"])
def test_a_day_of_the_clock_change_holds_its_first_and_last_second_and_no_more(clinic, day):
    midnight = make.new_york(day.year, day.month, day.day, 0)
    next_midnight = make.new_york(day.year, day.month, day.day + 1, 0)
    second = timedelta(seconds=1)
    for moment in (
        midnight.astimezone(UTC) - second,
        midnight,
        next_midnight.astimezone(UTC) - second,
        next_midnight,
    ):
        scenes.released(clinic, moment)

    assert number("releases", days(day, day, now=next_midnight)) == 2


def test_a_hold_is_cleared_by_the_decision_that_no_longer_names_it(clinic, noon):
    prescription = scenes.held_for_agreement(clinic, scenes.NOON - timedelta(days=3))
    with scenes.at(scenes.NOON - timedelta(days=3) + 5 * HOUR):
        record_evidence.sign_agreement(
            prescription.patient_id, by=clinic.doctor, program=make.PROGRAM, category=make.MALE
        )
        release.release_if_ready(prescription.pk)

    (reason,) = tally(last_days(load_programs()[make.PROGRAM])).reasons

    assert (reason.code, reason.episodes, reason.cleared, reason.still_held) == ("agreement-missing", 1, 1, 0)
    assert reason.median_hours == 5


def test_a_withdrawn_prescription_ended_its_hold_without_clearing_it(clinic, noon):
    prescription = scenes.held_for_agreement(clinic, scenes.NOON - timedelta(days=3))
    scenes.withdrawn(clinic, prescription, scenes.NOON - timedelta(days=2))

    (reason,) = tally(last_days(load_programs()[make.PROGRAM])).reasons

    assert (reason.cleared, reason.ended, reason.still_held, reason.median_hours) == (0, 1, 0, None)


def test_the_median_leaves_out_what_still_holds(clinic, noon):
    for hours in (2, 4, 12):
        prescription = scenes.held_for_agreement(clinic, scenes.NOON - timedelta(days=3))
        with scenes.at(scenes.NOON - timedelta(days=3) + hours * HOUR):
            record_evidence.sign_agreement(
                prescription.patient_id, by=clinic.doctor, program=make.PROGRAM, category=make.MALE
            )
            release.release_if_ready(prescription.pk)
    scenes.held_for_agreement(clinic, scenes.NOON - timedelta(days=1))

    (reason,) = tally(last_days(load_programs()[make.PROGRAM])).reasons

    assert (reason.episodes, reason.still_held, reason.median_hours) == (4, 1, 4)


def test_asking_again_for_a_released_prescription_is_no_hold(clinic, noon):
    authorization = scenes.released(clinic, scenes.NOON - timedelta(days=1))
    with scenes.at(scenes.NOON - timedelta(hours=2)):
        again = release.release(authorization.prescription_id, by=clinic.doctor)

    assert again.decision.blockers == ["prescription-closed"]
    assert holds.episodes(last_days(load_programs()[make.PROGRAM])) == []


def test_an_overdue_survey_is_an_overdue_duty_with_its_days(clinic, noon):
    with scenes.at(scenes.LONG_AGO):
        patient = make.make_ready_patient(clinic)

    rows = BY_SLUG["overdue"].rows(last_days(load_programs()[make.PROGRAM]))

    survey = next(row for row in rows if row["duty"] == "patient-survey")
    assert survey["patient_code"] == patient.code
    assert survey["days"] == (scenes.NOON.date() - survey["due_on"]).days > 0
