"""Signs of a pregnancy: they block every category, until what answers them stands after them."""

import pytest

from compliance.rules import events
from compliance.rules.verdict import Gate
from tests.builders import man, woman

RELEASED = woman().does(Gate.RELEASE)


@pytest.mark.parametrize("story", [RELEASED, man().does(Gate.RELEASE)], ids=["woman", "man"])
def test_a_positive_result_blocks_and_voids_whatever_the_test_is_worth(story):
    positive = story.later(hours=1).tests(
        "weak", "2028-09-18 16:00", result="positive", sensitivity=900, setting="home"
    )

    assert story.later(hours=1).codes(Gate.CONFIRM) == []
    assert positive.codes(Gate.CONFIRM) == ["authorization-void", "test-positive"]


def test_an_exclusion_lifts_the_positive_but_brings_no_older_negative_back():
    positive = woman().later(hours=1).tests("t-3", "2028-09-18 16:00", result="positive")

    excluded = positive.later(hours=1).excludes_pregnancy()

    assert "test-positive" in positive.codes(Gate.RELEASE)
    assert excluded.codes(Gate.RELEASE) == ["test-first-missing", "test-second-missing"]


def test_an_exclusion_older_than_the_result_lifts_nothing():
    positive = woman().later(hours=2).tests("t-3", "2028-09-18 16:00", result="positive")

    assert "test-positive" in positive.excludes_pregnancy("2028-09-18 15:59").codes(Gate.RELEASE)
    assert "test-positive" not in positive.excludes_pregnancy("2028-09-18 16:00").codes(Gate.RELEASE)


def test_a_result_learnt_after_the_exclusion_stays_open():
    late = woman().later(hours=2).excludes_pregnancy()
    late = late.tests("t-3", "2028-09-18 16:00", result="positive")

    assert "test-positive" in late.codes(Gate.RELEASE)


def test_a_voided_positive_neither_blocks_nor_outdates_older_negatives():
    positive = woman().later(hours=1).tests("t-3", "2028-09-18 16:00", result="positive")

    assert positive.voids("t-3").codes(Gate.RELEASE) == []


def test_a_correction_to_positive_counts_from_the_correction_on():
    excluded = woman().later(hours=1).excludes_pregnancy()

    corrected = excluded.later(hours=1).corrects("t-1", result="positive")

    assert "test-positive" in corrected.codes(Gate.RELEASE)
    assert "test-positive" not in corrected.later(hours=1).excludes_pregnancy().codes(Gate.RELEASE)


def test_a_positive_corrected_to_negative_is_open_no_more():
    positive = woman().later(hours=1).tests("t-3", "2028-09-18 16:00", result="positive")

    assert positive.corrects("t-3", result="negative").codes(Gate.RELEASE) == []


def test_an_indeterminate_last_test_asks_for_a_new_one():
    unclear = woman().later(hours=1).tests("t-3", "2028-09-18 16:00", result="indeterminate", sensitivity=900)
    clear = unclear.later(hours=1).tests("t-4", "2028-09-18 17:00")

    assert unclear.codes(Gate.RELEASE) == ["test-unclear"]
    assert clear.codes(Gate.RELEASE) == []


def test_an_open_positive_is_said_instead_of_unclear():
    both = woman().later(hours=2).tests("t-3", "2028-09-18 16:00", result="positive")
    both = both.tests("t-4", "2028-09-18 17:00", result="indeterminate")

    assert "test-unclear" not in both.codes(Gate.RELEASE)
    assert "test-unclear" in both.excludes_pregnancy().codes(Gate.RELEASE)


def test_of_two_tests_of_one_moment_the_one_learnt_later_is_the_last():
    first_unclear = woman().later(hours=1).tests("t-3", "2028-09-18 16:00", result="indeterminate")
    first_clear = woman().later(hours=1).tests("t-4", "2028-09-18 16:00")

    assert first_unclear.tests("t-4", "2028-09-18 16:00").codes(Gate.RELEASE) == []
    assert first_clear.tests("t-3", "2028-09-18 16:00", result="indeterminate").codes(Gate.RELEASE) == ["test-unclear"]


def test_an_odd_period_is_answered_by_a_test_collected_later():
    odd = woman().learns(events.MensesAbnormal(woman().moment("2028-09-18 08:00")))

    assert odd.codes(Gate.RELEASE) == ["evaluation-open"]
    assert odd.tests("t-3", "2028-09-18 08:01").codes(Gate.RELEASE) == []


def test_bleeding_opens_an_evaluation_of_a_man_too():
    story = man().learns(events.MensesAbnormal(man().now))

    assert story.codes(Gate.RELEASE) == ["evaluation-open"]


def test_a_reported_pregnancy_blocks_until_one_is_excluded_after_it():
    reported = woman().reports_pregnancy(at="2028-09-18 14:00")

    assert reported.codes(Gate.RELEASE) == ["pregnancy-reported"]
    assert reported.excludes_pregnancy("2028-09-18 13:59").codes(Gate.RELEASE) == ["pregnancy-reported"]
    assert reported.excludes_pregnancy("2028-09-18 14:00").codes(Gate.RELEASE) == []


def test_a_partners_pregnancy_stops_nothing():
    assert RELEASED.reports_pregnancy("partner").codes(Gate.CONFIRM) == []
