"""What gates and duties read alike: one patient, one edition, one moment. Everything is worked out once, when asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise

from compliance.rules import calendar
from compliance.rules.facts import Facts
from compliance.rules.pregnancy_tests import KnownTest
from compliance.rules.prescriptions import Supply
from compliance.rules.program import Edition
from compliance.rules.standing import Restart
from compliance.rules.statements import Statement
from compliance.rules.values import Category

# No month is shorter: supplies nearer together than this many days a month cannot lie that many months apart.
_SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True)
class Course:
    """Treatment since initiation began: `began_at` is the end of the pause that began it anew, where one did."""

    first_supply: Supply
    began_at: datetime | None


class Situation:
    """`at` is the moment of the try or ask; `today` its date in the program's zone."""

    def __init__(self, facts: Facts, edition: Edition, at: datetime) -> None:
        self.facts = facts
        self.edition = edition
        self.zone = edition.zone.info
        self.at = at
        self.today = calendar.date_of(at, self.zone)

    def date_of(self, at: datetime) -> date:
        return calendar.date_of(at, self.zone)

    @cached_property
    def category(self) -> Category | None:
        """The current category; None before any enrolment."""
        code = self.facts.standing.category
        return self.edition.categories[code] if code is not None else None

    @property
    def can_get_pregnant(self) -> bool:
        return self.category is not None and self.category.can_get_pregnant

    # --- the point of treatment -------------------------------------------------------------------------------------

    @cached_property
    def restart(self) -> Restart | None:
        """What began initiation anew last."""
        return self.facts.standing.restart(self.edition.categories)

    @cached_property
    def supplies_since_restart(self) -> list[Supply]:
        supplies = self.facts.prescriptions.supplies
        if self.restart is None:
            return supplies
        return [supply for supply in supplies if supply.moment.index > self.restart.index]

    @cached_property
    def re_enrolment_on(self) -> date | None:
        """The day on which the months without supply are up; None without a supply or where the edition sets none."""
        pause, supplies = self.edition.re_enrolment, self.facts.prescriptions.supplies
        if pause is None or not supplies:
            return None
        return self._months_up(pause.months, supplies[-1].moment.at, until=self.at)

    def _months_up(self, months: int, supplied_at: datetime, *, until: datetime) -> date:
        """So many months after a supply, or after the latest later stop up to a moment."""
        stops = (stop.at for stop in self.facts.treatment.stops if stop.at <= until)
        return calendar.add_months(self.date_of(max([supplied_at, *stops])), months)

    @cached_property
    def initiation(self) -> bool:
        """The time until the first dispense, counted anew from a restart and after long enough without supply."""
        if not self.supplies_since_restart:
            return True
        return self.re_enrolment_on is not None and self.today >= self.re_enrolment_on

    @cached_property
    def course(self) -> "Course | None":
        """The course that the latest supplies belong to; None where nothing was supplied since initiation began anew.

        After long enough without supply, the supply that ended that pause is the first of a new course.
        """
        supplies = self.supplies_since_restart
        if not supplies:
            return None
        course = Course(supplies[0], began_at=None)
        for before, supply in pairwise(supplies):
            pause_ended_on = self._end_of_a_pause(before.moment.at, supply.moment.at)
            if pause_ended_on is not None:
                course = Course(supply, calendar.start_of_day(pause_ended_on, self.zone))
        return course

    def _end_of_a_pause(self, before: datetime, at: datetime) -> date | None:
        """The day on which the months between two supplies were up; None where they lie nearer together."""
        pause = self.edition.re_enrolment
        if pause is None or at - before < timedelta(days=pause.months * _SHORTEST_MONTH):
            return None
        up_on = self._months_up(pause.months, before, until=at)
        return up_on if self.date_of(at) >= up_on else None

    # --- pregnancy tests --------------------------------------------------------------------------------------------

    def countable_negatives(self, before: datetime | None = None) -> Iterator[KnownTest]:
        """Countable negative tests, latest collected first; of those collected before an instant where one is given."""
        return (test for test in self.facts.tests.negatives(before) if self._counts(test))

    def countable_negatives_from(self, since: datetime) -> Iterator[KnownTest]:
        """Countable negative tests collected since an instant (included), earliest collected first."""
        return (test for test in self.facts.tests.negatives_from(since) if self._counts(test))

    def _counts(self, test: KnownTest) -> bool:
        """The sensitivity is good enough and the setting accepted at this point of treatment."""
        setting = self.edition.settings.get(test.setting)
        if setting is None or test.sensitivity > self.edition.sensitivity.miu_per_ml:
            return False
        if setting.where_allowed and not test.home_allowed:
            return False
        return not setting.after_first_dispense or self._collected_in_treatment(test)

    def _collected_in_treatment(self, test: KnownTest) -> bool:
        if self.course is None or self.initiation:
            return False
        return test.collected_at > self.course.first_supply.moment.at

    @cached_property
    def latest_test(self) -> KnownTest | None:
        """The latest countable negative test."""
        return next(self.countable_negatives(), None)

    def test_window_open(self, test: KnownTest) -> bool:
        """The test's own window, where the edition gives one, is still open."""
        window = self.edition.test_window
        return window is None or self.today <= window.last_good_day(self.date_of(test.collected_at))

    @cached_property
    def test_exempt(self) -> bool:
        """A statement in force names a method after which the edition asks no test."""
        exempt, statement = self.edition.test_exempt, self.statement
        return exempt is not None and statement is not None and not exempt.methods.isdisjoint(statement.methods)

    # --- contraception ----------------------------------------------------------------------------------------------

    @cached_property
    def statement(self) -> Statement | None:
        """The contraception statement in force at the moment."""
        return self.facts.statements.in_force_on(self.today)

    def contraception_has_run_by(self, day: date) -> date | None:
        """The first day on which the unbroken run that holds on `day` has run its days; None without such a run."""
        asked = self.edition.contraception
        if asked is None:
            return None
        start = self.facts.statements.run_start(day, asked.sufficient)
        return None if start is None else calendar.add_days(start, asked.days)

    # --- supply -----------------------------------------------------------------------------------------------------

    @cached_property
    def last_covered_on(self) -> date | None:
        """The last day covered by any supply, the day of dispensing being the first; None without supply."""
        supplies = self.facts.prescriptions.supplies
        if not supplies:
            return None
        # Elapsed time and dates of a zone never differ by two days: only the supplies that end last need their dates.
        near = max(supply.ends_at for supply in supplies) - timedelta(days=2)
        return max(
            calendar.add_days(self.date_of(supply.moment.at), supply.days - 1)
            for supply in supplies
            if supply.ends_at > near
        )
