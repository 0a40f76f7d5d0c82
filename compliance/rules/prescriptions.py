"""Prescriptions and what became of them: releases, confirmations, supplies, and the facts that void."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime

from compliance.rules import calendar, events
from compliance.rules.book import Book
from compliance.rules.treatment import Moment


@dataclass(frozen=True, slots=True)
class Authorization:
    """A release; `index` is its place in the list."""

    index: int
    released: events.Released


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The confirmation a pharmacy holds for a prescription: the latest one, under whichever release."""

    index: int
    confirmed: events.Confirmed
    authorization: int | None  # place in the list of the release it stands under; None in a retired program
    dispensed: bool = False
    reversed: bool = False


@dataclass(frozen=True, slots=True)
class Supply:
    """A dispense that was not reversed. `ends_at` is so many times 24 hours later: near the end of its last day."""

    moment: Moment
    prescription: str
    pharmacy: str
    days: int
    ends_at: datetime


class Prescriptions(Book):
    """Of several releases of a prescription the last in the list counts, with the confirmations under it."""

    __slots__ = ("_confirmations", "_forms", "_supplied", "_voids", "authorizations", "latest", "supplies", "written")

    def __init__(self) -> None:
        self.written: dict[str, events.PrescriptionWritten] = {}
        self.latest: events.PrescriptionWritten | None = None
        self.authorizations: dict[str, Authorization] = {}
        self.supplies: list[Supply] = []  # not reversed ones, in the order of the list
        self._supplied: dict[str, Supply] = {}
        self._forms: set[tuple[str, str]] = set()
        self._confirmations: dict[str, dict[str, Confirmation]] = {}
        self._voids: list[int] = []  # places in the list of the facts that void every release before them

    def add(self, event: events.Event, index: int) -> None:
        match event:
            case events.PrescriptionWritten():
                self.written[event.prescription] = event
                if self.latest is None or event.at >= self.latest.at:
                    self.latest = event
            case events.FormSigned():
                self._forms.add((event.prescription, event.form))
            case events.Released():
                self.authorizations[event.prescription] = Authorization(index, event)
            case events.Confirmed():
                authorization = self.authorizations.get(event.prescription)
                under = authorization.index if authorization else None
                self._hold(Confirmation(index, event, under))
            case events.Dispensed():
                self._dispense(event, index)
            case events.Reversed():
                self._reverse(event)

    def void_all(self, index: int) -> None:
        """The fact at that place voids every release before it."""
        self._voids.append(index)

    def _hold(self, confirmation: Confirmation) -> None:
        prescription, pharmacy = confirmation.confirmed.prescription, confirmation.confirmed.pharmacy
        held = self._confirmations.get(prescription, {})
        self._confirmations[prescription] = {**held, pharmacy: confirmation}

    def _dispense(self, event: events.Dispensed, index: int) -> None:
        days = self.written[event.prescription].days_supply
        ends_at = calendar.add_hours(event.at, days * 24)
        supply = Supply(Moment(event.at, index), event.prescription, event.pharmacy, days, ends_at)
        self.supplies.append(supply)
        self._supplied[event.prescription] = supply
        held = self.confirmation(event.prescription, event.pharmacy)
        if held is not None:
            self._hold(replace(held, dispensed=True))

    def _reverse(self, event: events.Reversed) -> None:
        supply = self._supplied.get(event.prescription)
        if supply is not None and supply.pharmacy == event.pharmacy:
            self.supplies.remove(supply)
            del self._supplied[event.prescription]
        held = self.confirmation(event.prescription, event.pharmacy)
        if held is not None:
            self._hold(replace(held, reversed=True))

    def confirmation(self, prescription: str, pharmacy: str | None) -> Confirmation | None:
        """The one this pharmacy holds, under whichever release (expired, void, dispensed: still held)."""
        held = self._confirmations.get(prescription, {}).get(pharmacy or "")
        return held if held is not None and not held.reversed else None

    def confirmations(self, prescription: str) -> list[Confirmation]:
        """Those held under the last release of the prescription, by any pharmacy."""
        authorization = self.authorizations.get(prescription)
        under = authorization.index if authorization else None
        known = self._confirmations.get(prescription, {}).values()
        return [held for held in known if held.authorization == under and not held.reversed]

    def unused_confirmations(self, at: datetime) -> list[Confirmation]:
        """Held, neither dispensed nor reversed nor replaced, and past their end at that moment."""
        known = (held for by_pharmacy in self._confirmations.values() for held in by_pharmacy.values())
        unused = (held for held in known if not held.dispensed and not held.reversed)
        return [held for held in unused if held.confirmed.expires_at is not None and at >= held.confirmed.expires_at]

    def form_signed(self, prescription: str, form: str) -> bool:
        return (prescription, form) in self._forms

    def supply_of(self, prescription: str) -> Supply | None:
        """The supply of this prescription that was not reversed."""
        return self._supplied.get(prescription)

    def first_void_after(self, index: int) -> int | None:
        """The place of the first fact after that place that voids every release before it."""
        place = bisect_right(self._voids, index)
        return self._voids[place] if place < len(self._voids) else None
