"""One edition of a program, and the program: its editions in order and which of them is in force on a date."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from compliance.rules import calendar, values


class NoEdition(LookupError):
    """Nothing can be answered at that date: no edition is in force yet, or the one in force is not modelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionHead:
    """One dated file. In force from `starts_on` (date of the zone, included) until the next edition starts.

    A head alone is an edition whose gates are not modelled: nothing is answered before `retired_on`, the first day
    without gates. `document` is the file as read, `sha256` the hash of its bytes.
    """

    program: str
    start: values.Start
    sha256: str
    document: Mapping[str, Any]
    zone: values.Zone
    title: values.Named
    medicine: values.Medicine
    categories: Mapping[str, values.Category]
    retired: values.Retirement | None

    @property
    def starts_on(self) -> date:
        return self.start.on

    @property
    def id(self) -> str:
        return f"{self.program}/{self.starts_on.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition(EditionHead):
    """An edition with everything its gates and its plan read.

    `frame` is the source of what every program asks without a number of its own: enrolment, certificates, results
    that are not negative, one supply a release.
    """

    frame: values.Value
    agreement: values.Named
    adult_age: values.Years | None
    prescriber_survey: values.Value | None
    patient_survey: Mapping[str, values.Survey]
    counselling: Mapping[str, values.Counselling]
    forms: tuple[values.Form, ...]
    contraception: values.Contraception | None
    first_test: values.FirstTest | None
    second_test: values.SecondTest | None
    test_window: values.Window | None
    later_test: values.Days | None
    lock: values.Days | None
    test_exempt: values.Methods | None
    sensitivity: values.Sensitivity
    settings: Mapping[str, values.TestSetting]
    test_interval: values.TestInterval | None
    authorization: Mapping[str, values.Expiry]
    confirmation: values.Confirmation
    ship_same_day: values.Value | None
    days_left: values.Days | None
    supply: Mapping[str, values.Days]
    refills: values.Allowed
    verbal: values.Allowed
    hold: values.Window | None
    guide: values.Named | None
    pharmacy_counselling: values.Value
    re_enrolment: values.Months | None
    after_stop: values.AfterStop
    blood_count: values.BloodCount | None


@dataclass(frozen=True)
class Program:
    """Editions of one program, ordered by their first day; all share its zone and its categories."""

    code: str
    editions: tuple[EditionHead, ...]
    _starts: tuple[date, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(edition.starts_on for edition in self.editions))

    @property
    def zone(self) -> ZoneInfo:
        return self.editions[0].zone.info

    @property
    def categories(self) -> Mapping[str, values.Category]:
        return self.editions[-1].categories

    def edition_at(self, at: datetime) -> EditionHead:
        """The edition in force on the program-zone date of `at`. NoEdition before the first one."""
        return self.edition_on(calendar.date_of(at, self.zone))

    def edition_on(self, day: date) -> EditionHead:
        """The edition in force on that date. NoEdition before the first one."""
        index = bisect_right(self._starts, day)
        if index == 0:
            raise NoEdition(f"an edition of {self.code} in force, the first starts on {self._starts[0]}")
        return self.editions[index - 1]

    def gates_at(self, at: datetime) -> Edition | None:
        """The edition whose gates are asked at that moment; None once the program is retired. NoEdition as above."""
        day = calendar.date_of(at, self.zone)
        edition = self.edition_on(day)
        if edition.retired is not None and day >= edition.retired.on:
            return None
        if not isinstance(edition, Edition):
            raise NoEdition("edition not modelled")
        return edition
