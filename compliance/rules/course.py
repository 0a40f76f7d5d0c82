"""Where treatment stands, for the plan: first dose, stopped or not."""

from datetime import date
from functools import cached_property

from compliance.rules.situation import Situation
from compliance.rules.treatment import Moment
from compliance.rules.values import Category
from compliance.rules.verdict import Duty, DutyKind, Party


class PatientCourse(Situation):
    """Built only for enrolled patients."""

    @cached_property
    def stop(self) -> Moment | None:
        """The latest stop, while treatment is stopped.

        A start or a supply after it in the list and later by `at` ends it; reversed supplies never count.
        """
        stop = self.facts.treatment.last_stop
        if stop is None or any(moment.follows(stop) for moment in self._beginnings()):
            return None
        return stop

    def _beginnings(self) -> list[Moment]:
        return [*self.facts.treatment.starts, *(supply.moment for supply in self.facts.prescriptions.supplies)]

    @property
    def stopped_on(self) -> date | None:
        return self.date_of(self.stop.at) if self.stop else None

    @cached_property
    def first_dose_on(self) -> date | None:
        """The first dose since the latest stop: the earliest reported start or, without one, the first supply.

        Once supply was dispensed after initiation began anew, only what came since.
        """
        stop = self.facts.treatment.last_stop
        starts = (start for start in self.facts.treatment.starts if start.follows(stop) and self._in_course(start))
        supplies = (supply.moment for supply in self.facts.prescriptions.supplies)
        supplied = (moment for moment in supplies if moment.follows(stop) and self._in_course(moment))
        first = min(starts, default=None) or min(supplied, default=None)
        return self.date_of(first.at) if first else None

    def _in_course(self, moment: Moment) -> bool:
        """Since initiation began anew, where supply was dispensed after it did."""
        if self.course is None:
            return True
        if self.course.began_at is not None and moment.at < self.course.began_at:
            return False
        return self.restart is None or (moment.index > self.restart.index and moment.at >= self.restart.at)

    @cached_property
    def started_on(self) -> date | None:
        """The first dose's date, while treatment goes on."""
        return self.first_dose_on if self.stop is None else None

    @property
    def enrolled_category(self) -> Category:
        if self.category is None:
            raise LookupError("a plan is for an enrolled patient")
        return self.category

    def duty(
        self,
        kind: DutyKind,
        owner: Party,
        due_on: date,
        cite: str,
        *,
        opens_on: date | None = None,
        advice: bool = False,
        prescription: str | None = None,
        pharmacy: str | None = None,
    ) -> Duty:
        return Duty(
            duty=kind,
            owner=owner,
            due_on=due_on,
            cite=cite,
            overdue=self.today > due_on,
            opens_on=opens_on,
            advice=advice,
            prescription=prescription,
            pharmacy=pharmacy,
        )
