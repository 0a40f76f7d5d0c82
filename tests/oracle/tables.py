"""The programs' numbers, typed by hand from the specification, not read from the product's program files."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Category:
    """What one category of patients is asked. Days and months are counts; None means the program asks nothing there."""

    can: bool = False
    age: str | None = None  # "child", "adult", or no age class
    survey_months: int | None = None
    survey_excused_at_initiation: bool = False
    supply_days: int = 28
    expiry: tuple[str, int, str] | None = None  # (counted from, days, "exclusive" or "inclusive")
    counselling_once: bool = False
    contraception_after: tuple[str, int] | None = None
    no_blood: tuple[str, int] = ("days", 28)
    no_semen: tuple[str, int] | None = None


@dataclass(frozen=True)
class Edition:
    """One dated edition of a program."""

    starts_on: date
    categories: dict[str, Category]
    tests: str  # "us", "ipledge" or "eu": which of the three ways tests before the start are read
    highly_effective: frozenset[str]
    additional: frozenset[str]
    methods_needed: int
    contraception_days_before: int
    sensitivity_limit: int
    home: str  # "never", "if-allowed", "after-first-dispense"
    clinic: bool
    test_window: tuple[int, str] | None
    lock_days: int | None = None
    prescriber_survey: bool = False
    forms: tuple[str, ...] = ()
    confirmation: str = "24h-and-authorization"  # or "authorization-else-24h"
    ship_same_day: bool = False
    days_left_max: int | None = None
    hold_days_max: int = 30
    verbal_allowed: bool = False
    guide: bool = False
    re_enrol_after_months: int | None = None
    weekly_days: int | None = None
    test_every: int = 28
    test_every_irregular: int = 28
    tubal_exempt: bool = False
    test_at_stop: bool = False
    final_test_days: int | None = None
    final_test_advice: bool = False
    blood_count: bool = False


@dataclass(frozen=True)
class Program:
    """A program, its zone and its editions, oldest first."""

    code: str
    zone: ZoneInfo
    editions: tuple[Edition, ...]
    starts_on: date
    retired_on: date | None = None
    categories: tuple[str, ...] = field(default=())


US_HIGH = frozenset(
    [
        "tubal-ligation",
        "partner-vasectomy",
        "iud",
        "copper-iud",
        "lng-ius",
        "implant",
        "injection",
        "combined-pill",
        "patch",
        "ring",
    ]
)
US_ADDITIONAL = frozenset(["male-condom", "diaphragm", "cervical-cap"])
EU_HIGH = frozenset(["implant", "lng-ius", "injection", "tubal-ligation", "partner-vasectomy", "desogestrel-pill"])

DAYS_28 = ("days", 28)
US_SEVEN_DAYS = ("test", 7, "exclusive")
US_THIRTY_DAYS = ("issue", 30, "exclusive")


def us_categories() -> dict[str, Category]:
    """The six categories of the thalidomide-class programs."""
    found = {}
    for age in ("adult", "child"):
        found[f"{age}-female-can"] = Category(
            can=True, age=age, survey_months=1, expiry=US_SEVEN_DAYS, contraception_after=DAYS_28
        )
        found[f"{age}-female-cannot"] = Category(
            age=age, survey_months=6 if age == "adult" else 1, expiry=US_THIRTY_DAYS
        )
        found[f"{age}-male"] = Category(
            age=age,
            survey_months=1,
            survey_excused_at_initiation=True,
            expiry=US_THIRTY_DAYS,
            contraception_after=DAYS_28,
            no_semen=DAYS_28,
        )
    return found


def us_program(code: str, starts_on: date, *, blood_count: bool = False) -> Program:
    """A thalidomide-class program of the United States."""
    edition = Edition(
        starts_on=starts_on,
        categories=us_categories(),
        tests="us",
        highly_effective=US_HIGH,
        additional=US_ADDITIONAL,
        methods_needed=2,
        contraception_days_before=28,
        sensitivity_limit=50,
        home="if-allowed",
        clinic=True,
        test_window=(7, "exclusive"),
        prescriber_survey=True,
        ship_same_day=True,
        days_left_max=7,
        verbal_allowed=True,
        guide=True,
        re_enrol_after_months=12,
        weekly_days=28,
        test_every=28,
        test_every_irregular=14,
        final_test_days=28,
        final_test_advice=True,
        blood_count=blood_count,
    )
    return Program(code, NEW_YORK, (edition,), starts_on, categories=tuple(edition.categories))


def ipledge_edition(starts_on: date, *, of_2026: bool) -> Edition:
    """One of the two editions of the isotretinoin program; they differ in five values."""
    month = ("months", 1)
    return Edition(
        starts_on=starts_on,
        categories={
            "can": Category(
                can=True,
                survey_months=1,
                supply_days=30,
                expiry=("test", 7, "inclusive"),
                contraception_after=month,
                no_blood=month,
            ),
            "cannot": Category(
                supply_days=30,
                expiry=None if of_2026 else ("counselling", 30, "inclusive"),
                counselling_once=of_2026,
                no_blood=month,
            ),
        },
        tests="ipledge",
        highly_effective=US_HIGH,
        additional=US_ADDITIONAL,
        methods_needed=2,
        contraception_days_before=30,
        sensitivity_limit=25,
        home="after-first-dispense" if of_2026 else "never",
        clinic=of_2026,
        test_window=(7, "inclusive"),
        lock_days=None if of_2026 else 19,
        confirmation="authorization-else-24h",
        guide=True,
        test_every=30,
        test_every_irregular=30,
        test_at_stop=True,
        final_test_days=30,
    )


def european_program(code: str, zone: str) -> Program:
    """Pomalidomide in the European Union, the United Kingdom or Germany."""
    week = ("days", 7)
    country = code.split("-", maxsplit=1)[0]
    written = ("written", 7, "inclusive" if country == "de" else "exclusive")
    everyone = written if country == "de" else None
    edition = Edition(
        starts_on=date(2020, 1, 1),
        categories={
            "wcbp": Category(can=True, expiry=written, contraception_after=DAYS_28, no_blood=week),
            "wncbp": Category(supply_days=84, expiry=everyone, no_blood=week),
            "male": Category(supply_days=84, expiry=everyone, contraception_after=week, no_blood=week, no_semen=week),
        },
        tests="eu",
        highly_effective=EU_HIGH,
        additional=frozenset(),
        methods_needed=1,
        contraception_days_before=28,
        sensitivity_limit=25,
        home="never",
        clinic=True,
        test_window=None,
        forms={"eu": (), "uk": ("paf",), "de": ("t-prescription",)}[country],
        tubal_exempt=True,
        final_test_days=28,
        blood_count=True,
    )
    return Program(code, ZoneInfo(zone), (edition,), edition.starts_on, categories=tuple(edition.categories))


IPLEDGE = (
    ipledge_edition(date(2021, 12, 13), of_2026=False),
    ipledge_edition(date(2026, 11, 15), of_2026=True),
)

PROGRAMS = {
    program.code: program
    for program in (
        us_program("us-pomalidomide", date(2023, 3, 24), blood_count=True),
        us_program("us-lenalidomide", date(2023, 3, 24)),
        us_program("us-thalidomide", date(2023, 4, 27)),
        Program("us-ipledge", NEW_YORK, IPLEDGE, IPLEDGE[0].starts_on, categories=("can", "cannot")),
        european_program("eu-pomalidomide", "Europe/Brussels"),
        european_program("uk-pomalidomide", "Europe/London"),
        european_program("de-pomalidomide", "Europe/Berlin"),
        Program(
            "us-macitentan",
            NEW_YORK,
            (),
            date(2013, 10, 18),
            retired_on=date(2025, 4, 1),
            categories=("can", "cannot"),
        ),
    )
}
