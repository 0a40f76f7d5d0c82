"""What is no case is refused by step, key and what was expected; never with a traceback, never for ever."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.programs import load_programs
from compliance.rules.cases import MAX_STEPS, BadCase, FactStep, read_case
from compliance.rules.history import play

ENROLLED = {
    "fact": "patient.enrolled",
    "at": "2028-08-01T08:00-04:00",
    "category": "adult-male",
    "birth_date": "1960-01-01",
}
WRITTEN = {
    "fact": "prescription.written",
    "at": "2028-08-01T09:00-04:00",
    "prescription": "rx-1",
    "prescriber": "dr",
    "days_supply": 28,
}
RESULTED = {
    "fact": "test.resulted",
    "at": "2028-08-01T09:00-04:00",
    "test": "t-1",
    "collected_at": "2028-08-01T09:00-04:00",
    "result": "negative",
    "sensitivity": 25,
    "setting": "lab",
}
CORRECTED = {
    "fact": "test.corrected",
    "at": "2028-08-02T09:00-04:00",
    "test": "t-1",
    "reason": "…",
    "result": "positive",
}
RELEASE = {"try": "release", "at": "2028-08-02T09:00-04:00", "prescription": "rx-1"}
DISPENSE = {
    "try": "dispense",
    "at": "2028-08-02T09:00-04:00",
    "prescription": "rx-1",
    "pharmacy": "harbour",
    "method": "ship",
    "counselled": True,
    "guide_given": True,
}
ASK = {"ask": "plan", "at": "2028-08-02T09:00-04:00"}


def line(*steps, **head):
    return json.dumps({"id": "c", "program": "us-pomalidomide", "steps": list(steps), **head}).encode()


def without(step, key):
    return {name: value for name, value in step.items() if name != key}


def refusal(content):
    with pytest.raises(BadCase) as caught:
        read_case(content, load_programs())
    return caught.value


def test_the_case_that_the_bad_ones_are_made_of_is_good():
    case = read_case(line(ENROLLED, WRITTEN, RESULTED, CORRECTED, RELEASE, DISPENSE, ASK), load_programs())

    assert len(case.steps) == 7
    assert len(list(play(case))) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"not json",
        b"[]",
        b"null",
        b'"text"',
        b"17",
        b'{"id": "c"',
        b'{"id": "c", "id": "d", "program": "us-pomalidomide", "steps": []}',
        b'{"id": "c", "program": "us-pomalidomide", "steps": [], "x": NaN}',
        b'{"id": "c", "program": "us-pomalidomide", "steps": [Infinity]}',
        b"\xef\xbb\xbf" + line(),
        b"\xff\xfe\x00",
        line()[:-1] + b"\xc3}",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b"1" * 100_000,
        b'"' + b"a" * 1_000_000 + b'"',
    ],
)
def test_a_line_that_is_no_json_object_is_refused(content):
    bad = refusal(content)

    assert (bad.step, bad.key) == (None, None)
    assert "one JSON object in UTF-8" in bad.expected


@pytest.mark.parametrize(
    ("head", "key"),
    [
        ({"id": ""}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"id": 7}, "id"),
        ({"id": "a\u0085b"}, "id"),
        ({"id": "\ud800"}, "id"),
        ({"title": None}, "title"),
        ({"program": "us-unknown"}, "program"),
        ({"program": None}, "program"),
        ({"program": ["us-pomalidomide"]}, "program"),
        ({"steps": {}}, "steps"),
        ({"steps": [WRITTEN] * (MAX_STEPS + 1)}, "steps"),
        ({"edition": "2023-03-24"}, "edition"),
    ],
)
def test_a_case_has_an_id_a_known_program_and_steps(head, key):
    bad = refusal(line(**head))

    assert (bad.step, bad.key) == (None, key)


@pytest.mark.parametrize("key", ["id", "program", "steps"])
def test_each_key_of_a_case_must_be_there(key):
    assert refusal(json.dumps(without(json.loads(line()), key)).encode()).key == key


@pytest.mark.parametrize(
    "step", [None, 7, "fact", [], {}, {"at": "2028-08-01T08:00Z"}, {"fact": "counselled", "try": "release"}]
)
def test_a_step_is_one_fact_try_or_ask(step):
    assert refusal(line(ENROLLED, step)).step == 1


@pytest.mark.parametrize("step", [ENROLLED, WRITTEN, RESULTED, CORRECTED, RELEASE, DISPENSE, ASK])
def test_every_key_is_needed_and_no_other_allowed(step):
    before = [WRITTEN, RESULTED] if step in (CORRECTED, RELEASE, DISPENSE) else []
    for key in step:
        bad = refusal(line(*before, without(step, key)))
        assert bad.step == len(before), key
        if key not in ("fact", "try", "ask"):
            assert bad.key == key
    assert refusal(line(*before, {**step, "colour": "red"})).key == "colour"


@pytest.mark.parametrize(
    ("step", "changed"),
    [
        (ENROLLED, {"category": "male"}),
        (ENROLLED, {"category": ["adult-male"]}),
        (ENROLLED, {"birth_date": "1960-1-1"}),
        (ENROLLED, {"birth_date": "1960-02-30"}),
        (ENROLLED, {"birth_date": "19600101"}),
        (ENROLLED, {"birth_date": "0000-01-01"}),
        (ENROLLED, {"birth_date": None}),
        (ENROLLED, {"fact": "patient.enroled"}),
        (ENROLLED, {"fact": None}),
        (ENROLLED, {"fact": {}}),
        (ENROLLED, {"recorded_at": "2028-08-01T07:59-04:00"}),
        (ENROLLED, {"recorded_at": None}),
        (ENROLLED, {"at": "2028-08-01T08:00"}),
        (ENROLLED, {"at": "2028-08-01"}),
        (ENROLLED, {"at": "2028-08-01T08:00:00.5Z"}),
        (ENROLLED, {"at": "2028-08-01T08:00Z\n"}),
        (ENROLLED, {"at": "2028-08-01 08:00Z"}),
        (ENROLLED, {"at": "2028-08-01T24:00Z"}),
        (ENROLLED, {"at": "2028-08-01T08:00+25:00"}),
        (ENROLLED, {"at": "2028-08-01T08:00:60Z"}),
        (ENROLLED, {"at": "٢٠28-08-01T08:00Z"}),
        (ENROLLED, {"at": "0001-01-01T00:00+14:00"}),
        (ENROLLED, {"at": "9999-12-31T23:59-14:00"}),
        (ENROLLED, {"at": 1848729600}),
        (WRITTEN, {"days_supply": 28.0}),
        (WRITTEN, {"days_supply": "28"}),
        (WRITTEN, {"days_supply": True}),
        (WRITTEN, {"refills": None}),
        (WRITTEN, {"refills": -1}),
        (WRITTEN, {"verbal": 0}),
        (WRITTEN, {"prescription": ""}),
        (WRITTEN, {"prescription": "a\u0000b"}),
        (WRITTEN, {"prescription": "x" * 1_000_000}),
        (WRITTEN, {"prescriber": None}),
        (RESULTED, {"collected_at": "2028-08-01T09:01-04:00"}),
        (RESULTED, {"result": "Negative"}),
        (RESULTED, {"sensitivity": "25"}),
        (RESULTED, {"sensitivity": 0}),
        (RESULTED, {"sensitivity": True}),
        (RESULTED, {"setting": "ward"}),
        (RESULTED, {"home_allowed": "no"}),
    ],
)
def test_a_wrong_value_is_refused_by_its_key(step, changed):
    bad = refusal(line({**step, **changed}))

    assert (bad.step, bad.key) == (0, next(iter(changed)))
    assert len(str(bad)) < 1000


def test_a_sensitivity_beyond_all_numbers_is_refused():
    assert refusal(line(RESULTED).replace(b'"sensitivity": 25', b'"sensitivity": 1e999')).key == "sensitivity"


@pytest.mark.parametrize(
    ("steps", "step", "key"),
    [
        ([WRITTEN, WRITTEN], 1, "prescription"),
        ([RESULTED, RESULTED], 1, "test"),
        ([RELEASE], 0, "prescription"),
        ([CORRECTED], 0, "test"),
        ([{"fact": "test.voided", "at": "2028-08-02T09:00Z", "test": "t-1", "reason": "…"}], 0, "test"),
        ([RESULTED, without(CORRECTED, "result")], 1, "result"),
        ([RESULTED, {**CORRECTED, "collected_at": "2028-08-02T09:01-04:00"}], 1, "collected_at"),
        ([WRITTEN, {**ENROLLED, "at": "2028-08-01T08:59-04:00"}], 1, "at"),
        ([{**ENROLLED, "recorded_at": "2028-08-03T08:00Z"}, WRITTEN], 1, "at"),
        ([WRITTEN, {**RELEASE, "recorded_at": "2028-08-03T08:00Z"}], 1, "recorded_at"),
        ([WRITTEN, {**RELEASE, "at": "2023-03-23T23:59-04:00"}], 1, "at"),
        ([{**ASK, "at": "2023-03-23T23:59-04:00"}], 0, "at"),
        ([{**ASK, "ask": "everything"}], 0, "ask"),
        ([WRITTEN, {**RELEASE, "try": "refill"}], 1, "try"),
        ([WRITTEN, {**DISPENSE, "method": "post"}], 1, "method"),
        ([WRITTEN, {**DISPENSE, "counselled": 1}], 1, "counselled"),
        ([WRITTEN, {**RELEASE, "pharmacy": "harbour"}], 1, "pharmacy"),
        ([{"fact": "survey.completed", "at": "2028-08-02T09:00Z", "by": "prescriber"}], 0, "prescription"),
        ([{"fact": "pharmacy.certified", "at": "2028-08-02T09:00Z", "pharmacy": "p", "zone": "Mars/Base"}], 0, "zone"),
        ([{"fact": "pharmacy.certified", "at": "2028-08-02T09:00Z", "pharmacy": "p", "zone": "../etc"}], 0, "zone"),
        (
            [{"fact": "contraception.stated", "at": "2028-08-02T09:00Z", "methods": "iud", "since": "2028-08-01"}],
            0,
            "methods",
        ),
        (
            [{"fact": "contraception.stated", "at": "2028-08-02T09:00Z", "methods": ["hope"], "since": "2028-08-01"}],
            0,
            "methods",
        ),
        ([{**ASK, "expect": {"colour": "red"}}], 0, "colour"),
        ([{**ASK, "expect": []}], 0, "expect"),
        ([{**ASK, "expect": {"no_duties": ["to-be-happy"]}}], 0, "no_duties"),
        ([WRITTEN, {**RELEASE, "expect": {"blockers": ["nonsense"]}}], 1, "blockers"),
    ],
)
def test_a_step_that_does_not_fit_the_ones_before_is_refused(steps, step, key):
    bad = refusal(line(*steps))

    assert (bad.case, bad.step) == ("c", step)
    assert key in (bad.key, *bad.expected.split())


def test_a_release_before_the_first_edition_says_when_it_starts():
    early = refusal(line({**ASK, "at": "2023-03-23T23:59-04:00"}))
    assert early.expected == "an edition of us-pomalidomide in force, the first starts on 2023-03-24"


def test_a_retired_program_is_not_modelled_before_its_retirement():
    written = {**WRITTEN, "at": "2025-01-01T09:00-05:00"}
    day_before, day = "2025-03-31T23:59-04:00", "2025-04-01T00:00-04:00"

    assert refusal(line(written, {**RELEASE, "at": day_before}, program="us-macitentan")).expected == (
        "edition not modelled"
    )
    assert read_case(line(written, {**RELEASE, "at": day}, program="us-macitentan"), load_programs())


def test_facts_alone_need_no_edition():
    old = {**ENROLLED, "at": "1999-01-01T08:00Z"}

    assert read_case(line(old), load_programs()).steps


def test_ids_may_be_any_text_that_is_no_control_character():
    odd = {**WRITTEN, "prescription": "处方 ½ — \u202e " + "x" * 190}

    assert read_case(line(odd), load_programs()).steps


# --- the largest and the oddest --------------------------------------------------------------------------------------


def largest(kinds):
    """As many steps as a case may have, in turns of these kinds."""
    enrolled = {**ENROLLED, "at": "2028-08-01T00:00Z", "category": "adult-female-can"}
    turns = [kinds[number % len(kinds)](number) for number in range(MAX_STEPS - 2)]
    return line(enrolled, {**WRITTEN, "at": "2028-08-01T00:00Z"}, *turns)


def at(number):
    return f"2028-08-{2 + number // 1000:02}T{number // 60 % 16:02}:{number % 60:02}Z"


@pytest.mark.parametrize(
    "kinds",
    [
        [lambda n: {**RESULTED, "test": f"t-{n}", "at": "2028-09-01T09:00Z", "collected_at": at(n)}],
        [
            lambda n: {**RESULTED, "test": f"t-{n}", "at": "2028-09-01T09:00Z", "collected_at": at(n)},
            lambda _: {**RELEASE, "at": "2028-09-01T09:00Z"},
        ],
        [
            lambda n: {
                "fact": "category.changed",
                "at": "2028-09-01T09:00Z",
                "category": ("adult-female-can", "adult-female-cannot")[n // 2 % 2],
                "reason": "…",
            },
            lambda _: {**ASK, "at": "2028-09-01T09:00Z"},
        ],
        [
            lambda _: {**ENROLLED, "at": "2028-09-01T09:00Z", "category": "adult-female-can"},
            lambda _: {**ASK, "at": "2028-09-01T09:00Z"},
            lambda n: {**RESULTED, "test": f"t-{n}", "at": "2028-09-01T09:00Z", "collected_at": at(n)},
            lambda _: {**RELEASE, "at": "2028-09-01T09:00Z"},
        ],
        [
            lambda _: {
                "fact": "contraception.stated",
                "at": "2028-09-01T09:00Z",
                "methods": ["implant", "diaphragm"],
                "since": "2020-01-01",
            },
            lambda n: {**RESULTED, "test": f"t-{n}", "at": "2028-09-01T09:00Z", "collected_at": at(n)},
            lambda _: {**RELEASE, "at": "2028-09-01T09:00Z"},
        ],
        [
            lambda n: {
                "fact": "contraception.stated",
                "at": "2028-09-01T09:00Z",
                "methods": ["implant", "diaphragm"],
                "since": f"{2000 + n // 300}-{1 + n // 28 % 12:02}-{1 + n % 28:02}",
            },
            lambda _: {**RELEASE, "at": "2028-09-01T09:00Z"},
        ],
    ],
    ids=["tests", "tests-and-tries", "changes-and-plans", "all", "statements-and-tests", "statements"],
)
@pytest.mark.parametrize("program", ["us-pomalidomide", "us-ipledge"])
def test_the_largest_history_is_played_in_seconds(kinds, program):
    history = largest(kinds)
    if program == "us-ipledge":
        history = (
            history.replace(b"us-pomalidomide", b"us-ipledge")
            .replace(b"adult-female-", b"")
            .replace(b"2028-", b"2025-")
        )
    began = time.process_time()

    case = read_case(history, load_programs())
    answers = list(play(case))

    assert len(case.steps) == MAX_STEPS
    assert len(answers) == sum(not isinstance(step, FactStep) for step in case.steps)
    assert time.process_time() - began < 15


@pytest.mark.parametrize("edge", ["0001-01-01", "9999-12-31", "9982-01-01"])
def test_dates_at_the_ends_of_the_calendar_are_dates(edge):
    enrolled = {**ENROLLED, "category": "child-female-can", "birth_date": edge}
    stated = {
        "fact": "contraception.stated",
        "at": "2028-08-01T08:00-04:00",
        "methods": ["implant", "diaphragm"],
        "since": edge,
    }

    case = read_case(line(enrolled, stated, WRITTEN, RELEASE, ASK), load_programs())

    assert len(list(play(case))) == 2


@pytest.mark.parametrize("days", [10**30, -(10**30)])
def test_a_supply_longer_than_the_calendar_is_too_long(days):
    case = read_case(line(ENROLLED, {**WRITTEN, "days_supply": days}, RELEASE), load_programs())

    ((_, verdict),) = play(case)

    assert "supply-too-long" in {code.value for code in verdict.codes}


def test_a_retired_program_takes_any_supply():
    written = {**WRITTEN, "days_supply": 10**30}
    case = read_case(line(written, DISPENSE, DISPENSE, ASK, program="us-macitentan"), load_programs())

    assert [answer.allowed for _, answer in list(play(case))[:2]] == [True, True]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4),
    max_leaves=10,
)
STEPS = [ENROLLED, WRITTEN, RESULTED, CORRECTED, RELEASE, DISPENSE, ASK]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_case_with_any_value_anywhere_is_answered_or_refused(data):
    steps = [dict(step) for step in STEPS]
    step = data.draw(st.sampled_from(steps))
    step[data.draw(st.sampled_from([*step, "recorded_at", "expect", "zone"]))] = data.draw(JSON)

    with suppress(BadCase):
        assert len(list(play(read_case(line(*steps), load_programs())))) == 3


@settings(max_examples=300, deadline=None)
@given(content=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_refused_in_order(content):
    assert refusal(content).expected
