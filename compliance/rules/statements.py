"""Contraception statements: which one is in force on a day, and since when sufficient ones ran without a gap."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from compliance.rules import events
from compliance.rules.book import Book


@dataclass(frozen=True, slots=True)
class Statement:
    """In force from `since` until the `since` of the next one kept."""

    since: date
    methods: frozenset[str]


class Statements(Book):
    """A later-recorded statement ends every earlier-recorded one from its own first day on.

    So those that are ever in force stand in one row with rising first days, each ended by the next.
    """

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: list[Statement] = []

    def add(self, event: events.Event, _index: int) -> None:
        if isinstance(event, events.ContraceptionStated):
            while self._kept and self._kept[-1].since >= event.since:
                self._kept.pop()
            self._kept.append(Statement(event.since, frozenset(event.methods)))

    def in_force_on(self, day: date) -> Statement | None:
        place = self._place(day)
        return self._kept[place] if place >= 0 else None

    def run_start(self, day: date, sufficient: Callable[[frozenset[str]], bool]) -> date | None:
        """The first day of the unbroken run of sufficient statements that holds on `day`; None where there is none."""
        place, start = self._place(day), None
        while place >= 0 and sufficient(self._kept[place].methods):
            start = self._kept[place].since
            place -= 1
        return start

    def _place(self, day: date) -> int:
        return bisect_right(self._kept, day, key=lambda statement: statement.since) - 1
