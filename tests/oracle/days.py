"""Date arithmetic, the plain way. Instants are aware and in UTC; a date belongs to the zone it is read in."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def days(number: int) -> timedelta:
    """Short for a timedelta of whole days, to be added to dates only."""
    return timedelta(days=number)


def instant(text: str) -> datetime:
    """The contract's text of a moment, as UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def on(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar date of a moment in a zone."""
    return moment.astimezone(zone).date()


@lru_cache(maxsize=100_000)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a date in a zone, as UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def add_months(day: date, months: int) -> date:
    """Calendar months, clamped to the last day of the month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add(day: date, period: tuple[str, int]) -> date:
    """The last day of a period of days or calendar months that began on a date."""
    unit, number = period
    return day + days(number) if unit == "days" else add_months(day, number)


def last_good_day(start: date, number: int, counting: str) -> date:
    """`number` days from a date: exclusive, the date is day 0; inclusive, it is day 1."""
    return start + days(number if counting == "exclusive" else number - 1)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after a date."""
    return midnight(day + DAY, zone)
