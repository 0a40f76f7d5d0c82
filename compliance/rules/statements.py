"""Contraception statements: which one is in force on a day, and since when sufficient ones ran without a gap."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from compliance.rules import events
from compliance.rules.book import Book

Sufficient = Callable[[frozenset[str]], bool]


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

    def run_start(self, day: date, sufficient: Sufficient) -> date | None:
        """The first day of the unbroken run of sufficient statements that holds on `day`; None where there is none."""
        place, start, sufficient = self._place(day), None, _once(sufficient)
        while place >= 0 and sufficient(self._kept[place].methods):
            start = self._kept[place].since
            place -= 1
        return start

    def runs(self, sufficient: Sufficient) -> Iterator[tuple[date, date | None]]:
        """Unbroken runs of sufficient statements: the first day, and the first day after it; None where it goes on."""
        start, sufficient = None, _once(sufficient)
        for statement in self._kept:
            if sufficient(statement.methods):
                start = start or statement.since
            elif start is not None:
                yield start, statement.since
                start = None
        if start is not None:
            yield start, None

    def _place(self, day: date) -> int:
        return bisect_right(self._kept, day, key=lambda statement: statement.since) - 1


def _once(sufficient: Sufficient) -> Sufficient:
    """Asked once for each set of methods: a long run mostly repeats the same ones."""
    known: dict[frozenset[str], bool] = {}

    def ask(methods: frozenset[str]) -> bool:
        if methods not in known:
            known[methods] = sufficient(methods)
        return known[methods]

    return ask
