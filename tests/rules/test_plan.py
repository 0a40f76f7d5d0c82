"""Duties: what falls due, for whom, by when."""

from datetime import date

import pytest

from compliance.rules import events
from compliance.rules.verdict import DutyKind, Gate, Party
from tests.builders import OTHER_PHARMACY, Story, acne_patient, european_woman, man, woman


def names(story):
    return [duty.duty.value for duty in story.duties()]


def test_nothing_is_listed_before_enrolment():
    assert Story("us-pomalidomide", "adult-male").written().duties() == []


# --- before the start -------------------------------------------------------------------------------------------------


def test_missing_tests_of_the_prescription_written_last_are_listed():
    story = Story("us-pomalidomide", "adult-female-can").enrolled().contraception().written()

    first, second = story.duty(DutyKind.FIRST_TEST), story.duty(DutyKind.SECOND_TEST)

    assert (first.opens_on, first.due_on, first.overdue) == (date(2028, 9, 4), date(2028, 9, 8), True)
    assert (second.opens_on, second.due_on, second.overdue) == (date(2028, 9, 17), date(2028, 9, 18), False)


def test_tests_that_are_there_are_not_listed():
    assert "first-test" not in names(woman())
    assert "second-test" not in names(woman())


def test_a_closed_prescription_asks_for_no_test():
    story = woman().does(Gate.RELEASE).voids("t-1")

    assert "first-test" not in names(story)


def test_only_the_prescription_written_last_is_looked_at():
    story = Story("us-pomalidomide", "adult-female-can").enrolled().contraception().written("rx-1")
    backdated = events.PrescriptionWritten(
        story.moment("2028-09-10"), prescription="rx-0", prescriber="dr", days_supply=28, recorded_at=story.now
    )

    assert story.learns(backdated).duty(DutyKind.FIRST_TEST).due_on == date(2028, 9, 8)


def test_europe_lists_its_one_test_from_three_days_before():
    duty = Story("eu-pomalidomide", "wcbp").enrolled().contraception().written().duty(DutyKind.SECOND_TEST)

    assert (duty.opens_on, duty.due_on) == (date(2028, 9, 15), date(2028, 9, 18))


def test_a_screening_test_has_no_first_day():
    duty = Story("us-ipledge", "can").enrolled().contraception().written().duty(DutyKind.FIRST_TEST)

    assert (duty.opens_on, duty.due_on) == (None, date(2028, 8, 19))


@pytest.mark.parametrize(
    ("since", "opens_on", "due_on"),
    [
        ("2028-08-01", date(2028, 8, 31), date(2028, 9, 18)),
        ("2028-09-10", date(2028, 10, 10), date(2028, 10, 10)),
    ],
)
def test_the_second_test_of_ipledge_waits_for_the_run_in_force(since, opens_on, due_on):
    story = Story("us-ipledge", "can").enrolled().written().contraception(since=since)

    duty = story.duty(DutyKind.SECOND_TEST)

    assert (duty.opens_on, duty.due_on) == (opens_on, due_on)


def test_without_a_run_the_second_test_of_ipledge_has_no_first_day():
    duty = Story("us-ipledge", "can").enrolled().written().duty(DutyKind.SECOND_TEST)

    assert (duty.opens_on, duty.due_on) == (None, date(2028, 9, 18))


def test_the_end_of_a_lock_moves_the_second_test():
    missed = acne_patient("2025-05-07 15:00").on("2025-05-14 15:00")

    assert missed.duty(DutyKind.SECOND_TEST).opens_on == date(2025, 5, 26)


# --- in treatment -----------------------------------------------------------------------------------------------------

STARTED = woman().supplied().starts("2028-09-19 20:00")


@pytest.mark.parametrize(
    ("collected", "due_on"),
    [
        (None, date(2028, 9, 26)),
        ("2028-10-10 09:00", date(2028, 10, 17)),
        ("2028-10-11 09:00", date(2028, 11, 8)),
    ],
)
def test_tests_are_weekly_for_four_weeks_then_every_four(collected, due_on):
    story = STARTED.on("2028-10-12 09:00")
    story = story.tests("t-3", collected) if collected else story

    assert story.duty(DutyKind.PREGNANCY_TEST).due_on == due_on


def test_irregular_cycles_are_tested_every_two_weeks():
    story = STARTED.on("2028-10-12 09:00").tests("t-3", "2028-10-11 09:00")
    irregular = story.learns(events.MensesPattern(story.now, pattern="irregular"))

    assert irregular.duty(DutyKind.PREGNANCY_TEST).due_on == date(2028, 10, 25)


@pytest.mark.parametrize(
    ("story", "due_on"), [(european_woman(), date(2028, 10, 16)), (acne_patient(), date(2028, 10, 18))]
)
def test_editions_without_a_weekly_phase_use_their_own_interval(story, due_on):
    started = story.supplied()
    irregular = started.learns(events.MensesPattern(started.now, pattern="irregular"))

    assert irregular.duty(DutyKind.PREGNANCY_TEST).due_on == due_on


def test_a_test_is_overdue_the_day_after():
    assert not STARTED.on("2028-09-26 23:59").duty(DutyKind.PREGNANCY_TEST).overdue
    assert STARTED.on("2028-09-27 00:00").duty(DutyKind.PREGNANCY_TEST).overdue


def test_the_duty_goes_on_while_treatment_is_held_and_ends_with_it():
    held = STARTED.learns(events.TreatmentHeld(STARTED.moment("2028-09-20"), reason="count"))

    assert "pregnancy-test" in names(held.on("2028-09-21 09:00"))
    assert "pregnancy-test" not in names(held.on("2028-09-22 09:00").stops())


def test_without_a_reported_start_the_first_supply_counts():
    assert woman().supplied().duty(DutyKind.PREGNANCY_TEST).due_on == date(2028, 9, 25)


def test_a_start_after_a_stop_begins_anew():
    again = STARTED.stops("2028-10-01").on("2028-11-01 09:00").starts("2028-11-01 08:00")

    assert again.duty(DutyKind.PREGNANCY_TEST).due_on == date(2028, 11, 8)


def test_a_start_reported_late_that_is_older_than_the_stop_does_not_begin_anew():
    stopped = STARTED.stops("2028-10-01").on("2028-10-02 09:00")

    assert "pregnancy-test" not in names(stopped.starts("2028-09-30"))
    assert "pregnancy-test" in names(stopped.starts("2028-10-01 00:01"))


def test_after_a_re_enrolment_the_first_dose_is_the_first_supply_since():
    again = woman().supplied().on("2028-10-12 15:00")
    again = again.learns(events.PatientEnrolled(again.now, category="adult-female-can", birth_date=date(1991, 4, 23)))
    again = again.agrees().tests("t-3", "2028-10-12 09:00").on("2028-10-24 15:00").tests("t-4", "2028-10-24 09:00")

    supplied = again.written("rx-2").supplied("rx-2")

    assert again.duty(DutyKind.PREGNANCY_TEST).due_on == date(2028, 11, 21)
    assert supplied.duty(DutyKind.PREGNANCY_TEST).due_on == date(2028, 10, 31)


@pytest.mark.parametrize(("stop", "due_on"), [("2028-12-01", date(2029, 12, 18)), ("2028-10-01", date(2029, 11, 27))])
def test_months_without_supply_are_counted_from_a_later_stop(stop, due_on):
    story = woman().supplied().stops(stop).starts("2029-01-10").on("2029-11-20 15:00").agrees("2029-11-20")
    story = story.tests("t-3", "2029-11-08 09:00").tests("t-4", "2029-11-20 09:00").written("rx-2").supplied("rx-2")

    assert story.duty(DutyKind.PREGNANCY_TEST).due_on == due_on


@pytest.mark.parametrize(
    ("at", "due_on"),
    [
        ("2028-09-20 09:00", date(2028, 9, 26)),
        ("2028-09-26 09:00", date(2028, 9, 26)),
        ("2028-09-27 09:00", date(2028, 10, 3)),
        ("2028-11-14 09:00", date(2028, 11, 14)),
        ("2028-11-15 09:00", date(2028, 12, 14)),
        ("2028-12-14 09:00", date(2028, 12, 14)),
        ("2028-12-15 09:00", date(2029, 1, 14)),
    ],
)
def test_blood_counts_are_weekly_for_eight_weeks_then_monthly(at, due_on):
    duty = STARTED.on(at).duty(DutyKind.BLOOD_COUNT)

    assert (duty.due_on, duty.advice, duty.owner, duty.overdue) == (due_on, True, Party.PRESCRIBER, False)


def test_a_month_is_clamped_each_time_from_the_same_day():
    story = Story("eu-pomalidomide", "male", "2030-02-01 09:00").enrolled().starts("2029-12-06 09:00")

    assert story.duty(DutyKind.BLOOD_COUNT).due_on == date(2030, 2, 28)
    assert story.on("2030-03-01 09:00").duty(DutyKind.BLOOD_COUNT).due_on == date(2030, 3, 31)


def test_blood_counts_are_no_matter_of_lenalidomide():
    assert "blood-count" not in names(woman("us-lenalidomide").supplied())


# --- surveys, birthday, confirmations ---------------------------------------------------------------------------------


def test_the_survey_is_due_by_the_interval_of_the_category():
    story = Story("us-pomalidomide", "adult-female-cannot").enrolled(birth_date="1949-03-02").surveyed("2028-08-31")

    assert story.duty(DutyKind.PATIENT_SURVEY).due_on == date(2029, 2, 28)


def test_a_first_survey_is_due_at_enrolment():
    story = Story("us-pomalidomide", "adult-female-cannot").enrolled("2028-08-02", "1949-03-02")

    assert story.duty(DutyKind.PATIENT_SURVEY).due_on == date(2028, 8, 2)


def test_a_mans_first_survey_is_due_on_the_date_of_the_first_supply():
    story = Story("us-thalidomide", "adult-male").enrolled().written(papers=False).counselled("rx-1")
    story = story.learns(events.SurveyCompleted(story.now, by="prescriber", prescription="rx-1"))

    assert "patient-survey" not in names(story)
    assert story.supplied().duty(DutyKind.PATIENT_SURVEY).due_on == date(2028, 9, 18)


def test_no_survey_is_due_after_a_stop():
    assert "patient-survey" not in names(man().supplied().stops("2028-10-01").on("2028-10-02 09:00"))


def test_a_childs_birthday_is_said_ahead_and_stays():
    story = Story("us-pomalidomide", "child-male").enrolled(birth_date="2012-02-29")

    assert story.duty(DutyKind.TURNS_18).due_on == date(2030, 2, 28)
    assert story.on("2030-03-01 09:00").duty(DutyKind.TURNS_18).overdue
    assert "turns-18" not in names(man())


def test_an_unused_confirmation_is_to_be_reversed_the_day_after_it_ended():
    held = man().does(Gate.RELEASE).does(Gate.CONFIRM)

    assert "reverse-unused" not in names(held.on("2028-09-19 14:59"))
    duty = held.on("2028-09-19 15:00").duty(DutyKind.REVERSE_UNUSED)
    assert (duty.due_on, duty.pharmacy, duty.prescription) == (date(2028, 9, 20), "harbour", "rx-1")


@pytest.mark.parametrize(
    "used",
    [
        lambda story: story.does(Gate.DISPENSE),
        lambda story: story.does(Gate.REVERSE),
        lambda story: story.on("2028-09-19 15:00").does(Gate.CONFIRM),
    ],
)
def test_what_was_dispensed_reversed_or_replaced_is_not_unused(used):
    story = used(man().does(Gate.RELEASE).does(Gate.CONFIRM)).on("2028-09-19 15:00")

    assert "reverse-unused" not in names(story)


def test_each_pharmacys_unused_confirmation_is_listed():
    story = man().does(Gate.RELEASE).does(Gate.CONFIRM).on("2028-09-19 15:00")
    story = story.does(Gate.CONFIRM, pharmacy=OTHER_PHARMACY).on("2028-09-20 15:00")

    assert [duty.pharmacy for duty in story.duties(DutyKind.REVERSE_UNUSED)] == ["harbour", "hilltop"]


# --- after the last dose ----------------------------------------------------------------------------------------------


def test_four_weeks_of_contraception_follow_the_last_dose():
    story = STARTED.stops("2028-10-04 20:00")

    due = [duty.due_on for duty in story.on("2028-10-11 09:00").duties(DutyKind.CONTRACEPTION_AFTER_STOP)]
    later = [duty.due_on for duty in story.on("2028-10-12 09:00").duties(DutyKind.CONTRACEPTION_AFTER_STOP)]

    assert due == [date(2028, 10, 11), date(2028, 10, 18), date(2028, 10, 25), date(2028, 11, 1)]
    assert later == due[1:]


@pytest.mark.parametrize(
    ("story", "weeks", "blood", "semen"),
    [
        (man(), 4, date(2028, 10, 29), date(2028, 10, 29)),
        (Story("eu-pomalidomide", "male").enrolled(), 1, date(2028, 10, 8), date(2028, 10, 8)),
        (Story("eu-pomalidomide", "wcbp").enrolled(), 4, date(2028, 10, 8), None),
        (Story("eu-pomalidomide", "wncbp").enrolled(), 0, date(2028, 10, 8), None),
        (Story("us-ipledge", "can").enrolled(), 4, date(2028, 11, 1), None),
        (Story("us-ipledge", "cannot").enrolled(), 0, date(2028, 11, 1), None),
    ],
)
def test_periods_after_the_stop_are_the_editions_for_the_category(story, weeks, blood, semen):
    stopped = story.stops("2028-10-01 20:00").on("2028-10-02 09:00")

    assert len(stopped.duties(DutyKind.CONTRACEPTION_AFTER_STOP)) == weeks
    assert [duty.due_on for duty in stopped.duties(DutyKind.NO_BLOOD_DONATION)] == [blood]
    assert [duty.due_on for duty in stopped.duties(DutyKind.NO_SEMEN_DONATION)] == ([semen] if semen else [])


def test_a_calendar_month_of_ipledge_may_be_shorter_than_four_weeks_and_a_day():
    stopped = Story("us-ipledge", "can", "2030-02-01 09:00").enrolled().stops("2030-01-31 20:00")

    assert stopped.duty(DutyKind.NO_BLOOD_DONATION).due_on == date(2030, 2, 28)
    assert stopped.duties(DutyKind.CONTRACEPTION_AFTER_STOP)[-1].due_on == date(2030, 2, 28)


def test_what_no_fact_can_meet_is_not_listed_after_its_day():
    story = man().supplied().stops("2028-09-20 20:00")

    assert {"no-blood-donation", "no-semen-donation", "return-unused"} <= set(names(story.on("2028-10-18 23:59")))
    assert names(story.on("2028-10-19 00:00")) == []


def test_a_final_test_is_met_from_its_first_day_on():
    stopped = STARTED.stops("2028-10-04 20:00").on("2028-11-20 09:00")

    duty = stopped.duty(DutyKind.FINAL_TEST)

    assert (duty.opens_on, duty.due_on, duty.advice, duty.overdue) == (date(2028, 11, 1), date(2028, 11, 8), True, True)
    assert "final-test" in names(stopped.tests("t-8", "2028-10-31 23:59"))
    assert "final-test" not in names(stopped.tests("t-8", "2028-11-01 00:00"))


def test_ipledge_tests_at_the_stop_too():
    stopped = acne_patient().supplied().stops("2028-10-01 20:00").on("2028-10-02 09:00")

    assert stopped.duty(DutyKind.TEST_AT_STOP).due_on == date(2028, 10, 1)
    assert "test-at-stop" in names(stopped.tests("t-8", "2028-09-30 23:59"))
    assert "test-at-stop" not in names(stopped.tests("t-8", "2028-10-01 00:00"))
    assert not stopped.duty(DutyKind.FINAL_TEST).advice


def test_after_a_tubal_ligation_europe_lists_no_test_at_all():
    stopped = european_woman().supplied().contraception("tubal-ligation")

    assert "pregnancy-test" not in names(stopped)
    assert "final-test" not in names(stopped.stops("2028-10-01").on("2028-10-02 09:00"))


def test_what_is_left_is_to_be_returned_only_if_something_is():
    supplied = man().supplied()

    assert "return-unused" in names(supplied.stops("2028-10-14 09:00").on("2028-10-14 10:00"))
    assert "return-unused" not in names(supplied.stops("2028-10-15 09:00").on("2028-10-15 10:00"))


def test_a_supply_after_the_stop_ends_it_unless_it_is_reversed():
    stopped = man().supplied().stops("2028-10-09 09:00").on("2028-10-10 15:00").written("rx-2")

    supplied = stopped.supplied("rx-2")

    assert "no-blood-donation" in names(stopped)
    assert "no-blood-donation" not in names(supplied)
    assert "no-blood-donation" in names(supplied.does(Gate.REVERSE, "rx-2"))


def test_duties_stand_in_the_order_of_their_days_then_names():
    duties = STARTED.stops("2028-10-04 20:00").on("2028-10-05 09:00").duties()

    assert [(duty.due_on, duty.duty.value) for duty in duties] == sorted(
        (duty.due_on, duty.duty.value) for duty in duties
    )
