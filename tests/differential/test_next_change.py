"""The product's answer holds until the moment it names."""

import pytest

from tests.differential import waiting
from tests.differential.planted import alterations, noticed_after
from tests.oracle.tables import PROGRAMS


def test_no_answer_changes_before_the_moment_it_names():
    assert waiting.run(1, 60) == []


@pytest.mark.slow
def test_no_answer_of_three_thousand_lives_changes_before_the_moment_it_names():
    assert waiting.run(10_000, 3_000) == []


@pytest.mark.parametrize(
    "number",
    ["lock_days 19 -> 20", "contraception_days_before 30 -> 31", "can supply_days 30 -> 29", "hold_days_max 30 -> 31"],
)
def test_generated_lives_notice_a_number_that_is_off_by_one(number):
    name = f"us-ipledge/2021-12-13 {number}"
    altered = dict(alterations(PROGRAMS["us-ipledge"]))[name]

    assert noticed_after(altered) is not None
