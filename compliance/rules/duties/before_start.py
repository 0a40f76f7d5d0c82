"""The tests still to be taken for the prescription written last, before treatment starts."""

from collections.abc import Iterator
from datetime import date

from compliance.rules import calendar
from compliance.rules.checks import pregnancy_test
from compliance.rules.checks.prescription import prescription_is_not_closed
from compliance.rules.course import PatientCourse
from compliance.rules.question import Question
from compliance.rules.start_tests import second_test_from
from compliance.rules.values import FirstTest, SecondTest, SecondTestAnchor
from compliance.rules.verdict import Duty, DutyKind, Party


def tests_before_the_start(course: PatientCourse) -> Iterator[Duty]:
    """`first-test` and `second-test`, while a release would answer that they are missing."""
    latest = course.facts.prescriptions.latest
    if latest is None or not course.can_get_pregnant or not course.initiation:
        return
    q = Question(course.facts, course.edition, at=course.at, prescription=latest)
    if prescription_is_not_closed(q) is not None:
        return
    first, second = course.edition.first_test, course.edition.second_test
    if first is not None and pregnancy_test.first_test_was_negative(q) is not None:
        yield _first_test(course, q.written_on, first)
    missing = pregnancy_test.second_test_was_negative(q) or pregnancy_test.no_lock_bars_the_test(q)
    if second is not None and missing is not None:
        yield _second_test(course, q, second)


def _first_test(course: PatientCourse, written_on: date, asked: FirstTest) -> Duty:
    opens_on = calendar.add_days(written_on, -asked.earliest_days) if asked.earliest_days is not None else None
    due_on = calendar.add_days(written_on, -asked.latest_days)
    return course.duty(DutyKind.FIRST_TEST, Party.PATIENT, due_on, asked.cite, opens_on=opens_on)


def _second_test(course: PatientCourse, q: Question, asked: SecondTest) -> Duty:
    if asked.anchor is SecondTestAnchor.CONTRACEPTION_RUN:
        opens_on = _first_day_of_a_second_test(course, q)
        due_on = max(opens_on, q.written_on) if opens_on else q.written_on
    else:
        from_at = second_test_from(q)
        opens_on, due_on = course.date_of(from_at) if from_at else None, q.written_on
    return course.duty(DutyKind.SECOND_TEST, Party.PATIENT, due_on, asked.cite, opens_on=opens_on)


def _first_day_of_a_second_test(course: PatientCourse, q: Question) -> date | None:
    """When the contraception run in force has run its days, or the lock's end if later; None without such a run."""
    has_run_on, locked_until = course.contraception_has_run_by(course.today), q.second_tests.locked_until
    if has_run_on is None or locked_until is None:
        return has_run_on
    return max(has_run_on, locked_until)
