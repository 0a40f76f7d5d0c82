"""Pregnancy tests: two or one before the start, a current one later, and the lock of the 2021 iPLEDGE edition."""

import pytest

from compliance.rules.verdict import Code, Gate
from tests.builders import Story, acne_patient, european_woman, woman


def without_tests(program="us-pomalidomide", at="2028-09-18 15:00"):
    return Story(program, "adult-female-can", at).enrolled().contraception(at="2028-08-01").written()


# --- which tests count ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "counts"),
    [
        ({"sensitivity": 50}, True),
        ({"sensitivity": 50.5}, False),
        ({"setting": "clinic"}, True),
        ({"setting": "home"}, False),
        ({"setting": "home", "home_allowed": True}, True),
        ({"result": "indeterminate"}, False),
    ],
)
def test_a_test_counts_by_sensitivity_setting_and_result(test, counts):
    story = without_tests().tests("t-1", "2028-09-06 09:00").tests("t-2", "2028-09-18 08:00", **test)

    assert ("test-second-missing" not in story.codes(Gate.RELEASE)) is counts


def test_a_home_test_never_counts_in_europe():
    story = Story("eu-pomalidomide", "wcbp").enrolled().contraception(at="2028-08-01").written()
    home = story.tests("t-1", "2028-09-18 08:00", setting="home", home_allowed=True)

    assert home.codes(Gate.RELEASE) == ["test-second-missing"]


def test_a_home_test_counts_in_ipledge_only_after_the_first_supply():
    before = acne_patient().corrects("t-2", setting="home", home_allowed=True)
    after = acne_patient().supplied().on("2028-10-18 15:00").written("rx-2")
    home = after.tests("t-3", "2028-10-18 08:00", setting="home", home_allowed=True)

    assert before.codes(Gate.RELEASE) == ["test-second-missing"]
    assert after.codes(Gate.RELEASE, "rx-2") == ["test-too-old"]
    assert home.codes(Gate.RELEASE, "rx-2") == []


def test_a_home_test_collected_at_the_moment_of_the_first_supply_does_not_count():
    supplied = acne_patient().supplied().later(hours=1).written("rx-2")
    at_the_moment = supplied.corrects("t-2", setting="home", home_allowed=True)

    assert at_the_moment.tests("t-3", "2028-09-18 15:00", setting="home", home_allowed=True).codes(
        Gate.RELEASE, "rx-2"
    ) == ["test-too-old"]
    assert (
        at_the_moment.tests("t-3", "2028-09-18 15:01", setting="home", home_allowed=True).codes(Gate.RELEASE, "rx-2")
        == []
    )


def test_what_is_corrected_counts_with_its_corrected_values():
    story = woman().corrects("t-2", sensitivity=60)

    assert story.codes(Gate.RELEASE) == ["test-second-missing"]
    assert story.corrects("t-2", sensitivity=40).codes(Gate.RELEASE) == []


def test_a_voided_test_never_counts_again():
    story = woman().voids("t-2")

    assert story.codes(Gate.RELEASE) == ["test-second-missing"]
    assert story.corrects("t-2", result="negative").codes(Gate.RELEASE) == ["test-second-missing"]


# --- the two tests of the US programs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("collected", "fits"),
    [
        ("2028-09-03 23:59", False),
        ("2028-09-04 00:00", True),
        ("2028-09-08 23:59", True),
        ("2028-09-09 00:00", False),
    ],
)
def test_the_first_test_is_collected_14_to_10_days_before_the_prescribing_date(collected, fits):
    story = without_tests().tests("t-1", collected).tests("t-2", "2028-09-18 08:00")

    assert story.codes(Gate.RELEASE) == ([] if fits else ["test-first-missing"])


@pytest.mark.parametrize(("collected", "fits"), [("2028-09-17 14:59", False), ("2028-09-17 15:00", True)])
def test_the_second_test_is_collected_no_more_than_24_hours_before_the_written_moment(collected, fits):
    story = without_tests().tests("t-1", "2028-09-06 09:00").tests("t-2", collected)

    assert story.codes(Gate.RELEASE) == ([] if fits else ["test-second-missing"])


def test_a_second_test_after_the_written_moment_moves_the_first_tests_window():
    story = without_tests().tests("t-1", "2028-09-04 09:00").on("2028-09-20 15:00")
    second = story.tests("t-2", "2028-09-19 08:00")

    assert story.on("2028-09-18 15:00").codes(Gate.RELEASE) == ["test-second-missing"]
    assert second.codes(Gate.RELEASE) == ["test-first-missing"]
    assert second.tests("t-0", "2028-09-05 09:00").codes(Gate.RELEASE) == []


def test_any_pair_of_first_and_second_test_will_do():
    story = without_tests().tests("t-1", "2028-09-04 09:00").tests("t-2", "2028-09-18 08:00").on("2028-09-20 15:00")

    assert story.tests("t-3", "2028-09-20 08:00").codes(Gate.RELEASE) == []


def test_a_second_tests_own_window_must_be_open():
    story = woman().on("2028-09-25 23:59")

    assert story.codes(Gate.RELEASE) == []
    assert story.on("2028-09-26 00:00").codes(Gate.RELEASE) == ["test-first-missing", "test-second-missing"]


# --- one test in Europe -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("collected", "fits"), [("2028-09-14 23:59", False), ("2028-09-15 00:00", True)])
def test_europe_asks_one_test_from_three_days_before_the_written_date(collected, fits):
    story = Story("eu-pomalidomide", "wcbp").enrolled().contraception(at="2028-08-01").written()

    assert story.tests("t-1", collected).codes(Gate.RELEASE) == ([] if fits else ["test-second-missing"])


def test_after_a_tubal_ligation_europe_asks_no_test():
    story = Story("eu-pomalidomide", "wcbp").enrolled().written()

    assert story.contraception("implant").codes(Gate.RELEASE) == ["test-second-missing"]
    assert story.contraception("tubal-ligation").codes(Gate.RELEASE) == []
    assert story.contraception("tubal-ligation").contraception("implant").codes(Gate.RELEASE) == ["test-second-missing"]


def test_a_tubal_ligation_excuses_from_no_test_in_the_united_states():
    story = without_tests().contraception("tubal-ligation", "male-condom")

    assert story.codes(Gate.RELEASE) == ["test-first-missing", "test-second-missing"]


# --- in treatment -----------------------------------------------------------------------------------------------------


def test_in_treatment_the_latest_test_has_seven_days_after_the_day_of_collection():
    story = woman().supplied().on("2028-10-12 15:00").written("rx-2").tests("t-3", "2028-10-12 08:00")

    assert story.on("2028-10-19 23:59").codes(Gate.RELEASE, "rx-2") == []
    assert story.on("2028-10-20 00:00").codes(Gate.RELEASE, "rx-2") == ["test-too-old"]


def test_in_treatment_without_any_test_that_counts_one_is_missing():
    story = woman().supplied().on("2028-10-12 15:00").written("rx-2")

    assert story.codes(Gate.RELEASE, "rx-2") == ["test-too-old"]
    assert story.voids("t-1").voids("t-2").codes(Gate.RELEASE, "rx-2") == ["test-missing"]


def test_in_treatment_europe_counts_back_from_the_written_date():
    story = european_woman().supplied().on("2028-10-18 15:00").written("rx-2")

    assert story.tests("t-2", "2028-10-14 23:59").codes(Gate.RELEASE, "rx-2") == ["test-too-old"]
    assert story.tests("t-2", "2028-10-15 00:00").codes(Gate.RELEASE, "rx-2") == []


def test_a_reversed_supply_leaves_initiation_on():
    supplied = woman().supplied().does(Gate.REVERSE).on("2028-09-27 15:00").written("rx-2")

    assert supplied.codes(Gate.RELEASE, "rx-2") == ["test-first-missing", "test-second-missing"]


def test_a_change_from_cannot_to_can_begins_initiation_anew():
    story = Story("us-pomalidomide", "adult-female-cannot").enrolled(birth_date="1949-03-02").written().supplied()
    able = story.on("2028-10-12 15:00").contraception(since="2028-08-01").changes_category("adult-female-can").agrees()
    able = able.written("rx-2")

    assert able.codes(Gate.RELEASE, "rx-2") == ["test-first-missing", "test-second-missing"]


def test_a_change_between_categories_that_can_goes_on():
    story = woman().supplied().on("2028-10-12 15:00").changes_category("child-female-can").agrees().written("rx-2")

    assert "test-too-old" in story.codes(Gate.RELEASE, "rx-2")
    assert "test-second-missing" not in story.codes(Gate.RELEASE, "rx-2")


def test_after_twelve_months_without_supply_two_tests_are_asked_again():
    story = woman().supplied().on("2029-09-17 15:00").written("rx-2")
    due = story.on("2029-09-18 15:00").written("rx-3").agrees()

    assert story.codes(Gate.RELEASE, "rx-2") == ["test-too-old"]
    assert due.codes(Gate.RELEASE, "rx-3") == ["test-first-missing", "test-second-missing"]


# --- iPLEDGE ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("since", "fits"), [("2028-08-19", True), ("2028-08-20", False)])
def test_the_second_test_follows_30_days_of_contraception(since, fits):
    story = Story("us-ipledge", "can").enrolled().tests("t-1", "2028-08-10").written()
    story = story.contraception(since=since, at="2028-08-19").tests("t-2", "2028-09-18 08:00")

    assert ("test-second-missing" not in story.codes(Gate.RELEASE)) is fits


@pytest.mark.parametrize(("collected", "fits"), [("2028-08-19 23:59", True), ("2028-08-20 00:00", False)])
def test_the_screening_test_lies_30_days_before_the_second(collected, fits):
    story = Story("us-ipledge", "can").enrolled().contraception(at="2028-08-01").tests("t-1", collected)
    story = story.tests("t-2", "2028-09-18 08:00").written()

    assert story.codes(Gate.RELEASE) == ([] if fits else ["test-first-missing"])


def test_with_no_second_test_the_date_of_the_try_stands_in():
    story = Story("us-ipledge", "can").enrolled().contraception(at="2028-08-01").tests("t-1", "2028-08-20").written()

    assert story.codes(Gate.RELEASE) == ["test-first-missing", "test-second-missing"]
    assert story.on("2028-09-19 15:00").codes(Gate.RELEASE) == ["test-second-missing"]


def test_ipledge_counts_the_day_of_collection_as_the_first_of_seven():
    story = acne_patient()

    assert story.on("2028-09-24 23:59").codes(Gate.RELEASE) == []
    assert story.on("2028-09-25 00:00").codes(Gate.RELEASE) == ["test-second-missing"]


MISSED = acne_patient("2025-05-07 15:00").on("2025-05-14 15:00")


def test_a_missed_first_window_locks_the_next_test_for_19_days():
    early = MISSED.tests("t-3", "2025-05-14 09:00")

    assert MISSED.codes(Gate.RELEASE) == ["test-second-missing"]
    assert early.codes(Gate.RELEASE) == ["test-locked"]
    assert early.blocker(Code.TEST_LOCKED).opens_at == early.moment("2025-05-26")


@pytest.mark.parametrize(("collected", "barred"), [("2025-05-25 23:59", True), ("2025-05-26 00:00", False)])
def test_the_lock_ends_19_days_after_the_missed_tests_collection_date(collected, barred):
    story = MISSED.on("2025-05-26 15:00").tests("t-3", collected)

    assert story.codes(Gate.RELEASE) == (["test-locked"] if barred else [])


def test_the_edition_of_2026_locks_nothing():
    story = acne_patient().on("2028-09-25 15:00").tests("t-3", "2028-09-25 09:00")

    assert story.codes(Gate.RELEASE) == []


def test_a_test_that_never_had_a_first_one_opened_no_window():
    story = MISSED.corrects("t-1", collected_at=MISSED.moment("2025-04-08")).tests("t-3", "2025-05-14 09:00")

    assert story.codes(Gate.RELEASE) == []


def test_a_supply_within_the_window_locks_nothing():
    story = acne_patient("2025-05-07 15:00").supplied().on("2025-06-06 15:00").written("rx-2")

    assert story.tests("t-3", "2025-06-06 09:00").codes(Gate.RELEASE, "rx-2") == []


def two_runs(gap_from, gap_to, first_at, second_at, at):
    """Contraception since 3 March 2025 with a gap; a screening test, a test in each run; asked in the second run."""
    return (
        Story("us-ipledge", "can", at)
        .enrolled("2025-03-03", "2000-06-18")
        .contraception(since="2025-03-03", at="2025-03-03")
        .contraception("withdrawal", since=gap_from, at=gap_from)
        .contraception(since=gap_to, at=gap_to)
        .tests("t-1", "2025-03-03 09:00")
        .tests("t-2", first_at)
        .tests("t-3", second_at)
        .tests("t-4", at)
        .written()
    )


def test_the_first_of_all_windows_counts_even_if_its_run_has_ended():
    story = two_runs("2025-05-01", "2025-05-03", "2025-04-07 09:00", "2025-06-03 09:00", "2025-06-12 09:00")

    assert story.codes(Gate.RELEASE) == []


def test_a_test_on_the_day_on_which_the_run_ended_opened_no_window():
    story = two_runs("2025-04-10", "2025-04-12", "2025-04-10 09:00", "2025-05-14 09:00", "2025-05-22 09:00")

    assert story.codes(Gate.RELEASE) == ["test-locked"]
    assert story.blocker(Code.TEST_LOCKED).opens_at == story.moment("2025-06-02")
