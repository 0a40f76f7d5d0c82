"""Ends and beginnings as people say them."""

from prescriptions.presenters.moments import before, since, since_yours, until_yours
from tests.factories import new_york

NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"


def test_a_midnight_is_the_end_of_the_day_before():
    end = new_york(2027, 3, 9, 0)
    assert until_yours(end, NEW_YORK) == "until the end of Mon 8 Mar 2027 (your time)"
    assert before(end, NEW_YORK) == "by the end of Mon 8 Mar 2027 (New York time)"


def test_the_same_instant_is_an_hour_of_the_evening_further_west():
    assert until_yours(new_york(2027, 3, 9, 0), LOS_ANGELES) == "until 21:00 Mon 8 Mar 2027 (your time)"


def test_a_beginning_at_midnight_is_a_day():
    start = new_york(2027, 3, 29, 0)
    assert since(start, NEW_YORK) == "from Mon 29 Mar 2027 on (New York time)"
    assert since_yours(start, NEW_YORK) == "from Mon 29 Mar 2027 on (your time)"


def test_any_other_moment_keeps_its_minute():
    at = new_york(2027, 3, 2, 14, 5)
    assert until_yours(at, NEW_YORK) == "until 14:05 Tue 2 Mar 2027 (your time)"
    assert before(at, NEW_YORK) == "before 14:05 Tue 2 Mar 2027 (New York time)"
    assert since(at, NEW_YORK) == "from 14:05 Tue 2 Mar 2027 (New York time)"
    assert since_yours(at, LOS_ANGELES) == "from 11:05 Tue 2 Mar 2027 (your time)"
