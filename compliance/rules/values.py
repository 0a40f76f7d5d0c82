"""What a program demands, as frozen values. compliance/programs/schema.py builds them from the dated files.

Every value carries the citation it rests on and whether a person has settled it (`settled = false`: a choice was made
that no public text decides). None means that the edition does not give the value: the check that rests on it is not
asked. Mappings are keyed by category code and hold only the categories of which the thing is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from compliance.rules import calendar

ABSTINENCE = frozenset({"continuous-abstinence"})
INTRAUTERINE = frozenset({"iud", "copper-iud", "lng-ius"})


class Counting(StrEnum):
    """Exclusive: the anchor date is day 0. Inclusive: it is day 1."""

    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"


class Anchor(StrEnum):
    """What a window is counted from."""

    TEST_COLLECTED = "test collected"
    ISSUED = "issued"
    WRITTEN = "written"
    COUNSELLED = "counselled"


class FirstTestAnchor(StrEnum):
    """The date a first test is counted back from."""

    PRESCRIBING_DATE = "prescribing date"  # the later of the written date and the second test's collection date
    SECOND_TEST = "second test collected"


class SecondTestAnchor(StrEnum):
    """Since when a second test may have been collected."""

    WRITTEN_MOMENT = "written moment"
    WRITTEN_DATE = "written date"
    CONTRACEPTION_RUN = "contraception run"  # the first day on which contraception has run its days


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A number of the program with its source. `note` says what a reader should know about an unsettled one."""

    cite: str
    settled: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone(Value):
    name: str
    info: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Value):
    """The first day in force, a date of the program's zone."""

    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine(Value):
    """Capsule strengths in mg; a dose is something else."""

    name: str
    brands: tuple[str, ...]
    capsules_mg: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement(Value):
    """From that date of the program's zone on, the program has no gates."""

    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(Value):
    code: str
    name: str
    can_get_pregnant: bool
    produces_sperm: bool
    is_child: bool | None  # None where the program has no age classes


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Value):
    """Something of the program with its official name: its REMS, a document."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Named):
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Days(Value):
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Months(Value):
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Years(Value):
    years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Window(Days):
    """So many days from a date, in the program's zone. Half-open: it ends at the first instant outside it."""

    counts: Counting

    def last_good_day(self, day: date) -> date:
        return calendar.add_days(day, self.days if self.counts is Counting.EXCLUSIVE else self.days - 1)

    def closes_at(self, day: date, zone: ZoneInfo) -> datetime:
        return calendar.end_of_day(self.last_good_day(day), zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry(Window):
    """When an authorization ends, and what that is counted from."""

    anchor: Anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class Counselling(Value):
    """`once`: any counselling since the latest agreement will do; else one that names the prescription."""

    once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(Months):
    excused_at_initiation: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Methods(Value):
    methods: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contraception(Days):
    """`methods_asked` is 1 or 2; `days` is how long it must have run without a gap before a release."""

    methods_asked: int
    highly_effective: Methods
    additional: Methods

    def sufficient(self, methods: frozenset[str]) -> bool:
        """Section 6 of the contract: abstinence alone, or as many accepted methods as asked, one highly effective."""
        if methods == ABSTINENCE:
            return True
        highly_effective = {_kind(method) for method in methods & self.highly_effective.methods}
        additional = {_kind(method) for method in methods & self.additional.methods}
        return bool(highly_effective) and len(highly_effective | additional) >= self.methods_asked


def _kind(method: str) -> str:
    """The three codes of an intrauterine device are one method."""
    return "iud" if method in INTRAUTERINE else method


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTest(Value):
    """Collected on a date from `earliest_days` (None: no limit) to `latest_days` before the anchor, both included."""

    anchor: FirstTestAnchor
    earliest_days: int | None
    latest_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondTest(Value):
    """Collected no earlier than `hours` or `days` before the anchor. The test before the start, where only one is."""

    anchor: SecondTestAnchor
    hours: int | None
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSetting(Value):
    """A place where a test may be taken. `after_first_dispense`: only tests collected after it, out of initiation."""

    __test__: ClassVar[bool] = False  # pytest would take the name for a test class

    where_allowed: bool
    after_first_dispense: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity(Value):
    miu_per_ml: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TestInterval(Days):
    """Days between tests in treatment. `weekly_days`: how long a first phase has a test every 7 days; None: none."""

    __test__: ClassVar[bool] = False

    irregular_days: int
    weekly_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation(Value):
    """Elapsed hours. `hours_only_without_end`: the hours count only where the authorization has no end of its own."""

    hours: int
    hours_only_without_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed(Value):
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Value):
    """So long after the last dose: either days or calendar months."""

    days: int | None
    months: int | None

    def last_day(self, day: date) -> date:
        if self.days is not None:
            return calendar.add_days(day, self.days)
        return calendar.add_months(day, self.months or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalTest(Days):
    """Opens `days` after the last dose and is due `due_days` later."""

    due_days: int
    advice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterStop:
    """The after-stop duties; `contraception` of categories that produce sperm is the condom period."""

    contraception: Mapping[str, Period]
    blood_donation: Mapping[str, Period]
    semen_donation: Mapping[str, Period]
    return_unused: Days
    test_at_stop: Value | None
    final_test: FinalTest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BloodCount(Value):
    """Every 7 days for `weeks` from the first dose, then every calendar month."""

    weeks: int
