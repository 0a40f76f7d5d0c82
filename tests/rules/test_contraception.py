"""Contraception: what is in force, what is sufficient, and how long it has run."""

import pytest

from compliance.rules.events import ContraceptionStated
from compliance.rules.verdict import Code, Gate
from tests.builders import Story, european_woman, woman


def without_contraception(at="2028-09-18 15:00"):
    return (
        Story("us-pomalidomide", "adult-female-can", at)
        .enrolled()
        .tests("t-1", "2028-09-06 09:00")
        .tests("t-2", "2028-09-18 08:00")
        .written()
    )


def test_a_statement_is_asked_for():
    assert without_contraception().codes(Gate.RELEASE) == ["contraception-missing"]
    assert without_contraception().contraception().codes(Gate.RELEASE) == []


def test_a_statement_is_in_force_from_its_first_day_on():
    story = without_contraception().contraception(since="2028-09-19")

    assert story.codes(Gate.RELEASE) == ["contraception-missing"]
    assert "contraception-missing" not in story.on("2028-09-19 00:00").codes(Gate.RELEASE)


@pytest.mark.parametrize(
    ("methods", "sufficient"),
    [
        (("implant", "diaphragm"), True),
        (("implant", "ring"), True),
        (("implant", "implant"), False),
        (("implant",), False),
        (("male-condom", "diaphragm"), False),
        (("iud", "copper-iud"), False),
        (("iud", "copper-iud", "lng-ius", "cervical-cap"), True),
        (("implant", "withdrawal"), False),
        (("implant", "desogestrel-pill"), False),
        (("continuous-abstinence",), True),
        (("continuous-abstinence", "continuous-abstinence"), True),
        (("continuous-abstinence", "male-condom"), False),
        (("continuous-abstinence", "implant", "male-condom"), True),
    ],
)
def test_two_methods_are_asked_in_the_united_states(methods, sufficient):
    story = without_contraception().contraception(*methods)

    assert story.codes(Gate.RELEASE) == ([] if sufficient else ["contraception-insufficient"])


@pytest.mark.parametrize(
    ("methods", "sufficient"),
    [
        (("desogestrel-pill",), True),
        (("lng-ius",), True),
        (("lng-ius", "iud"), True),
        (("iud",), False),
        (("copper-iud", "combined-pill"), False),
        (("continuous-abstinence",), True),
        (("continuous-abstinence", "withdrawal"), False),
    ],
)
def test_one_method_is_asked_in_europe(methods, sufficient):
    story = european_woman().contraception(*methods)

    assert story.codes(Gate.RELEASE) == ([] if sufficient else ["contraception-insufficient"])


def test_an_empty_statement_is_a_statement_and_not_enough():
    stated = Story("eu-pomalidomide", "wcbp").enrolled().tests("t", "2028-09-18 08:00").written()
    nothing = stated.learns(ContraceptionStated(stated.now, methods=(), since=stated.now.date()))

    assert stated.codes(Gate.RELEASE) == ["contraception-missing"]
    assert nothing.codes(Gate.RELEASE) == ["contraception-insufficient"]


def test_the_days_are_up_at_the_start_of_the_day_after_them():
    story = without_contraception().contraception(since="2028-08-22")
    enough = without_contraception().contraception(since="2028-08-21")

    blocker = story.blocker(Code.CONTRACEPTION_TOO_RECENT)

    assert enough.codes(Gate.RELEASE) == []
    assert story.codes(Gate.RELEASE) == ["contraception-too-recent"]
    assert blocker.opens_at == story.moment("2028-09-19")


def test_a_run_goes_on_over_a_change_of_sufficient_methods():
    story = without_contraception().contraception("implant", "diaphragm", since="2028-08-01")

    assert story.contraception("ring", "male-condom", since="2028-09-10").codes(Gate.RELEASE) == []


def test_an_insufficient_statement_in_between_breaks_the_run():
    story = without_contraception().contraception(since="2028-08-01").contraception("withdrawal", since="2028-09-01")
    again = story.contraception(since="2028-09-02")

    assert story.codes(Gate.RELEASE) == ["contraception-insufficient"]
    assert again.codes(Gate.RELEASE) == ["contraception-too-recent"]


def test_a_later_recorded_statement_takes_over_from_its_first_day_even_if_that_is_earlier():
    story = without_contraception().contraception("withdrawal", since="2028-09-01")

    assert story.contraception(since="2028-08-01").codes(Gate.RELEASE) == []


def test_a_statement_for_later_does_not_end_the_one_in_force():
    story = without_contraception().contraception(since="2028-08-01")

    assert story.contraception("withdrawal", since="2028-09-19").codes(Gate.RELEASE) == []


def test_the_length_of_the_run_is_asked_at_release_only():
    released = woman().does(Gate.RELEASE)
    changed = released.contraception("withdrawal", since="2028-09-17").contraception(since="2028-09-18")

    assert changed.codes(Gate.CONFIRM) == []
    assert "contraception-too-recent" in changed.codes(Gate.RELEASE)


def test_contraception_is_not_asked_of_those_who_cannot_get_pregnant():
    story = Story("us-pomalidomide", "adult-female-cannot").enrolled(birth_date="1949-03-02").written()

    assert story.codes(Gate.RELEASE) == []
