"""python -m tests.differential.zones: every IANA zone, both clock changes, 2024 to 2032, for each window rule.

The product's calendar is compared with arithmetic that knows no zone rules but the zone's own answer to "what is the
wall clock at this instant": the end of a window is found by walking instants, never by building a local midnight.
"""

import argparse
import json
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from tests.differential import product
from tests.differential.compare import difference
from tests.differential.edges import clock_changes
from tests.differential.generator import generate

YEARS = range(2024, 2033)
# days counted, and whether the first day is day 1: every day window of every program
DAY_WINDOWS = ((7, False), (7, True), (28, False), (30, False), (30, True), (19, True), (21, False), (3, False))
MONTH_WINDOWS = (1, 6, 12)
HOURS = 24


def zones() -> list[str]:
    """Every zone that has a clock change in those years."""
    return [name for name in sorted(available_timezones()) if list(changes(ZoneInfo(name)))]


def changes(zone: ZoneInfo) -> Iterator[datetime]:
    """The clock changes of the years asked."""
    return (at for at, _ in clock_changes(zone) if at.year in YEARS)


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """The first instant whose wall clock shows that date or a later one, found by halving."""
    early = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=30)
    late = early + timedelta(hours=60)
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=int((late - early).total_seconds()) // 2)
        if middle.astimezone(zone).date() >= day:
            late = middle
        else:
            early = middle
    return late


def months_later(day: date, months: int) -> date:
    """The same day so many months on, or the last day of a shorter month, by walking days."""
    first = day.replace(day=1)
    for _ in range(months):
        first = (first + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first + timedelta(days=min(day.day, last.day) - 1)


def windows(start: date) -> Iterator[date]:
    """The last good day of each kind of window that begins on a date."""
    for number, inclusive in DAY_WINDOWS:
        last = start
        for _ in range(number - 1 if inclusive else number):
            last += timedelta(days=1)
        yield last
    for months in MONTH_WINDOWS:
        yield months_later(start, months)


def around(change: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Anchors whose windows end just before, over and just after a clock change."""
    changed_on = change.astimezone(zone).date()
    for back in (0, 1, 3, 6, 7, 8, 18, 19, 21, 27, 28, 29, 30, 31):
        yield first_instant(changed_on - timedelta(days=back), zone) + timedelta(hours=1, minutes=30)


def compare_zone(name: str) -> tuple[int, list[str]]:
    """How many windows of a zone were compared, and what differed."""
    zone, compared, found = ZoneInfo(name), 0, []
    for change in changes(zone):
        for anchor in around(change, zone):
            start = anchor.astimezone(zone).date()
            for theirs, ours in zip(
                product.window_ends(anchor, zone, DAY_WINDOWS, MONTH_WINDOWS), windows(start), strict=True
            ):
                compared += 1
                expected = first_instant(ours + timedelta(days=1), zone)
                if theirs != expected:
                    found.append(f"{name}: from {start} to the end of {ours}: {theirs} instead of {expected}")
        for early in (-HOURS * 3600, -3600, -1, 0, 1):
            at = change + timedelta(seconds=early)
            compared += 1
            if product.hours_later(at.astimezone(zone), HOURS) != at + timedelta(hours=HOURS):
                found.append(f"{name}: {HOURS} hours after {at}")
    return compared, found


def compare_lives(name: str, cases: int) -> tuple[int, list[str]]:
    """Generated cases of programs moved to a zone, through both implementations: tries made, what differed."""
    zone, tried, found = ZoneInfo(name), 0, []
    for seed in range(cases):
        made = generate(zlib.crc32(name.encode()) + seed, zone=zone)
        tried += len(made.verdicts)
        different = difference(made.verdicts, product.answers(made.case, zone=zone))
        if different:
            found.append(f"{name}: {different}\n{json.dumps(made.case)}")
    return tried, found


def run(names: list[str], cases: int) -> tuple[int, int, list[str]]:
    """Windows and tries compared in these zones, and what differed."""
    windows_compared, tried, found = 0, 0, []
    for name in names:
        compared, different = compare_zone(name)
        tries, disagreements = compare_lives(name, cases)
        windows_compared, tried = windows_compared + compared, tried + tries
        found += different + disagreements
    return windows_compared, tried, found


def main() -> int:
    """All zones; 1 where anything differs."""
    parser = argparse.ArgumentParser(description="Every zone, both clock changes, each window rule.")
    parser.add_argument("--cases", type=int, default=20, help="generated cases a zone")
    options = parser.parse_args()
    names = zones()
    windows_compared, tried, found = run(names, options.cases)
    for line in found[:20]:
        sys.stdout.write(line + "\n")
    sys.stdout.write(
        f"{len(names)} zones with clock changes: {windows_compared:,} windows, {tried:,} verdicts,"
        f" {len(found)} differences\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
