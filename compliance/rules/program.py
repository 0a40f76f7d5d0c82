"""One edition of a program, and the program: its editions in order and which of them is in force on a date."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from compliance.rules import calendar, values


class NoEdition(LookupError):
    """Nothing can be answered at that date: no edition is in force yet, or the one in force is not modelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One dated file. In force from `starts_on` (date of `zone`, included) until the next edition starts."""

    program: str
    starts_on: date
    sha256: str
    zone: ZoneInfo
    zone_value: values.Value
    title: str
    medicine: str
    brands: tuple[str, ...]
    capsules_mg: tuple[int, ...]
    categories: Mapping[str, values.Category]
    retired_on: date | None = None
    modelled: bool = True
    adult_age: values.Years | None = None
    agreement: values.Named
    guide_name: str | None = None
    enrolment: values.Value
    certification: values.Value
    prescriber_survey: values.Value | None = None
    patient_survey: Mapping[str, values.Survey]
    counselling: Mapping[str, values.Counselling]
    forms: tuple[values.Form, ...] = ()
    contraception: values.Contraception | None = None
    first_test: values.FirstTest | None = None
    second_test: values.SecondTest | None = None
    test_window: values.Window | None = None
    later_test: values.Days | None = None
    lock: values.Days | None = None
    test_exempt: values.Methods | None = None
    sensitivity: values.Sensitivity
    settings: tuple[values.TestSetting, ...]
    test_interval: values.TestInterval | None = None
    pregnancy: values.Value
    authorization: Mapping[str, values.Expiry]
    authorization_rule: values.Value
    confirmation: values.Confirmation
    ship_same_day: values.Value | None = None
    days_left: values.Days | None = None
    supply: Mapping[str, values.Days]
    refills: values.Allowed
    verbal: values.Allowed
    hold: values.Window | None = None
    pharmacy_counselling: values.Value
    guide: values.Value | None = None
    re_enrolment: values.Months | None = None
    after_stop: values.AfterStop
    blood_count: values.BloodCount | None = None

    @property
    def id(self) -> str:
        return f"{self.program}/{self.starts_on.isoformat()}"


@dataclass(frozen=True)
class Program:
    """Editions of one program, ordered by their first day; all share its zone and its categories."""

    code: str
    editions: tuple[Edition, ...]
    _starts: tuple[date, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(edition.starts_on for edition in self.editions))

    @property
    def zone(self) -> ZoneInfo:
        return self.editions[0].zone

    @property
    def categories(self) -> Mapping[str, values.Category]:
        return self.editions[-1].categories

    def edition_at(self, at: datetime) -> Edition:
        """The edition in force on the program-zone date of `at`. NoEdition before the first one."""
        return self.edition_on(calendar.date_of(at, self.zone))

    def edition_on(self, day: date) -> Edition:
        """The edition in force on that date. NoEdition before the first one."""
        index = bisect_right(self._starts, day)
        if index == 0:
            raise NoEdition(f"an edition of {self.code} in force, the first starts on {self._starts[0]}")
        return self.editions[index - 1]

    def gates_at(self, at: datetime) -> Edition | None:
        """The edition whose gates are asked at that moment; None once the program is retired. NoEdition as above."""
        day = calendar.date_of(at, self.zone)
        edition = self.edition_on(day)
        if edition.retired_on is not None and day >= edition.retired_on:
            return None
        if not edition.modelled:
            raise NoEdition("edition not modelled")
        return edition
