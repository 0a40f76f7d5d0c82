"""Date arithmetic over both changes of the clocks, in every zone, and at the ends of the calendar."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from compliance.rules import calendar
from compliance.rules.values import Counting, Window

NEW_YORK, LONDON = ZoneInfo("America/New_York"), ZoneInfo("Europe/London")


def window(days, counts):
    return Window(days=days, counts=counts, cite="", settled=True)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2028, 3, 12), 23), (date(2028, 11, 5), 25), (date(2028, 7, 4), 24)],
)
def test_a_day_ends_at_the_next_midnight_whatever_the_clocks_do(day, hours):
    elapsed = calendar.end_of_day(day, NEW_YORK).timestamp() - calendar.start_of_day(day, NEW_YORK).timestamp()

    assert elapsed == hours * 3600


@pytest.mark.parametrize(
    ("counts", "end"), [(Counting.EXCLUSIVE, date(2028, 3, 16)), (Counting.INCLUSIVE, date(2028, 3, 15))]
)
def test_a_window_ends_at_midnight_after_its_last_good_day(counts, end):
    closes_at = window(7, counts).closes_at(date(2028, 3, 8), NEW_YORK)

    assert closes_at == datetime(end.year, end.month, end.day, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("from_at", "to_at"),
    [
        ("2029-03-24T16:00+00:00", "2029-03-25T17:00+01:00"),
        ("2029-10-27T16:00+01:00", "2029-10-28T15:00+00:00"),
    ],
)
def test_hours_are_elapsed_hours(from_at, to_at):
    assert calendar.add_hours(datetime.fromisoformat(from_at), 24) == datetime.fromisoformat(to_at)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2029, 1, 31), 1, date(2029, 2, 28)),
        (date(2028, 8, 31), 6, date(2029, 2, 28)),
        (date(2028, 12, 15), 1, date(2029, 1, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 5, 31), 0, date(2028, 5, 31)),
    ],
)
def test_months_are_clamped_to_the_last_day(day, months, later):
    assert calendar.add_months(day, months) == later


def test_a_date_is_read_on_the_wall_of_the_zone():
    at = datetime(2028, 9, 18, 2, 30, tzinfo=UTC)

    assert calendar.date_of(at, NEW_YORK) == date(2028, 9, 17)
    assert calendar.date_of(at, LONDON) == date(2028, 9, 18)


def test_a_midnight_that_the_clocks_skip_is_the_first_instant_after_the_gap():
    # Cairo skips 00:00 to 01:00; Toronto in 1919 skipped 23:30 to 00:30, midnight in the middle.
    cairo, toronto = ZoneInfo("Africa/Cairo"), ZoneInfo("America/Toronto")

    assert calendar.start_of_day(date(2025, 4, 25), cairo).astimezone(UTC) == datetime(2025, 4, 24, 22, tzinfo=UTC)
    assert calendar.start_of_day(date(1919, 3, 31), toronto).astimezone(UTC) == datetime(1919, 3, 31, 4, 30, tzinfo=UTC)


def test_a_midnight_that_comes_twice_begins_its_day_the_first_time():
    havana = ZoneInfo("America/Havana")

    start = calendar.start_of_day(date(2028, 11, 5), havana)

    assert calendar.date_of(start, havana) == date(2028, 11, 5)
    assert calendar.date_of(start - timedelta(seconds=1), havana) == date(2028, 11, 4)


def clock_changes(zone, year):
    """The dates around which the offset of a zone changes in a year."""
    days = [datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=number) for number in range(366)]
    offsets = [day.astimezone(zone).utcoffset() for day in days]
    return [day.date() for day, before, after in zip(days, offsets, offsets[1:], strict=False) if before != after]


@pytest.mark.parametrize("year", [2024, 2028, 2032])
def test_every_day_around_every_change_in_every_zone_begins_at_its_first_instant(year):
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for change in clock_changes(zone, year):
            for day in (change + timedelta(days=offset) for offset in (-1, 0, 1, 2)):
                start = calendar.start_of_day(day, zone).astimezone(UTC)
                assert calendar.date_of(start, zone) == day, (name, day)
                assert calendar.date_of(start - timedelta(seconds=1), zone) < day, (name, day)
                assert calendar.end_of_day(day, zone) == calendar.start_of_day(day + timedelta(days=1), zone)


def test_nothing_raises_at_the_ends_of_the_calendar():
    assert calendar.add_days(date.max, 1) == date.max
    assert calendar.add_days(date.min, -1) == date.min
    assert calendar.add_days(date(2028, 1, 1), 10**30) == date.max
    assert calendar.add_days(date(2028, 1, 1), -(10**30)) == date.min
    assert calendar.add_months(date(9999, 12, 1), 1) == date.max
    assert calendar.add_years(date(9990, 1, 1), 18) == date.max
    assert calendar.add_hours(datetime(2028, 1, 1, tzinfo=UTC), 10**30).year == 9999
    assert calendar.add_hours(datetime(2028, 1, 1, tzinfo=UTC), -(10**30)).year == 1
