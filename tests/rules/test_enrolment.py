"""Enrolment, agreement, category and age: each refusal shares its set-up with the allowed release."""

import pytest

from compliance.rules import events
from compliance.rules.verdict import Gate, Party
from tests.builders import PRESCRIBER, Story, man, woman


def test_a_man_with_his_papers_is_released():
    assert man().codes(Gate.RELEASE) == []


def test_nobody_enrolled_is_the_only_reason_that_reads_the_patient():
    story = man()
    enrolment = next(event for event in story.facts.events if isinstance(event, events.PatientEnrolled))

    without = Story("us-pomalidomide", "adult-male", story.at).learns(
        *(event for event in story.facts.events if event is not enrolment)
    )

    assert without.codes(Gate.RELEASE) == ["not-enrolled"]


@pytest.mark.parametrize("gate", [Gate.RELEASE, Gate.CONFIRM, Gate.DISPENSE])
def test_the_prescriber_must_be_certified_at_that_moment(gate):
    story = man().does(Gate.RELEASE).does(Gate.CONFIRM) if gate is not Gate.RELEASE else man()
    assert story.codes(gate) == []

    decertified = story.learns(events.PrescriberDecertified(story.now, prescriber=PRESCRIBER))

    assert decertified.codes(gate) == ["prescriber-not-certified"]


def test_a_certificate_of_an_earlier_moment_learnt_later_does_not_undo_a_newer_loss():
    story = man()
    lost = story.learns(events.PrescriberDecertified(story.moment("2028-09-10"), prescriber=PRESCRIBER))

    late = lost.learns(
        events.PrescriberCertified(story.moment("2028-09-09"), prescriber=PRESCRIBER, recorded_at=story.now)
    )

    assert late.codes(Gate.RELEASE) == ["prescriber-not-certified"]


def test_of_two_certification_facts_of_one_moment_the_later_in_the_list_counts():
    story = man()
    lost = events.PrescriberDecertified(story.now, prescriber=PRESCRIBER)
    won = events.PrescriberCertified(story.now, prescriber=PRESCRIBER)

    assert story.learns(won, lost).codes(Gate.RELEASE) == ["prescriber-not-certified"]
    assert story.learns(lost, won).codes(Gate.RELEASE) == []


def test_an_agreement_signed_at_the_moment_of_enrolment_is_since_enrolment():
    story = Story("us-pomalidomide", "adult-male").enrolled(birth_date="1952-11-19", agreement=False)
    at, before = "2028-08-01 00:00", "2028-07-31 23:59"

    assert story.agrees(at).written().codes(Gate.RELEASE) == []
    assert story.agrees(before).written().codes(Gate.RELEASE) == ["agreement-missing"]


def test_a_re_enrolment_asks_for_an_agreement_of_its_own():
    story = man()
    again = story.learns(
        events.PatientEnrolled(story.now, category="adult-male", birth_date=story.facts.standing.birth_date)
    )

    assert again.codes(Gate.RELEASE) == ["agreement-missing"]
    assert again.agrees().codes(Gate.RELEASE) == []


def test_an_agreement_for_another_category_is_not_this_one():
    story = Story("us-pomalidomide", "adult-male").enrolled(birth_date="1952-11-19", agreement=False).written()

    assert story.agrees(category="child-male").codes(Gate.RELEASE) == ["agreement-category-differs"]
    assert story.agrees(category="adult-male").codes(Gate.RELEASE) == []


def test_an_agreement_older_than_the_change_of_category_does_not_count_for_it():
    story = man().changes_category("adult-male", "2028-09-18 10:00")

    assert story.agrees("2028-09-18 09:59").codes(Gate.RELEASE) == ["agreement-category-differs"]
    assert story.agrees("2028-09-18 10:00").codes(Gate.RELEASE) == []


def test_a_childs_category_ends_on_the_eighteenth_birthday():
    young = Story("us-pomalidomide", "child-male").enrolled(birth_date="2010-09-19").written()
    grown = Story("us-pomalidomide", "child-male").enrolled(birth_date="2010-09-18").written()

    assert young.codes(Gate.RELEASE) == []
    assert grown.codes(Gate.RELEASE) == ["category-outdated"]


def test_an_adults_category_begins_on_the_eighteenth_birthday():
    grown = Story("us-pomalidomide", "adult-male").enrolled(birth_date="2010-09-18").written()
    young = Story("us-pomalidomide", "adult-male").enrolled(birth_date="2010-09-19").written()

    assert grown.codes(Gate.RELEASE) == []
    assert young.codes(Gate.RELEASE) == ["category-outdated"]


def test_somebody_born_on_29_february_is_18_on_28_february():
    story = Story("us-pomalidomide", "adult-male", "2030-02-28 09:00").enrolled("2030-02-01", "2012-02-29").written()
    before = Story("us-pomalidomide", "adult-male", "2030-02-27 09:00").enrolled("2030-02-01", "2012-02-29").written()

    assert story.codes(Gate.RELEASE) == []
    assert before.codes(Gate.RELEASE) == ["category-outdated"]


def test_programs_without_age_classes_never_ask_the_age():
    story = Story("eu-pomalidomide", "male").enrolled(birth_date="2020-01-01").written()

    assert story.codes(Gate.RELEASE) == []


def test_after_twelve_months_without_supply_an_agreement_is_asked_again():
    supplied = man().supplied()

    day_before = supplied.on("2029-09-17 15:00").written("rx-2")
    day_itself = supplied.on("2029-09-18 00:00").written("rx-2")

    assert day_before.codes(Gate.RELEASE, "rx-2") == []
    assert day_itself.codes(Gate.RELEASE, "rx-2") == ["re-enrolment-due"]
    assert day_itself.agrees("2029-09-17 23:59").codes(Gate.RELEASE, "rx-2") == ["re-enrolment-due"]
    assert day_itself.agrees().codes(Gate.RELEASE, "rx-2") == []


def test_the_months_run_from_a_stop_that_is_later_than_the_supply():
    story = man().supplied().stops("2028-12-01").on("2029-11-30 15:00").written("rx-2")

    assert story.codes(Gate.RELEASE, "rx-2") == []
    assert story.on("2029-12-01 00:00").written("rx-3").codes(Gate.RELEASE, "rx-3") == ["re-enrolment-due"]


def test_a_reversed_supply_never_starts_the_months():
    story = man().supplied().does(Gate.REVERSE).on("2029-10-01 15:00").written("rx-2")

    assert story.codes(Gate.RELEASE, "rx-2") == []


def test_every_enrolment_reason_is_the_prescribers_to_clear():
    story = woman().changes_category("adult-female-cannot")

    assert {b.owner for b in story.ask(Gate.RELEASE).blockers if b.code.startswith("agreement")} == {Party.PRESCRIBER}
