"""Pregnancy tests of categories that can get pregnant: two (or one) before the start, a current one later on."""

from compliance.rules import calendar
from compliance.rules.question import Question
from compliance.rules.start_tests import first_test_is_there
from compliance.rules.verdict import Blocker, Code, Party


def _asked_to_start(q: Question) -> bool:
    return q.can_get_pregnant and q.initiation


def first_test_was_negative(q: Question) -> Blocker | None:
    asked = q.edition.first_test
    if asked is None or not _asked_to_start(q):
        return None
    if first_test_is_there(q, asked, q.second_tests.candidates):
        return None
    return Blocker(Code.TEST_FIRST_MISSING, Party.PATIENT, asked.cite)


def second_test_was_negative(q: Question) -> Blocker | None:
    asked = q.edition.second_test
    if asked is None or not _asked_to_start(q) or q.test_exempt:
        return None
    tests = q.second_tests
    if tests.candidates or tests.barred:
        return None
    return Blocker(Code.TEST_SECOND_MISSING, Party.PATIENT, asked.cite)


def no_lock_bars_the_test(q: Question) -> Blocker | None:
    """After a missed first window every test that would serve was collected before the lock ended."""
    lock = q.edition.lock
    if lock is None or not _asked_to_start(q):
        return None
    tests = q.second_tests
    if tests.candidates or not tests.barred or tests.locked_until is None:
        return None
    opens_at = calendar.start_of_day(tests.locked_until, q.zone)
    return Blocker(Code.TEST_LOCKED, Party.PATIENT, lock.cite, opens_at=opens_at)


def _asked_in_treatment(q: Question) -> bool:
    return q.can_get_pregnant and not q.initiation and not q.test_exempt


def negative_test_is_there(q: Question) -> Blocker | None:
    if not _asked_in_treatment(q) or q.latest_test is not None:
        return None
    return Blocker(Code.TEST_MISSING, Party.PATIENT, _current_test_cite(q))


def negative_test_is_current(q: Question) -> Blocker | None:
    """In its own window and, where an edition counts back from the written date, collected within that span."""
    if not _asked_in_treatment(q) or q.latest_test is None:
        return None
    span = q.edition.later_test
    in_span = span is None or q.date_of(q.latest_test.collected_at) >= calendar.add_days(q.written_on, -span.days)
    if in_span and q.test_window_open(q.latest_test):
        return None
    return Blocker(Code.TEST_TOO_OLD, Party.PATIENT, _current_test_cite(q))


def _current_test_cite(q: Question) -> str:
    return (q.edition.test_window or q.edition.later_test or q.edition.frame).cite
