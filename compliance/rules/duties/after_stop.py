"""What goes on after the last dose. Duties that no fact can meet are not listed after their due date."""

from collections.abc import Iterator
from datetime import date

from compliance.rules import calendar
from compliance.rules.course import PatientCourse
from compliance.rules.values import FinalTest
from compliance.rules.verdict import Duty, DutyKind, Party

_WEEKLY_DAYS = (7, 14, 21, 28)


def contraception(course: PatientCourse) -> Iterator[Duty]:
    """One a week, up to the edition's period for the category."""
    period = course.edition.after_stop.contraception.get(course.enrolled_category.code)
    if course.stopped_on is None or period is None:
        return
    last_day = period.last_day(course.stopped_on)
    for days in _WEEKLY_DAYS:
        due_on = calendar.add_days(course.stopped_on, days)
        if course.today <= due_on <= last_day:
            yield course.duty(DutyKind.CONTRACEPTION_AFTER_STOP, Party.PATIENT, due_on, period.cite)


def donations(course: PatientCourse) -> Iterator[Duty]:
    after_stop, category = course.edition.after_stop, course.enrolled_category.code
    for kind, periods in (
        (DutyKind.NO_BLOOD_DONATION, after_stop.blood_donation),
        (DutyKind.NO_SEMEN_DONATION, after_stop.semen_donation),
    ):
        period = periods.get(category)
        if course.stopped_on is None or period is None:
            continue
        last_day = period.last_day(course.stopped_on)
        if course.today <= last_day:
            yield course.duty(kind, Party.PATIENT, last_day, period.cite)


def tests(course: PatientCourse) -> Iterator[Duty]:
    """Each is met by a countable negative test collected late enough."""
    stopped_on, asked = course.stopped_on, course.edition.after_stop
    if stopped_on is None or not course.can_get_pregnant or course.test_exempt:
        return
    if asked.test_at_stop is not None and not _tested_since(course, stopped_on):
        yield course.duty(DutyKind.TEST_AT_STOP, Party.PATIENT, stopped_on, asked.test_at_stop.cite)
    if asked.final_test is not None:
        yield from _final_test(course, stopped_on, asked.final_test)


def _final_test(course: PatientCourse, stopped_on: date, asked: FinalTest) -> Iterator[Duty]:
    opens_on = calendar.add_days(stopped_on, asked.days)
    due_on = calendar.add_days(opens_on, asked.due_days)
    if not _tested_since(course, opens_on):
        yield course.duty(
            DutyKind.FINAL_TEST, Party.PATIENT, due_on, asked.cite, opens_on=opens_on, advice=asked.advice
        )


def _tested_since(course: PatientCourse, day: date) -> bool:
    latest = course.latest_test
    return latest is not None and course.date_of(latest.collected_at) >= day


def unused_supply(course: PatientCourse) -> Iterator[Duty]:
    """A supply that reaches past the last dose is to be returned."""
    asked, stopped_on, covered_on = course.edition.after_stop.return_unused, course.stopped_on, course.last_covered_on
    if stopped_on is None or covered_on is None or covered_on <= stopped_on:
        return
    due_on = calendar.add_days(stopped_on, asked.days)
    if course.today <= due_on:
        yield course.duty(DutyKind.RETURN_UNUSED, Party.PATIENT, due_on, asked.cite)
