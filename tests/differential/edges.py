"""Edges: the instants at which an answer may change, and the clock changes they reach across."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
OFFSETS = (-1, 0, 1)


@dataclass(frozen=True, slots=True)
class Edge:
    """`at` is the first instant on the far side; `anchor` is what it is counted from."""

    kind: str
    anchor: datetime
    at: datetime


@lru_cache(maxsize=1000)
def clock_changes(zone: ZoneInfo, first_year: int = 2020, last_year: int = 2034) -> tuple[tuple[datetime, str], ...]:
    """Every change of a zone's offset in those years, with "spring" (forward) or "autumn" (back)."""
    found = []
    moment, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year, 1, 1, tzinfo=UTC)
    before = moment.astimezone(zone).utcoffset()
    while moment < end:
        later = moment + timedelta(days=1)
        after = later.astimezone(zone).utcoffset()
        if after != before:
            found.append((change_between(moment, later, zone), "spring" if after > before else "autumn"))
        moment, before = later, after
    return tuple(found)


def change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The first instant of the new offset, by halving."""
    old = early.astimezone(zone).utcoffset()
    while late - early > SECOND:
        middle = early + timedelta(seconds=int((late - early).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == old:
            early = middle
        else:
            late = middle
    return late


def changes_across(edge: Edge, zone: ZoneInfo) -> set[str]:
    """Which clock changes lie between an edge's anchor and the edge; {"none"} where none does."""
    changes = clock_changes(zone)
    moments = [moment for moment, _ in changes]
    early, late = sorted((edge.anchor, edge.at))
    first, last = bisect_right(moments, early), bisect_right(moments, late)
    return {name for _, name in changes[first:last]} or {"none"}
