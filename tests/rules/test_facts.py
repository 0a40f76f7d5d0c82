"""Facts never change; one more event gives other facts; the order of the list is the order of learning."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.programs import load_programs
from compliance.rules import events
from compliance.rules.decide import decide
from compliance.rules.facts import Facts
from compliance.rules.plan import plan
from compliance.rules.verdict import Gate
from compliance.rules.wire import read_event, write_event
from tests.builders import PHARMACY, acne_patient, european_woman, man, woman

STORIES = [
    woman().supplied().stops("2028-10-01"),
    woman().does(Gate.RELEASE).reports_pregnancy().excludes_pregnancy().voids("t-1"),
    man().supplied().does(Gate.REVERSE),
    acne_patient().corrects("t-2", sensitivity=20),
    european_woman().does(Gate.RELEASE).changes_category("wncbp"),
]


@pytest.mark.parametrize("story", STORIES)
def test_facts_built_at_once_answer_as_facts_built_one_by_one(story):
    at_once = Facts.of(story.facts.events)

    for gate in Gate:
        asked = {"gate": gate, "at": story.now, "prescription": "rx-1", "pharmacy": PHARMACY, "method": "ship"}
        assert decide(at_once, story.rules, **asked) == decide(story.facts, story.rules, **asked)
    assert plan(at_once, story.rules, at=story.now) == plan(story.facts, story.rules, at=story.now)


@pytest.mark.parametrize("story", STORIES)
def test_learning_more_changes_nothing_that_was_known(story):
    known = Facts()
    for event in story.facts.events:
        before = {name: repr_of(getattr(known, name)) for name in BOOKS}
        more = known.plus(event)
        assert {name: repr_of(getattr(known, name)) for name in BOOKS} == before
        known = more


BOOKS = ("certificates", "standing", "statements", "tests", "treatment", "prescriptions")


def repr_of(book):
    return repr([getattr(book, name) for name in type(book).__slots__])


@pytest.mark.parametrize("story", STORIES)
def test_every_event_survives_being_written_and_read(story):
    for event in story.facts.events:
        assert read_event(write_event(event)) == event


def test_what_was_learnt_later_keeps_both_moments():
    at = woman().now
    event = events.TreatmentStarted(at, recorded_at=at + timedelta(days=1))

    assert write_event(event)["recorded_at"] != write_event(event)["at"]
    assert read_event(write_event(event)) == event
    assert "recorded_at" not in write_event(events.TreatmentStarted(at))


@given(
    days=st.integers(min_value=0, max_value=60),
    seconds=st.integers(min_value=0, max_value=86_399),
    ahead=st.floats(min_value=0, max_value=0.999),
    gate=st.sampled_from([Gate.RELEASE, Gate.CONFIRM, Gate.DISPENSE]),
    method=st.sampled_from(["ship", "handover"]),
)
def test_an_answer_does_not_change_before_it_says_it_may(days, seconds, ahead, gate, method):
    story = CONFIRMED
    at = story.moment("2028-09-18 15:00") + timedelta(days=days, seconds=seconds)
    now = answer(story, gate, at, method)
    assert now.next_change_at > at

    before = at + ahead * (now.next_change_at - at)

    assert answer(story, gate, before, method).codes == now.codes


CONFIRMED = woman().does(Gate.RELEASE).does(Gate.CONFIRM)


def answer(story, gate, at: datetime, method):
    return decide(
        story.facts,
        load_programs()["us-pomalidomide"],
        gate=gate,
        at=at,
        prescription="rx-1",
        pharmacy=PHARMACY,
        method=method,
        counselled=True,
        guide_given=True,
    )
