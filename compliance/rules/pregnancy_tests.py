"""Pregnancy tests as they are known now: after corrections and voidings, with what was reported and excluded."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from compliance.rules import events
from compliance.rules.book import Book


@dataclass(frozen=True, slots=True)
class KnownTest:
    """One test with its values of this moment. `order` is the place of its `test.resulted` in the list."""

    id: str
    order: int
    collected_at: datetime
    result: events.Result
    sensitivity: float
    setting: events.Setting
    home_allowed: bool
    changed: tuple[int, ...] = ()  # places in the list of its corrections and voidings
    voided: bool = False


_Place = tuple[datetime, int]


class PregnancyTests(Book):
    """All tests not voided, in the order of collection; ties stand in the order in which they were learnt."""

    __slots__ = ("_by_id", "_open_positives", "_open_reports", "_places", "positive_at")

    def __init__(self) -> None:
        self._by_id: dict[str, KnownTest] = {}
        self._places: list[tuple[_Place, str]] = []
        self._open_positives: dict[str, datetime] = {}  # test -> when its positive result was last stated
        self._open_reports: tuple[datetime, ...] = ()
        self.positive_at: datetime | None = None  # the latest collection of a positive that is not voided

    def add(self, event: events.Event, index: int) -> None:
        match event:
            case events.PregnancyTestResulted():
                self._put(_first_known(event, index))
                if event.result == "positive":
                    self._open_positives[event.test] = event.at
            case events.PregnancyTestCorrected():
                self._correct(self._by_id[event.test], event, index)
            case events.PregnancyTestVoided():
                self._void(self._by_id[event.test], index)
            case events.PregnancyReported(who="patient"):
                self._open_reports = (*self._open_reports, event.at)
            case events.PregnancyExcluded():
                self._exclude(event.at)

    def _put(self, test: KnownTest) -> None:
        self._by_id[test.id] = test
        insort(self._places, ((test.collected_at, test.order), test.id))
        if test.result == "positive":
            self.positive_at = (
                test.collected_at if self.positive_at is None else max(self.positive_at, test.collected_at)
            )

    def _take(self, test: KnownTest) -> None:
        del self._places[bisect_left(self._places, ((test.collected_at, test.order), test.id))]
        if test.result == "positive":
            standing = (self._by_id[known] for _, known in self._places)
            self.positive_at = max(
                (other.collected_at for other in standing if other.result == "positive"), default=None
            )

    def _correct(self, test: KnownTest, event: events.PregnancyTestCorrected, index: int) -> None:
        corrected = _corrected(test, event, index)
        if test.voided:
            self._by_id[test.id] = corrected
            return
        self._take(test)
        self._put(corrected)
        if event.result == "positive":
            self._open_positives[test.id] = event.at
        elif event.result is not None:
            self._open_positives.pop(test.id, None)

    def _void(self, test: KnownTest, index: int) -> None:
        if not test.voided:
            self._take(test)
        self._by_id[test.id] = replace(test, voided=True, changed=(*test.changed, index))
        self._open_positives.pop(test.id, None)

    def _exclude(self, at: datetime) -> None:
        """An exclusion lifts what stands before it in the list and is not later by `at`."""
        self._open_reports = tuple(reported_at for reported_at in self._open_reports if reported_at > at)
        self._open_positives = {test: stated_at for test, stated_at in self._open_positives.items() if stated_at > at}

    @property
    def positive_is_open(self) -> bool:
        return bool(self._open_positives)

    @property
    def report_is_open(self) -> bool:
        return bool(self._open_reports)

    @property
    def last_collected(self) -> KnownTest | None:
        """The test with the greatest collection moment, whatever its result; voided ones are none."""
        return self._by_id[self._places[-1][1]] if self._places else None

    def is_voided(self, test: str) -> bool:
        return self._by_id[test].voided

    def first_change_after(self, test: str, index: int) -> int | None:
        """The place in the list of the test's first correction or voiding after that place."""
        return next((place for place in self._by_id[test].changed if place > index), None)

    def negatives(self, before: datetime | None = None) -> Iterator[KnownTest]:
        """Negative tests collected later than every positive, latest first; only those collected before an instant."""
        start = len(self._places) if before is None else self._place(before)
        for place in range(start - 1, -1, -1):
            (collected_at, _), test = self._places[place]
            if self.positive_at is not None and collected_at <= self.positive_at:
                return
            known = self._by_id[test]
            if known.result == "negative":
                yield known

    def negatives_from(self, since: datetime) -> Iterator[KnownTest]:
        """Negative tests collected later than every positive and since an instant (included), earliest first."""
        for place in range(self._place(since), len(self._places)):
            (collected_at, _), test = self._places[place]
            known = self._by_id[test]
            if known.result == "negative" and (self.positive_at is None or collected_at > self.positive_at):
                yield known

    def _place(self, at: datetime) -> int:
        """The place of the first test collected at that instant or later."""
        return bisect_left(self._places, ((at, -1), ""))


def _first_known(event: events.PregnancyTestResulted, index: int) -> KnownTest:
    return KnownTest(
        id=event.test,
        order=index,
        collected_at=event.collected_at,
        result=event.result,
        sensitivity=event.sensitivity,
        setting=event.setting,
        home_allowed=event.home_allowed,
    )


def _corrected(test: KnownTest, event: events.PregnancyTestCorrected, index: int) -> KnownTest:
    return replace(
        test,
        result=test.result if event.result is None else event.result,
        collected_at=test.collected_at if event.collected_at is None else event.collected_at,
        sensitivity=test.sensitivity if event.sensitivity is None else event.sensitivity,
        setting=test.setting if event.setting is None else event.setting,
        home_allowed=test.home_allowed if event.home_allowed is None else event.home_allowed,
        changed=(*test.changed, index),
    )
