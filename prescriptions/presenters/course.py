"""The course of treatment as a picture, and the same as rows of a table.

Days run from left to right, `DAY` units each. All is in whole units, so that no language writes a comma.
What the picture shows by shape and colour, the table says in words.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from compliance import wording
from compliance.models import Result
from compliance.rules import calendar, events
from compliance.rules.situation import Situation
from compliance.rules.verdict import DutyKind
from prescriptions.presenters.evidence import TestShown
from prescriptions.selectors.patient import RecordOfPatient

DAY = 7
LEFT = 132
LANE = 40
TOP = 46
CYCLE_DAYS = 28
PAST_DAYS = 112
AHEAD_DAYS = 42
LANES = ("cycles", "tests", "supplies", "numbers", "breaks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch of days."""

    x: int
    y: int
    width: int
    shade: str
    label: str = ""
    says: str = ""
    label_x: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One day."""

    x: int
    y: int
    shape: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A row of the table: the first day, the last where it is a stretch, and what it is."""

    first_on: date
    last_on: date | None
    says: str


@dataclass(slots=True)
class Drawing:
    """Shapes, ticks and rows for the days from `first_on` to `last_on`, both included."""

    first_on: date
    last_on: date
    today_x: int
    bars: list[Bar] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    ticks: list[tuple[int, str]] = field(default_factory=list)
    lanes: list[tuple[int, str]] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def width(self) -> int:
        return LEFT + ((self.last_on - self.first_on).days + 1) * DAY + 12

    @property
    def height(self) -> int:
        return TOP + LANE * len(LANES) + 10

    def x(self, on: date) -> int:
        return LEFT + (on - self.first_on).days * DAY

    def stretch(self, lane: str, first: date, last: date, *, shade: str, says: str, label: str = "") -> None:
        """Days from `first` to `last`, both included, as far as they are in the picture; always in the table."""
        if last < self.first_on or first > self.last_on or last < first:
            return
        shown_first, shown_last = max(first, self.first_on), min(last, self.last_on)
        x, width = self.x(shown_first), ((shown_last - shown_first).days + 1) * DAY
        self.bars.append(
            Bar(
                x=x,
                y=_y(lane),
                width=width,
                shade=shade,
                label_x=x + (14 if shade == "after" else 5),
                label=label if width >= len(label) * 7 else "",
                says=says,
            )
        )
        self.items.append(Item(first_on=first, last_on=last, says=says))

    def point(self, lane: str, on: date, *, shape: str, says: str) -> None:
        """One day."""
        if self.first_on <= on <= self.last_on:
            self.marks.append(Mark(x=self.x(on) + DAY // 2, y=_y(lane), shape=shape, says=says))
            self.items.append(Item(first_on=on, last_on=None, says=says))


def _y(lane: str) -> int:
    return TOP + LANE * LANES.index(lane)


def draw_course(record: RecordOfPatient, tests: Iterable[TestShown]) -> Drawing | None:
    """The last four cycles and what lies ahead; None before anything can be drawn."""
    if record.edition is None or record.facts.standing.enrolment is None:
        return None
    situation = Situation(record.facts, record.edition, record.at)
    today = situation.today
    enrolled_on = situation.date_of(record.facts.standing.enrolment.at)
    known = [situation.date_of(test.collected_at) for test in tests]
    first = max(min([enrolled_on, today - timedelta(days=7), *known]), today - timedelta(days=PAST_DAYS))
    last = today + timedelta(days=AHEAD_DAYS)
    drawing = Drawing(first_on=first, last_on=last, today_x=0)
    drawing.today_x = drawing.x(today) + DAY // 2
    drawing.lanes = [(_y(lane), words) for lane, words in _lane_names().items()]
    drawing.ticks = list(_ticks(drawing))
    _draw_cycles(drawing, record, situation)
    _draw_tests(drawing, record, situation, tests)
    _draw_supplies(drawing, record, situation)
    _draw_breaks(drawing, record, situation)
    drawing.items.sort(key=lambda item: item.first_on)
    return drawing


def _lane_names() -> dict[str, str]:
    return {
        "cycles": _("Cycles"),
        "tests": _("Tests"),
        "supplies": _("Supplies"),
        "numbers": _("Authorizations"),
        "breaks": _("Breaks and end"),
    }


def _ticks(drawing: Drawing) -> Iterator[tuple[int, str]]:
    """Every other Monday."""
    on = drawing.first_on + timedelta(days=-drawing.first_on.weekday() % 7)
    while on <= drawing.last_on:
        yield drawing.x(on), format_date(on, pgettext("day and month, Django's date format", "j M"))
        on += timedelta(days=14)


def _courses(record: RecordOfPatient, situation: Situation) -> list[tuple[date, date | None]]:
    """From each first dose (or supply without one) to the last dose, None while treatment goes on."""
    courses: list[tuple[date, date | None]] = []
    begun: date | None = None
    supplied = {supply.moment.at for supply in record.facts.prescriptions.supplies}
    for event in sorted(record.facts.events, key=lambda known: known.at):
        begins = isinstance(event, events.TreatmentStarted) or (
            isinstance(event, events.Dispensed) and event.at in supplied
        )
        if begins and begun is None:
            begun = situation.date_of(event.at)
        elif isinstance(event, events.TreatmentStopped) and begun is not None:
            courses.append((begun, situation.date_of(event.at)))
            begun = None
    return [*courses, (begun, None)] if begun is not None else courses


def _draw_cycles(drawing: Drawing, record: RecordOfPatient, situation: Situation) -> None:
    newest = record.prescriptions[0][0] if record.prescriptions else None
    dosing_days = newest.dosing_days if newest else None
    for begun, ended in _courses(record, situation):
        number, first = 1, begun
        until = ended or drawing.last_on
        while first <= until:
            last = min(first + timedelta(days=CYCLE_DAYS - 1), until)
            dosing = min(first + timedelta(days=(dosing_days or CYCLE_DAYS) - 1), last)
            says = _("Cycle %(number)d: dosing days") % {"number": number}
            drawing.stretch("cycles", first, dosing, shade="dosing", says=says, label=_("Cycle %d") % number)
            if dosing < last:
                rest = _("Cycle %(number)d: rest days") % {"number": number}
                drawing.stretch("cycles", dosing + timedelta(days=1), last, shade="rest", says=rest)
            number, first = number + 1, first + timedelta(days=CYCLE_DAYS)


def _draw_tests(drawing: Drawing, record: RecordOfPatient, situation: Situation, tests: Iterable[TestShown]) -> None:
    for duty in record.duties:
        if duty.duty in TESTS:
            first = duty.opens_on or duty.due_on
            says = wording.duty_says(duty.duty) + (_(" (advice)") if duty.advice else "")
            drawing.stretch("tests", first, max(first, duty.due_on), shade="window", says=_("Due: %s") % says)
    for test in tests:
        shape = "void" if test.voided else test.result
        word = _("void") if test.voided else str(Result(test.result).label)
        on = situation.date_of(test.collected_at)
        drawing.point("tests", on, shape=shape, says=_("Pregnancy test: %(result)s") % {"result": word})


TESTS = frozenset(
    {
        DutyKind.PREGNANCY_TEST,
        DutyKind.FIRST_TEST,
        DutyKind.SECOND_TEST,
        DutyKind.TEST_AT_STOP,
        DutyKind.FINAL_TEST,
    }
)


def _draw_supplies(drawing: Drawing, record: RecordOfPatient, situation: Situation) -> None:
    for supply in record.facts.prescriptions.supplies:
        first = situation.date_of(supply.moment.at)
        last = calendar.add_days(first, supply.days - 1)
        label = _("%d days") % supply.days
        says = _("Supply for %(days)d days") % {"days": supply.days}
        drawing.stretch("supplies", first, last, shade="supply", says=says, label=label)
    for event in record.facts.events:
        if isinstance(event, events.Released):
            first = situation.date_of(event.at)
            last = situation.date_of(event.expires_at - timedelta(seconds=1)) if event.expires_at else drawing.last_on
            drawing.stretch(
                "numbers", first, last, shade="number", says=_("Authorization number in force at most until then")
            )


def _draw_breaks(drawing: Drawing, record: RecordOfPatient, situation: Situation) -> None:
    held: date | None = None
    for event in sorted(record.facts.events, key=lambda known: known.at):
        if isinstance(event, events.TreatmentHeld) and held is None:
            held = situation.date_of(event.at)
        elif isinstance(event, events.TreatmentResumed | events.TreatmentStopped):
            on = situation.date_of(event.at)
            if held is not None:
                drawing.stretch("breaks", held, on, shade="break", says=_("Interruption"), label=_("break"))
                held = None
            if isinstance(event, events.TreatmentStopped):
                _draw_weeks_after(drawing, on)
    if held is not None:
        drawing.stretch("breaks", held, situation.today, shade="break", says=_("Interruption"), label=_("break"))


def _draw_weeks_after(drawing: Drawing, stopped_on: date) -> None:
    drawing.point("breaks", stopped_on, shape="stop", says=_("Last dose"))
    first, last = stopped_on + timedelta(days=1), stopped_on + timedelta(days=28)
    says = _("The four weeks after the last dose")
    drawing.stretch("breaks", first, last, shade="after", says=says, label=_("four weeks after"))
