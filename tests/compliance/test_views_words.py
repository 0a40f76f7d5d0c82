"""How moments, days and numbers are shown, and that every method has a name."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import translation

from compliance import clock
from compliance.templatetags.holdfast import day, moment, spoken, timeleft, until, yours
from compliance.wording import METHODS

NEW_YORK = "America/New_York"
AT = datetime(2026, 3, 3, 19, 5, tzinfo=UTC)


def test_a_moment_names_its_weekday_and_its_zone():
    assert moment(AT, NEW_YORK) == "14:05 Tue 3 Mar 2026 (New York time)"
    assert yours(AT, NEW_YORK) == "14:05 Tue 3 Mar 2026 (your time)"
    assert day(date(2026, 3, 3)) == "Tue 3 Mar 2026"


def test_a_moment_speaks_the_readers_language():
    with translation.override("es"):
        assert "Mar" in moment(AT, NEW_YORK)


def test_the_first_instant_of_a_day_is_the_end_of_the_day_before():
    assert until(datetime(2026, 3, 4, 5, tzinfo=UTC), NEW_YORK) == "until the end of Tue 3 Mar 2026 (New York time)"
    assert until(AT, NEW_YORK) == "until 14:05 Tue 3 Mar 2026 (New York time)"


@pytest.mark.parametrize("show", [moment, yours, until])
def test_no_moment_is_no_text(show):
    assert show(None, NEW_YORK) == ""
    assert timeleft(None) == day(None) == ""


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(seconds=-1), "time is up"),
        (timedelta(0), "0 min left"),
        (timedelta(minutes=59, seconds=59), "59 min left"),
        (timedelta(hours=1), "1 h 0 min left"),
        (timedelta(hours=47, minutes=59), "47 h 59 min left"),
        (timedelta(hours=48), "2 days left"),
    ],
)
def test_time_left_is_said_in_the_unit_that_matters(left, words):
    with clock.moved_to(AT):
        assert timeleft(AT + left) == words


def test_a_number_is_read_in_groups_of_four_and_never_as_markup():
    assert re.sub("<[^>]+>", "", spoken("1234567812345670")) == "1234 5678 1234 5670"
    assert "<b>" not in spoken("<b>12")


def test_every_method_of_the_contract_has_a_name():
    contract = (Path(__file__).resolve().parents[2] / "docs/contract.md").read_text()
    codes = re.findall(r"`([a-z-]+)`", contract.partition("## 6. Contraception")[2].partition(". Each edition")[0])
    assert len(codes) == 20
    assert set(METHODS) == set(codes)
