"""The tests asked before treatment starts: candidates for the second one, a first one for each, and the lock.

A *candidate second test* is a countable negative test in the second-test window whose own window, where the edition
gives one, is still open, and which no lock bars.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from compliance.rules import calendar
from compliance.rules.pregnancy_tests import KnownTest
from compliance.rules.values import FirstTest, FirstTestAnchor, SecondTestAnchor

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)

if TYPE_CHECKING:
    from compliance.rules.question import Question


@dataclass(frozen=True, slots=True)
class SecondTests:
    """The dates on which candidates were collected, latest first; of several on one date the latest stands for all.

    `barred` would serve, but were collected before `locked_until`, the first day on which a test counts again.
    """

    candidates: list[date]
    barred: list[date]
    locked_until: date | None


def second_tests(q: "Question") -> SecondTests:
    locked_until, serving = lock_end(q), list(_dates_that_would_serve(q))
    if locked_until is None:
        return SecondTests(serving, [], None)
    candidates = [day for day in serving if day >= locked_until]
    barred = [day for day in serving if day < locked_until]
    return SecondTests(candidates, barred, locked_until)


def _dates_that_would_serve(q: "Question") -> Iterator[date]:
    """Latest first, so the first test too old for its window or for the prescription ends the search."""
    earliest_at = second_test_from(q)
    test = q.latest_test
    while test is not None:
        too_early = earliest_at is not None and test.collected_at < earliest_at
        if too_early or not q.test_window_open(test):
            return
        collected_on = q.date_of(test.collected_at)
        if _contraception_had_run(q, collected_on):
            yield collected_on
        test = next(q.countable_negatives(before=calendar.start_of_day(collected_on, q.zone)), None)


def second_test_from(q: "Question") -> datetime | None:
    """Since when a second test may have been collected, where that is counted from the prescription."""
    asked = q.edition.second_test
    if asked is None:
        return None
    if asked.hours is not None:
        return calendar.add_hours(q.prescription.at, -asked.hours)
    if asked.days is not None:
        return calendar.start_of_day(calendar.add_days(q.written_on, -asked.days), q.zone)
    return None


def _contraception_had_run(q: "Question", day: date) -> bool:
    """On that day contraception had run its days, where the edition counts a second test from that."""
    asked = q.edition.second_test
    if asked is None or asked.anchor is not SecondTestAnchor.CONTRACEPTION_RUN:
        return True
    enough_on = q.contraception_has_run_by(day)
    return enough_on is not None and day >= enough_on


def first_test_is_there(q: "Question", asked: FirstTest, candidates: list[date]) -> bool:
    """For some candidate second test; with none, the date of the gate stands in for the prescribing date."""
    if not candidates:
        return _collected_before(q, asked, q.today)
    return any(_collected_before(q, asked, _prescribing_date(q, asked, second_on)) for second_on in candidates)


def _prescribing_date(q: "Question", asked: FirstTest, second_on: date) -> date:
    return max(q.written_on, second_on) if asked.anchor is FirstTestAnchor.PRESCRIBING_DATE else second_on


def _collected_before(q: "Question", asked: FirstTest, day: date) -> bool:
    """Some countable negative test lies in the first-test window before that day."""
    closes_at = calendar.end_of_day(calendar.add_days(day, -asked.latest_days), q.zone)
    latest = next(q.countable_negatives(before=closes_at), None)
    if latest is None or asked.earliest_days is None:
        return latest is not None
    return q.date_of(latest.collected_at) >= calendar.add_days(day, -asked.earliest_days)


def lock_end(q: "Question") -> date | None:
    """The first day on which a test counts again after the first window was missed; None where nothing is locked."""
    lock, missed = q.edition.lock, _first_window(q)
    if lock is None or missed is None or q.test_window_open(missed):
        return None
    return calendar.add_days(q.date_of(missed.collected_at), lock.days)


def _first_window(q: "Question") -> KnownTest | None:
    """The earliest countable test since initiation began that met the second-test rule, and had a first test.

    It lies in a run of contraception that had run its days, and so many days after the first of all countable tests.
    """
    first, contraception, enrolment = q.edition.first_test, q.edition.contraception, q.facts.standing.enrolment
    first_of_all = next(q.countable_negatives_from(_BEFORE_ALL), None)
    if q.edition.lock is None or not first or not contraception or not enrolment or not first_of_all:
        return None
    began_at = q.restart.at if q.restart else enrolment.at
    first_on = calendar.add_days(q.date_of(first_of_all.collected_at), first.latest_days)
    for run_from, run_to in q.facts.statements.runs(contraception.sufficient):
        since_on = max(first_on, calendar.add_days(run_from, contraception.days))
        if run_to is not None and run_to <= since_on:
            continue
        since_at = max(began_at, calendar.start_of_day(since_on, q.zone))
        test = next(q.countable_negatives_from(since_at), None)
        if test is not None and (run_to is None or q.date_of(test.collected_at) < run_to):
            return test
    return None
