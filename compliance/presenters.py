"""Duties, days and weeks in the form in which pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from compliance import wording
from compliance.rules.verdict import Duty, Party

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyShown:
    """A duty in words: whose it is, by when, and how pressing."""

    says: str
    owner: str
    opens_on: date | None
    due_on: date
    tone: str
    word: str
    advice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One day of a calendar."""

    label: str
    says: tuple[str, ...]
    shade: str


def owner_name(owner: Party) -> str:
    """Who owes a duty, in one word."""
    return {
        Party.PATIENT: _("patient"),
        Party.PRESCRIBER: _("prescriber"),
        Party.PHARMACY: _("pharmacy"),
        Party.PROGRAM: _("program office"),
    }[owner]


def duty_shown(duty: Duty, today: date) -> DutyShown:
    """`today` is the date in the program's zone."""
    tone, word = _pressing(duty, today)
    return DutyShown(
        says=wording.duty_says(duty.duty),
        owner=owner_name(duty.owner),
        opens_on=duty.opens_on,
        due_on=duty.due_on,
        tone=tone,
        word=word,
        advice=duty.advice,
    )


def _pressing(duty: Duty, today: date) -> tuple[str, str]:
    if duty.advice:
        return "plain", _("advice")
    if duty.overdue:
        return "stop", _("overdue")
    if duty.opens_on is not None and today < duty.opens_on:
        return "plain", _("not open yet")
    if duty.due_on <= today + timedelta(days=3):
        return "wait", _("due soon") if duty.due_on > today else _("due today")
    return "plain", _("coming")


def weeks_shown(stopped_on: date, duties: Iterable[Duty], today: date) -> dict[str, Any]:
    """The days from the last dose to the last duty, week by week from Monday, and the same as a list."""
    duties = list(duties)
    last = max([stopped_on + timedelta(days=28), *(duty.due_on for duty in duties)])
    first = stopped_on - timedelta(days=stopped_on.weekday())
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    days += [days[-1] + timedelta(days=count + 1) for count in range(-len(days) % DAYS_A_WEEK)]
    cells = [_cell(day, stopped_on, last, duties) for day in days]
    return {
        "weekdays": list(WEEKDAYS_ABBR.values()),
        "weeks": [cells[start : start + DAYS_A_WEEK] for start in range(0, len(cells), DAYS_A_WEEK)],
        "duties": [duty_shown(duty, today) for duty in duties],
    }


def _cell(day: date, stopped_on: date, last: date, duties: list[Duty]) -> Cell:
    says = [wording.duty_says(duty.duty) for duty in duties if duty.due_on == day]
    if day == stopped_on:
        says.insert(0, _("Last dose"))
    inside = stopped_on <= day <= last
    shade = "calendar-outside" if not inside else "calendar-due" if says else "calendar-in"
    label = format_date(day, pgettext("day and month in a calendar cell, Django's date format", "j M"))
    return Cell(label=label, says=tuple(says), shade=shade)
