"""A program in plain words: nothing of its file is left out, and what differs between editions is said."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import pytest

from compliance.plain_words.edition import changes, in_words
from compliance.programs import load_programs
from compliance.rules.program import Edition
from compliance.rules.values import Days, Months, Value

EDITIONS = [edition for program in load_programs().values() for edition in program.editions]
WORDS_OF = {edition.id: [line for part in in_words(edition) for line in part.lines] for edition in EDITIONS}
IPLEDGE = load_programs()["us-ipledge"].editions


def values_in(thing):
    """Every cited value of an edition, however deep."""
    if isinstance(thing, Value) and thing.cite:
        yield thing
    if is_dataclass(thing):
        for field in fields(thing):
            if field.name != "document":
                yield from values_in(getattr(thing, field.name))
    elif isinstance(thing, Mapping):
        for one in thing.values():
            yield from values_in(one)
    elif isinstance(thing, tuple):
        for one in thing:
            yield from values_in(one)


def line_of(edition, key):
    (found,) = [line for line in WORDS_OF[edition.id] if line.key == key]
    return found


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_every_value_has_its_sentence_with_source_and_note(edition):
    lines = WORDS_OF[edition.id]
    for value in values_in(edition):
        place, _, source = value.cite.partition(": ")
        told = [line for line in lines if (line.place, line.source) == (place, source)]
        assert told, value.cite
        assert all((line.settled, line.note) == (value.settled, value.note) for line in told), value.cite


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_every_number_of_days_and_months_stands_in_its_sentence(edition):
    lines = WORDS_OF[edition.id]
    numbers = [value for value in values_in(edition) if isinstance(value, Days | Months)]
    assert numbers or not isinstance(edition, Edition)
    for value in numbers:
        number = str(value.days if isinstance(value, Days) else value.months)
        place = value.cite.partition(": ")[0]
        assert all(number in line.says for line in lines if line.place == place), value.cite


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_a_sentence_is_a_sentence_and_no_value_is_told_twice(edition):
    lines = WORDS_OF[edition.id]
    assert all(line.says[0].isupper() and line.says.endswith(".") for line in lines)
    assert len({line.key for line in lines}) == len(lines)


def test_exclusive_and_inclusive_windows_are_told_apart():
    american = load_programs()["us-pomalidomide"].editions[0]
    assert "collection is day 0, and the last good day is the one 7 days later" in line_of(american, "test_window").says
    assert "collection is day 1, and the last good day is day 7" in line_of(IPLEDGE[0], "test_window").says


def test_the_two_isotretinoin_editions_differ_in_what_the_program_changed():
    keys = {(change.after or change.before).key for change in changes(*IPLEDGE)}
    assert keys == {
        "start",
        "counselling.cannot",
        "authorization.cannot",
        "lock",
        "settings.clinic",
        "settings.home",
    }


def test_an_edition_does_not_differ_from_itself():
    assert not changes(IPLEDGE[0], IPLEDGE[0])


def test_a_program_that_has_ended_says_so_and_asks_nothing():
    (ended,) = load_programs()["us-macitentan"].editions
    says = [line.says for line in WORDS_OF[ended.id]]
    assert "The program has ended: from Tue 1 Apr 2025 on it has no gates, and nothing is asked or issued." in says
    assert len(in_words(ended)) == 1
