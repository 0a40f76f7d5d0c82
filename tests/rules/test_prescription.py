"""The prescription itself, what a release issues, and what ends it."""

import pytest

from compliance.rules import events
from compliance.rules.decide import UnknownPrescription
from compliance.rules.verdict import Gate
from tests.builders import OTHER_PHARMACY, Story, acne_patient, european_woman, man, woman


@pytest.mark.parametrize(("days", "allowed"), [(0, False), (-1, False), (1, True), (28, True), (29, False)])
def test_the_supply_is_from_one_day_to_the_limit(days, allowed):
    story = Story("us-pomalidomide", "adult-male").enrolled().written(days_supply=days)

    assert story.codes(Gate.RELEASE) == ([] if allowed else ["supply-too-long"])


def test_refills_are_refused():
    story = Story("us-pomalidomide", "adult-male").enrolled()

    assert story.written(refills=1).codes(Gate.RELEASE) == ["refills-not-allowed"]


@pytest.mark.parametrize(
    ("program", "category", "codes"),
    [
        ("us-pomalidomide", "adult-male", []),
        ("eu-pomalidomide", "male", ["verbal-not-allowed"]),
    ],
)
def test_a_prescription_by_telephone_is_the_editions_to_allow(program, category, codes):
    assert Story(program, category).enrolled().written(verbal=True).codes(Gate.RELEASE) == codes


def test_a_prescription_may_be_released_through_the_thirtieth_day_after_it_was_written():
    story = man().surveyed("2028-10-18 00:00")

    assert story.on("2028-10-18 23:59").codes(Gate.RELEASE) == []
    assert story.on("2028-10-19 00:00").codes(Gate.RELEASE) == ["prescription-too-old"]


def test_what_is_released_is_closed_until_it_expires():
    story = man().does(Gate.RELEASE)
    renewed = story.on("2028-10-18 15:00").surveyed()

    assert story.codes(Gate.RELEASE) == ["prescription-closed"]
    assert renewed.codes(Gate.RELEASE) == ["prescription-closed"]
    assert "prescription-closed" not in renewed.on("2028-10-19 00:00").codes(Gate.RELEASE)


def test_what_is_voided_may_be_released_again():
    void = man().does(Gate.RELEASE).later(minutes=1).changes_category("adult-male").agrees()

    assert void.codes(Gate.RELEASE) == []


def test_what_was_dispensed_stays_closed_though_it_is_void_or_over():
    supplied = man().supplied()
    void = supplied.later(minutes=1).changes_category("adult-male").agrees()

    assert supplied.on("2028-10-18 23:59").codes(Gate.RELEASE) == ["prescription-closed"]
    assert void.codes(Gate.RELEASE) == ["prescription-closed"]


def test_a_reversal_does_not_reopen_what_was_voided_while_it_was_dispensed():
    void = man().supplied().later(minutes=1).changes_category("adult-male").agrees()

    reversed_ = void.does(Gate.REVERSE)

    assert reversed_.codes(Gate.CONFIRM) == ["authorization-void"]
    assert reversed_.codes(Gate.RELEASE) == []


def test_an_unknown_prescription_is_an_error_not_a_refusal():
    with pytest.raises(UnknownPrescription):
        man().ask(Gate.RELEASE, "rx-9")


# --- what a release issues --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "end"),
    [
        (woman(), "2028-09-26"),
        (man(), "2028-10-19"),
        (acne_patient(), "2028-09-25"),
        (acne_patient("2025-05-07 15:00"), "2025-05-14"),
        (acne_patient("2025-05-07 15:00", "cannot").on("2025-05-10 15:00"), "2025-06-06"),
        (acne_patient(category="cannot"), None),
        (european_woman(), "2028-09-26"),
        (european_woman("de-pomalidomide"), "2028-09-25"),
        (Story("de-pomalidomide", "male").enrolled().written(), "2028-09-25"),
        (Story("uk-pomalidomide", "male").enrolled().written(), None),
    ],
)
def test_an_authorization_ends_as_the_edition_says_for_the_category(story, end):
    verdict = story.ask(Gate.RELEASE)

    assert verdict.expires_at == (story.moment(end) if end else None)


def test_what_is_counted_from_the_written_date_may_be_over_before_it_is_issued():
    story = european_woman()

    assert story.on("2028-09-25 23:59").codes(Gate.RELEASE) == []
    assert story.on("2028-09-26 00:00").codes(Gate.RELEASE) == ["authorization-expired"]


def test_what_is_counted_from_the_counselling_is_counted_from_the_latest():
    story = acne_patient("2025-05-07 15:00", "cannot").on("2025-06-06 00:00")

    assert story.codes(Gate.RELEASE) == ["authorization-expired"]
    assert story.counselled("rx-1").codes(Gate.RELEASE) == []
    assert story.counselled("rx-2").codes(Gate.RELEASE) == ["authorization-expired"]


# --- what voids -------------------------------------------------------------------------------------------------------


def enrolled_again(story):
    at = story.now
    return story.learns(events.PatientEnrolled(at, category=story.category, birth_date=at.date().replace(year=1991)))


@pytest.mark.parametrize(
    "voided",
    [
        lambda story: story.tests("t-3", "2028-09-18 15:00", result="positive"),
        lambda story: story.corrects("t-1", result="positive"),
        lambda story: story.reports_pregnancy(),
        lambda story: story.changes_category("adult-female-can"),
        enrolled_again,
        lambda story: story.voids("t-2"),
        lambda story: story.corrects("t-2", setting="clinic"),
        lambda story: story.reports_pregnancy(at="2028-09-01"),
    ],
)
def test_a_fact_that_voids_does_so_at_once_and_for_good(voided):
    story = voided(woman().does(Gate.RELEASE).later(minutes=5))
    calmed = story.later(minutes=5).excludes_pregnancy().tests("t-9", story.later(minutes=5).at)

    assert "authorization-void" in story.codes(Gate.CONFIRM)
    assert "authorization-void" in calmed.codes(Gate.CONFIRM)


@pytest.mark.parametrize(
    "harmless",
    [
        lambda story: story.tests("t-3", "2028-09-18 15:00"),
        lambda story: story.tests("t-3", "2028-09-18 15:00", result="indeterminate"),
        lambda story: story.corrects("t-1", setting="clinic"),
        lambda story: story.voids("t-1"),
        lambda story: story.reports_pregnancy("partner"),
        lambda story: story.agrees(),
        lambda story: story.voids("t-1").corrects("t-1", result="positive"),
    ],
)
def test_other_facts_void_nothing(harmless):
    story = harmless(woman().does(Gate.RELEASE).later(minutes=5))

    assert "authorization-void" not in story.codes(Gate.CONFIRM)


def test_a_correction_of_the_test_voids_only_where_the_window_was_counted_from_it():
    german = european_woman("de-pomalidomide").does(Gate.RELEASE)

    assert german.corrects("t-1", setting="clinic").codes(Gate.CONFIRM) == []


def test_a_newer_negative_never_moves_the_end():
    story = woman().does(Gate.RELEASE).on("2028-09-25 15:00").tests("t-3", "2028-09-25 09:00")

    assert story.codes(Gate.CONFIRM) == []
    assert story.on("2028-09-26 00:00").codes(Gate.CONFIRM) == ["authorization-expired"]


def test_of_several_releases_the_last_one_counts():
    void = man().does(Gate.RELEASE).does(Gate.CONFIRM).later(minutes=1).changes_category("adult-male").agrees()

    again = void.does(Gate.RELEASE)

    assert again.codes(Gate.CONFIRM, pharmacy=OTHER_PHARMACY) == []
    assert again.codes(Gate.DISPENSE) == ["confirmation-missing"]
    assert again.codes(Gate.REVERSE) == []
