"""Tests before the start: which pairs fit, and iPLEDGE's lock after a missed first window."""

from datetime import date, timedelta

from tests.oracle.days import days, end_of, last_good_day
from tests.oracle.known import Known, Test
from tests.oracle.steps import Step

DAY_AND_NIGHT = timedelta(hours=24)


def serving(known: Known, prescription: Step) -> list[Test]:
    """Countable negative tests in the second-test window whose own window is still open; the lock not yet asked."""
    return [test for test in known.negatives if in_second_window(known, test, prescription) and known.window_open(test)]


def in_second_window(known: Known, test: Test, prescription: Step) -> bool:
    """Whether a test was collected when a second test may be."""
    if known.edition.tests == "us":
        return test.collected_at >= prescription.at - DAY_AND_NIGHT
    if known.edition.tests == "eu":
        return test.collected_on >= known.date_of(prescription) - days(3)
    return met_contraception_rule(known, test)


def met_contraception_rule(known: Known, test: Test) -> bool:
    """The isotretinoin rule: contraception, unbroken up to the collection, had run its days."""
    enough_on = known.run_enough_on(test.collected_on)
    return enough_on is not None and test.collected_on >= enough_on


def lock_ends_on(known: Known) -> date | None:
    """First day on which a test counts again, where the first window was missed; None where no lock holds."""
    if known.edition.lock_days is None or not known.initiation or not known.enrolment:
        return None
    began_at = known.restart.at if known.restart else known.facts["patient.enrolled"][0].at
    for test in sorted(known.negatives, key=lambda test: (test.collected_at, test.order)):
        if test.collected_at < began_at or not met_contraception_rule(known, test):
            continue
        if any(first.collected_on <= test.collected_on - days(30) for first in known.negatives):
            return test.collected_on + days(known.edition.lock_days) if missed(known, test) else None
    return None


def missed(known: Known, test: Test) -> bool:
    """Whether the window which this test opened has closed. At initiation nothing was dispensed since it began."""
    number, counting = known.edition.test_window
    return known.at >= end_of(last_good_day(test.collected_on, number, counting), known.zone)


def candidates(known: Known, prescription: Step) -> list[Test]:
    """Candidate second tests: those that would serve and are not barred by a lock."""
    ends_on = lock_ends_on(known)
    return [test for test in serving(known, prescription) if ends_on is None or test.collected_on >= ends_on]


def first_test_found(known: Known, prescription: Step) -> bool:
    """Whether a countable negative test lies in the first-test window of any candidate second test."""
    second_dates = [test.collected_on for test in candidates(known, prescription)]
    written_on = known.date_of(prescription)
    if known.edition.tests == "us":
        ends = [max(written_on, second) for second in second_dates] or [known.today]
        return any(end - days(14) <= test.collected_on <= end - days(10) for end in ends for test in known.negatives)
    ends = second_dates or [known.today]
    return any(test.collected_on <= end - days(30) for end in ends for test in known.negatives)
