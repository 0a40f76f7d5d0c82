"""Every short sequence of events gets the same answers from the product and the oracle."""

import pytest

from tests.differential import exhaustive
from tests.differential.alphabet import ALPHABETS

SEED = 1


@pytest.mark.parametrize("alphabet", list(ALPHABETS))
def test_every_sequence_that_begins_with_a_supply_agrees(alphabet):
    count = exhaustive.subtree(alphabet, ("release", "confirm", "dispense"), 5, SEED, False)

    assert count.found == []
    assert count.sequences == 1 + 10 + 100


def test_every_boundary_gap_after_a_release_agrees():
    count = exhaustive.subtree("numbers", ("release",), 2, SEED, True)

    assert count.found == []
    assert count.sequences == 40 + 10 * (40 + 39)  # a boundary gap at the first place, at the second, or at neither


def test_every_beginning_is_walked_once():
    jobs = exhaustive.jobs(SEED, 1.0, ["numbers"])

    assert len(jobs) == len(set(jobs)) == 10**3 + 10**2


@pytest.mark.slow
def test_a_seeded_tenth_of_all_sequences_agrees():
    count = exhaustive.run(SEED, 0.1, 2, ["numbers"])

    assert count.found == []
    assert count.sequences > 200_000
