"""What a pharmacy may know of a verdict is decided before any page is made."""

from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from compliance import wording
from compliance.rules.verdict import Blocker, Code, Gate, Party
from prescriptions.presenters.reasons import for_pharmacy, for_practice, neutral
from tests.factories import ZONE, new_york

HIDDEN = [code for code in Code if not wording.seen_by_pharmacy(code)]
SHOWN = [code for code in Code if wording.seen_by_pharmacy(code)]


def blocker(code, owner=Party.PATIENT):
    dated = {"opens_at": new_york(2027, 3, 29, 0), "fix_by": new_york(2027, 4, 1, 0)}
    return Blocker(code, owner, cite="label, section 5", **dated)


@pytest.mark.parametrize("code", HIDDEN)
def test_every_clinical_code_is_the_same_sentence_without_a_date(code):
    assert for_pharmacy([blocker(code)], ZONE, gate=Gate.CONFIRM) == [neutral()]


def test_two_clinical_codes_are_one_sentence():
    for pair in combinations(HIDDEN, 2):
        assert for_pharmacy([blocker(code) for code in pair], ZONE, gate=Gate.DISPENSE) == [neutral()]


@pytest.mark.parametrize("code", SHOWN)
def test_the_pharmacys_own_codes_are_shown_in_full(code):
    (reason,) = for_pharmacy([blocker(code)], ZONE, gate=Gate.DISPENSE)
    assert reason.says == wording.says(code, Gate.DISPENSE)
    assert reason.next == wording.next_step(code, Gate.DISPENSE)


@pytest.mark.parametrize("code", SHOWN)
def test_where_the_neutral_sentence_stands_says_nothing_of_which_it_hides(code):
    first, last = min(HIDDEN), max(HIDDEN)
    for hidden in ([first], [last], [first, last]):
        blockers = sorted([blocker(code), *map(blocker, hidden)], key=lambda found: found.code)
        assert for_pharmacy(blockers, ZONE, gate=Gate.DISPENSE)[-1] == neutral()


@pytest.mark.parametrize("code", list(Code))
def test_a_practice_reads_every_code_with_owner_and_dates(code):
    (reason,) = for_practice([blocker(code, Party.PRESCRIBER)], ZoneInfo(ZONE))
    assert reason.says == wording.says(code, Gate.RELEASE)
    assert reason.owner_says == "The prescriber can clear this."
    assert reason.opens == "Can be cleared from Mon 29 Mar 2027 on (New York time)."
    assert reason.fix_by == "Clear it by the end of Wed 31 Mar 2027 (New York time)."
