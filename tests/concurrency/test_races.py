"""Races on real connections: nobody ever decides from facts that another has changed, and each control shows why."""

import pytest

from tests.concurrency.meeting import Ring, stops
from tests.concurrency.races import (
    AgainstACategoryChange,
    AgainstAFact,
    AgainstAPositiveTest,
    DoubleClick,
    TwoPharmacies,
)

SEED = 20230324
CONTROLS = 12


def tries(quick, long):
    return pytest.mark.parametrize("tries", [quick, pytest.param(long, marks=pytest.mark.slow)])


@pytest.fixture
def ring(cloned_database):
    ring = Ring(cloned_database.url, seed=SEED)
    yield ring
    ring.close()


def outcome(race, number, *, locked=True):
    with stops(locked=locked):
        race.run(number)
    return race.report()


@tries(40, 1000)
def test_of_two_pharmacies_that_confirm_one_authorization_exactly_one_holds_it(ring, tries):
    tally = outcome(TwoPharmacies(ring), tries)

    assert (tally["1 winners"], tally["stale"]) == (tries, 0), tally
    assert min(tally["won by the first"], tally["won by the second"]) > 0, tally


@tries(20, 1000)
def test_a_double_click_on_release_issues_one_number(ring, tries):
    tally = outcome(DoubleClick(ring), tries)

    assert (tally["1 numbers"], tally["stale"]) == (tries, 0), tally
    assert tally["one page, one answer"] + tally["two pages, one yes"] == tries, tally


@pytest.mark.parametrize("race", [AgainstAPositiveTest, AgainstACategoryChange])
@tries(15, 1000)
def test_nobody_confirms_after_a_fact_that_forbids_it(ring, race, tries):
    tally = outcome(race(ring), tries)

    assert tally["stale"] == 0, tally
    assert (tally["confirmed after the fact"], tally["confirmed before, not told"]) == (0, 0), tally
    assert (tally["void"], tally["refused"] + tally["confirmed before, and told"]) == (tries, tries), tally
    assert min(tally["refused"], tally["confirmed before, and told"]) > 0, tally


@pytest.mark.parametrize("race", [TwoPharmacies, DoubleClick, AgainstAPositiveTest, AgainstACategoryChange])
def test_without_the_lock_decisions_are_made_from_old_facts(ring, race):
    """The control. Constraints stay on and stop two winners; that a pharmacy confirms after the fact that forbids it,
    no constraint can know: the lock alone prevents it.
    """
    tally = outcome(race(ring), CONTROLS, locked=False)

    assert tally["stale"] == CONTROLS, tally
    if issubclass(race, AgainstAFact):
        # A chain does not go back in time: where the clock ticked in between, that stops it by chance.
        assert tally["confirmed after the fact"] + tally["stopped by a constraint"] == CONTROLS, tally
        assert tally["confirmed after the fact"] > 0, tally
    else:
        assert tally["stopped by a constraint"] > 0, tally
