"""The only date arithmetic. Dates are dates of a zone; instants are aware; windows are half-open.

Days are calendar days and end at the next midnight of the zone, whatever its clocks do; hours are elapsed hours; months
and years are calendar arithmetic, clamped to the month's last day (docs/contract.md section 4). Nothing here raises
at the ends of the calendar: a result outside it is its first or last day. Contract input cannot reach that point.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MONTHS_A_YEAR = 12
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def date_of(at: datetime, zone: ZoneInfo) -> date:
    """The date on the wall of `zone` at that instant."""
    return at.astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of that date in `zone`; where the clocks skip midnight, the first instant after the gap."""
    midnight = datetime.combine(day, time(), zone)
    before, after = midnight.utcoffset(), midnight.replace(fold=1).utcoffset()
    if before is None or after is None or before >= after:
        return midnight
    return _end_of_gap(midnight, before, after).astimezone(zone)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of the next date in `zone`."""
    return start_of_day(add_days(day, 1), zone)


def _end_of_gap(midnight: datetime, before: timedelta, after: timedelta) -> datetime:
    """The instant at which the clocks jump over `midnight`, found between the two readings of that wall time."""
    wall = midnight.replace(tzinfo=UTC)
    early, late = wall - after, wall - before
    zone = midnight.tzinfo
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def add_days(day: date, days: int) -> date:
    """`days` may be negative."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def add_months(day: date, months: int) -> date:
    """Calendar months, not negative: 31 January + 1 month = 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, _MONTHS_A_YEAR)
    year = day.year + years
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """Born on 29 February: 18 on 28 February."""
    return add_months(day, years * _MONTHS_A_YEAR)


def add_hours(at: datetime, hours: int) -> datetime:
    """Elapsed hours, given in UTC; negative hours go back."""
    try:
        return at.astimezone(UTC) + timedelta(hours=hours)
    except OverflowError:
        return _LAST if hours > 0 else _FIRST
