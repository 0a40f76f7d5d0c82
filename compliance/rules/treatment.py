"""Treatment as it was reported: first doses, stops. Holds and resumptions change no duty and are not indexed."""

from dataclasses import dataclass
from datetime import datetime

from compliance.rules import events
from compliance.rules.book import Book


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """Something that happened at `at`, learnt at place `index` of the list; ordered as *latest* is."""

    at: datetime
    index: int

    def follows(self, other: "Moment | None") -> bool:
        """Stands after the other in the list and is later by `at`."""
        return other is None or (self.index > other.index and self.at > other.at)


class Treatment(Book):
    __slots__ = ("starts", "stops")

    def __init__(self) -> None:
        self.starts: list[Moment] = []
        self.stops: list[Moment] = []

    def add(self, event: events.Event, index: int) -> None:
        match event:
            case events.TreatmentStarted():
                self.starts.append(Moment(event.at, index))
            case events.TreatmentStopped():
                self.stops.append(Moment(event.at, index))

    @property
    def last_stop(self) -> Moment | None:
        return max(self.stops, default=None)
