"""Confirm, dispense, reverse: who holds the number, for how long, and what the pharmacy does itself."""

from dataclasses import replace

import pytest

from compliance.rules import events
from compliance.rules.verdict import Code, Gate
from tests.builders import OTHER_PHARMACY, PHARMACY, Story, acne_patient, man, woman

RELEASED = man().does(Gate.RELEASE)
CONFIRMED = RELEASED.does(Gate.CONFIRM)


def test_a_pharmacy_must_be_certified():
    assert RELEASED.codes(Gate.CONFIRM, pharmacy="nowhere") == ["pharmacy-not-certified"]

    lost = CONFIRMED.learns(events.PharmacyDecertified(CONFIRMED.now, pharmacy=PHARMACY))

    assert lost.codes(Gate.DISPENSE) == ["pharmacy-not-certified"]
    assert lost.codes(Gate.REVERSE) == []


def test_what_was_never_released_has_no_authorization():
    assert man().codes(Gate.CONFIRM) == ["authorization-missing"]
    assert man().codes(Gate.DISPENSE) == ["authorization-missing", "confirmation-missing"]


def test_one_pharmacy_at_a_time_holds_it():
    assert CONFIRMED.codes(Gate.CONFIRM, pharmacy=OTHER_PHARMACY) == ["confirmation-in-use"]
    assert CONFIRMED.does(Gate.REVERSE).codes(Gate.CONFIRM, pharmacy=OTHER_PHARMACY) == []


def test_after_24_elapsed_hours_another_pharmacy_may_take_it():
    assert CONFIRMED.on("2028-09-19 14:59").codes(Gate.CONFIRM, pharmacy=OTHER_PHARMACY) == ["confirmation-in-use"]
    assert CONFIRMED.on("2028-09-19 15:00").codes(Gate.CONFIRM, pharmacy=OTHER_PHARMACY) == []


def test_the_same_pharmacy_gets_its_own_confirmation_back_unchanged():
    again = CONFIRMED.later(hours=3).ask(Gate.CONFIRM)

    assert again.allowed
    assert again.unchanged
    assert again.expires_at == CONFIRMED.moment("2028-09-19 15:00")


def test_after_its_end_the_same_pharmacy_gets_a_new_one():
    again = CONFIRMED.on("2028-09-19 15:00").ask(Gate.CONFIRM)

    assert not again.unchanged
    assert again.expires_at == CONFIRMED.moment("2028-09-20 15:00")


def test_a_confirmation_ends_with_the_authorization_if_that_is_earlier():
    story = woman().does(Gate.RELEASE).on("2028-09-25 15:00")

    assert story.ask(Gate.CONFIRM).expires_at == story.moment("2028-09-26")


def test_in_ipledge_a_confirmation_ends_with_the_authorization_or_after_24_hours():
    can = acne_patient().does(Gate.RELEASE)
    cannot = acne_patient(category="cannot").does(Gate.RELEASE)

    assert can.ask(Gate.CONFIRM).expires_at == can.moment("2028-09-25")
    assert cannot.ask(Gate.CONFIRM).expires_at == cannot.moment("2028-09-19 15:00")


def test_24_hours_are_elapsed_hours_over_a_change_of_the_clocks():
    story = Story("us-pomalidomide", "adult-male", "2028-11-04 15:00").enrolled().written().does(Gate.RELEASE)

    assert story.ask(Gate.CONFIRM).expires_at == story.moment("2028-11-05 14:00")


def test_a_confirmation_is_over_at_its_end():
    assert CONFIRMED.on("2028-09-19 14:59").codes(Gate.DISPENSE) == []
    assert CONFIRMED.on("2028-09-19 15:00").codes(Gate.DISPENSE) == ["confirmation-expired"]
    assert CONFIRMED.on("2028-09-19 15:00").codes(Gate.REVERSE) == []


def test_an_authorization_is_over_at_its_end():
    assert RELEASED.on("2028-10-18 23:59").codes(Gate.CONFIRM) == []
    assert RELEASED.on("2028-10-19 00:00").codes(Gate.CONFIRM) == ["authorization-expired"]


def test_dispensing_takes_counselling_and_the_guide():
    assert CONFIRMED.codes(Gate.DISPENSE) == []
    assert CONFIRMED.codes(Gate.DISPENSE, counselled=False) == ["pharmacy-counselling-missing"]
    assert CONFIRMED.codes(Gate.DISPENSE, guide_given=False) == ["guide-missing"]


def test_europe_asks_no_guide_but_counselling():
    story = Story("eu-pomalidomide", "male").enrolled().written().does(Gate.RELEASE).does(Gate.CONFIRM)

    assert story.codes(Gate.DISPENSE, guide_given=False) == []
    assert story.codes(Gate.DISPENSE, counselled=False) == ["pharmacy-counselling-missing"]


def test_what_was_dispensed_is_dispensed_once_by_whichever_pharmacy():
    supplied = man().supplied()

    assert supplied.codes(Gate.CONFIRM, pharmacy=OTHER_PHARMACY) == ["already-dispensed", "supply-too-early"]
    assert supplied.codes(Gate.DISPENSE) == ["already-dispensed", "supply-too-early"]


def test_only_what_is_held_can_be_reversed():
    assert RELEASED.codes(Gate.REVERSE) == ["confirmation-missing"]
    assert CONFIRMED.codes(Gate.REVERSE) == []
    assert CONFIRMED.codes(Gate.REVERSE, pharmacy=OTHER_PHARMACY) == ["confirmation-missing"]
    assert CONFIRMED.does(Gate.REVERSE).codes(Gate.REVERSE) == ["confirmation-missing"]


def test_a_reversal_opens_the_authorization_again():
    back = man().supplied().does(Gate.REVERSE)

    assert back.codes(Gate.CONFIRM) == []
    assert back.codes(Gate.RELEASE) == ["prescription-closed"]


# --- supply not used up -----------------------------------------------------------------------------------------------

NEXT = man().supplied().on("2028-10-07 23:59").written("rx-2").does(Gate.RELEASE, "rx-2")


def test_the_next_supply_waits_until_seven_days_are_left():
    verdict = NEXT.ask(Gate.CONFIRM, "rx-2")

    assert [code.value for code in verdict.codes] == ["supply-too-early"]
    assert verdict.blockers[0].opens_at == NEXT.moment("2028-10-08")
    assert NEXT.on("2028-10-08 00:00").codes(Gate.CONFIRM, "rx-2") == []


def test_a_supply_that_came_back_is_not_left():
    back = NEXT.does(Gate.REVERSE)

    assert back.codes(Gate.CONFIRM, "rx-2") == []


def test_the_supply_that_ends_last_decides():
    short = NEXT.on("2028-10-08 00:00").written("rx-3", days_supply=1)
    for gate in (Gate.RELEASE, Gate.CONFIRM, Gate.DISPENSE):
        short = short.does(gate, "rx-3")

    assert short.codes(Gate.CONFIRM, "rx-2") == []
    assert short.on("2028-10-07 23:59").codes(Gate.CONFIRM, "rx-2") == ["supply-too-early"]


def test_europe_does_not_ask_what_is_left():
    story = Story("eu-pomalidomide", "male").enrolled().written().supplied().written("rx-2").does(Gate.RELEASE, "rx-2")

    assert story.codes(Gate.CONFIRM, "rx-2") == []


# --- parcels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "codes"),
    [
        (woman(), ["ship-same-day"]),
        (man(), []),
        (acne_patient(), []),
    ],
)
def test_a_parcel_leaves_on_the_day_of_the_confirmation(story, codes):
    held = story.does(Gate.RELEASE).does(Gate.CONFIRM)

    assert held.on("2028-09-18 23:59").codes(Gate.DISPENSE, method="ship") == []
    assert held.on("2028-09-19 00:00").codes(Gate.DISPENSE, method="ship") == codes
    assert held.on("2028-09-19 00:00").codes(Gate.DISPENSE, method="handover") == []


def test_the_day_of_the_confirmation_is_read_in_the_pharmacys_zone():
    western = woman().learns(
        events.PharmacyCertified(woman().moment("2028-08-02"), pharmacy=PHARMACY, zone="America/Los_Angeles")
    )
    held = western.does(Gate.RELEASE).does(Gate.CONFIRM)

    assert held.on("2028-09-19 02:59").codes(Gate.DISPENSE, method="ship") == []
    assert held.on("2028-09-19 03:00").codes(Gate.DISPENSE, method="ship") == ["ship-same-day"]


def test_the_zone_of_the_latest_certification_counts_whenever_it_was_learnt():
    latest = events.PharmacyCertified(woman().moment("2028-08-03"), pharmacy=PHARMACY)
    older = events.PharmacyCertified(
        woman().moment("2028-08-02"), pharmacy=PHARMACY, zone="America/Los_Angeles", recorded_at=woman().now
    )
    held = woman().learns(latest, older).does(Gate.RELEASE).does(Gate.CONFIRM)

    assert held.on("2028-09-19 00:00").codes(Gate.DISPENSE, method="ship") == ["ship-same-day"]


# --- deadlines --------------------------------------------------------------------------------------------------------


def test_a_blocker_says_by_when_clearing_it_is_of_use():
    release = woman().voids("t-1").blocker(Code.TEST_FIRST_MISSING)
    dispense = CONFIRMED.blocker(Code.GUIDE_MISSING, Gate.DISPENSE, guide_given=False)

    assert release.fix_by == woman().moment("2028-09-26")
    assert dispense.fix_by == CONFIRMED.moment("2028-09-19 15:00")


def test_what_ends_at_this_moment_is_no_deadline_any_more():
    blocker = CONFIRMED.on("2028-09-19 15:00").blocker(Code.CONFIRMATION_EXPIRED, Gate.DISPENSE)

    assert blocker.fix_by == CONFIRMED.moment("2028-10-19")


def test_the_answer_is_asked_again_no_later_than_the_end_of_what_was_issued():
    verdict = CONFIRMED.on("2028-09-19 09:00").ask(Gate.DISPENSE)

    assert verdict.next_change_at == CONFIRMED.moment("2028-09-19 15:00")
    assert RELEASED.ask(Gate.RELEASE).next_change_at == RELEASED.moment("2028-09-19")


def test_all_reasons_come_at_once_ordered_by_code():
    story = replace(RELEASED, at="2028-10-19 00:00")
    story = story.reports_pregnancy()

    assert story.codes(Gate.DISPENSE, pharmacy="nowhere", counselled=False) == [
        "authorization-expired",
        "authorization-void",
        "confirmation-missing",
        "pharmacy-counselling-missing",
        "pharmacy-not-certified",
        "pregnancy-reported",
    ]
