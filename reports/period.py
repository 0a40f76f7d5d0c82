"""The days a report is about, in one program."""

from dataclasses import dataclass
from datetime import date, datetime

from compliance import clock
from compliance.rules import calendar
from compliance.rules.program import Program

DEFAULT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Period:
    """From `first_on` to `last_on`, both included, as dates of the program's zone; asked at `now` (UTC)."""

    program: Program
    first_on: date
    last_on: date
    now: datetime

    @property
    def begins_at(self) -> datetime:
        """The first instant of the first day."""
        return calendar.start_of_day(self.first_on, self.program.zone)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the last day: the window is half-open."""
        return calendar.end_of_day(self.last_on, self.program.zone)

    @property
    def today(self) -> date:
        """The date of `now` in the program's zone."""
        return calendar.date_of(self.now, self.program.zone)

    def within(self, column: str) -> dict[str, datetime]:
        """Filter arguments that keep the rows whose `column`, an instant, lies in the period."""
        return {f"{column}__gte": self.begins_at, f"{column}__lt": self.ends_at}


def last_days(program: Program, days: int = DEFAULT_DAYS) -> Period:
    """The last so many days up to and including today, in the program's zone."""
    now = clock.now()
    today = calendar.date_of(now, program.zone)
    return Period(program, calendar.add_days(today, 1 - days), today, now)
