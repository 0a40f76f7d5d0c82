"""What recurs during treatment: pregnancy tests and, as advice, blood counts."""

from collections.abc import Iterator
from datetime import date, timedelta

from compliance.rules import calendar
from compliance.rules.course import PatientCourse
from compliance.rules.values import TestInterval
from compliance.rules.verdict import Duty, DutyKind, Party

_WEEK = 7


def pregnancy_test(course: PatientCourse) -> Iterator[Duty]:
    """Counted from the later of the first dose and the latest countable negative test, so no gap is ever longer."""
    interval, started_on = course.edition.test_interval, course.started_on
    if interval is None or started_on is None or not course.can_get_pregnant or course.test_exempt:
        return
    latest = course.latest_test
    anchor = max(started_on, course.date_of(latest.collected_at)) if latest else started_on
    due_on = _next_test_on(course, interval, started_on, anchor)
    yield course.duty(DutyKind.PREGNANCY_TEST, Party.PATIENT, due_on, interval.cite)


def _next_test_on(course: PatientCourse, interval: TestInterval, started_on: date, anchor: date) -> date:
    next_week = calendar.add_days(anchor, _WEEK)
    if interval.weekly_days is not None and next_week <= calendar.add_days(started_on, interval.weekly_days):
        return next_week
    menses = course.facts.standing.menses
    is_irregular = menses is not None and menses.pattern == "irregular"
    return calendar.add_days(anchor, interval.irregular_days if is_irregular else interval.days)


def blood_count(course: PatientCourse) -> Iterator[Duty]:
    """The first date on or after the ask: weekly from the first dose, then monthly from the last of these."""
    counts, started_on = course.edition.blood_count, course.started_on
    if counts is None or started_on is None:
        return
    last_weekly_on = calendar.add_days(started_on, counts.weeks * _WEEK)
    if course.today <= last_weekly_on:
        weeks = max(1, -(-(course.today - started_on) // timedelta(days=_WEEK)))
        due_on = calendar.add_days(started_on, weeks * _WEEK)
    else:
        due_on = _monthly_on_or_after(last_weekly_on, course.today)
    yield course.duty(DutyKind.BLOOD_COUNT, Party.PRESCRIBER, due_on, counts.cite, advice=True)


def _monthly_on_or_after(start: date, day: date) -> date:
    """The first of start + 1, 2 … months that is not before `day`."""
    months = max(1, (day.year - start.year) * 12 + day.month - start.month)
    due_on = calendar.add_months(start, months)
    return due_on if due_on >= day else calendar.add_months(start, months + 1)
