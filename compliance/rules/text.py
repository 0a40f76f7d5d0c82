"""The contract's text forms of single values: ids, instants, dates, numbers (docs/contract.md sections 1 and 2).

Each reader takes a value out of parsed JSON and returns it typed, or raises BadValue saying what was expected. The key
is named by the caller, who knows it.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

Reader = Callable[[Any], Any]

MAX_ID_LENGTH = 200
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}(:\d{2})?)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Every window counted from an instant inside these ends inside the calendar, in every zone.
_FIRST, _LAST = datetime(2, 1, 1, tzinfo=UTC), datetime(9990, 1, 1, tzinfo=UTC)
_UNFIT = {"Cc", "Cs"}  # control characters; halves of a surrogate pair, which are no characters at all


class BadValue(ValueError):
    """What was read is not what the contract says. `key` is None where the whole value is meant."""

    def __init__(self, expected: str, key: str | None = None) -> None:
        super().__init__(f"{key}: expected {expected}" if key else f"expected {expected}")
        self.expected = expected
        self.key = key


def read_text(value: Any) -> str:
    """An id or a reason."""
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_ID_LENGTH:
        raise BadValue(f"text of 1 to {MAX_ID_LENGTH} characters")
    if not value.isprintable() and any(unicodedata.category(character) in _UNFIT for character in value):
        raise BadValue(f"text of 1 to {MAX_ID_LENGTH} characters without control characters")
    return value


def read_instant(value: Any) -> datetime:
    """Returned in UTC: instants of one zone compare fast."""
    expected = "an instant such as 2027-02-15T10:00-05:00, with an offset and without fractions of a second"
    if not isinstance(value, str) or _INSTANT.fullmatch(value) is None:
        raise BadValue(expected)
    try:
        at = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadValue(expected) from None
    if not _FIRST <= at < _LAST:
        raise BadValue(
            f"an instant from {_FIRST:%Y} up to the year {_LAST.year}, so that what is counted from it exists"
        )
    return at


def read_date(value: Any) -> date:
    expected = "a date such as 2027-02-15"
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        raise BadValue(expected)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadValue(expected) from None


def read_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadValue("true or false")
    return value


def read_integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadValue("a whole number")
    return value


def read_count(value: Any) -> int:
    if read_integer(value) < 0:
        raise BadValue("a whole number, 0 or more")
    return int(value)


def read_level(value: Any) -> float:
    """A level of a test; a level of nothing or less is no level."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        raise BadValue("a number above 0, in mIU/mL")
    return value


def one_of(allowed: Collection[str]) -> Reader:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise BadValue("one of " + ", ".join(sorted(allowed)))
        return value

    return read


def list_of(reader: Reader) -> Reader:
    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise BadValue("a list")
        return tuple(map(reader, value))

    return read


def or_null(reader: Reader) -> Reader:
    def read(value: Any) -> Any:
        return None if value is None else reader(value)

    return read


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def read_zone(value: Any) -> str:
    """An IANA zone name this machine knows."""
    if not isinstance(value, str) or value not in _zones():
        raise BadValue("an IANA zone name such as America/New_York")
    return value


def write_instant(at: datetime) -> str:
    """In the zone of `at`; seconds only where there are any."""
    return at.isoformat(timespec="seconds" if at.second else "minutes").replace("+00:00", "Z")
