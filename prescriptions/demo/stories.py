"""The patients of the demonstration, A to Z: one state worth seeing each. Days are counted back from today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from compliance.rules.calendar import add_days, add_years
from prescriptions.demo.life import Life, Person

CAN, CANNOT, MALE = "adult-female-can", "adult-female-cannot", "adult-male"
CHILD_CAN, CHILD_CANNOT, BOY = "child-female-can", "child-female-cannot", "child-male"
DENVER, CHICAGO = "America/Denver", "America/Chicago"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A patient, what they show, and how it came about. `person` is told today's date."""

    person: Callable[[date], Person]
    shows: str
    plays: Callable[[Life], None]
    by_second: bool = False


def adult(given: str, family: str, category: str, born: date, **details: object) -> Callable[[date], Person]:
    """An adult; nothing about them depends on today."""
    person = Person(given_name=given, family_name=family, category=category, birth_date=born, **details)  # type: ignore[arg-type]
    return lambda _today: person


def child(given: str, family: str, category: str, *, turns_18_in: int) -> Callable[[date], Person]:
    """Somebody who turns 18 so many days from today."""

    def born(today: date) -> Person:
        day = add_years(add_days(today, turns_18_in), 0)
        birth_date = date(day.year - 18, day.month, min(day.day, 28))
        return Person(given_name=given, family_name=family, category=category, birth_date=birth_date)

    return born


# --- what many stories share --------------------------------------------------------------------------------------


def enrols(life: Life, day: int, *, contraception: bool = True) -> None:
    """Enrolment, agreement and, where asked, two methods from that day on."""
    with life.at(life.day(day, "10:00")):
        life.enrols()
        life.signs_agreement()
        if contraception:
            life.states_contraception(days_ago=day)


def begins(life: Life, day: int, *, first: int = 12) -> None:
    """Who can get pregnant: enrolled five weeks before, a first test `first` days before, prescribed on `day`."""
    enrols(life, day + 35)
    with life.at(life.day(day + first, "09:10")):
        life.is_tested()
    prescribes(life, day)


def prescribes(life: Life, day: int, *, tested: bool = True) -> None:
    """A test, the survey and the form, in one morning."""
    if tested:
        with life.at(life.day(day, "08:50")):
            life.is_tested()
    with life.at(life.day(day, "09:40")):
        life.answers_survey()
        life.is_prescribed()


def fills(life: Life, day: int, *, far: bool = False, method: str = "handover") -> None:
    """A pharmacy confirms after lunch and dispenses within the hour."""
    site = life.cast.mesa if far else life.cast.harbour
    with life.at(life.day(day, "14:30")):
        life.is_confirmed(site)
    with life.at(life.day(day, "15:05")):
        life.is_dispensed(site, method=method)


def starts(life: Life, day: int) -> None:
    """The first dose, on the evening of that day."""
    with life.at(life.day(day, "20:30")):
        life.starts()


def tests(life: Life, *days: int) -> None:
    """Negative tests on those mornings."""
    for day in days:
        with life.at(life.day(day, "08:30")):
            life.is_tested()


def signs_today(life: Life, *, hours: float = 4) -> None:
    """The survey is answered and the form signed, so many hours ago."""
    with life.at(life.ago(hours=hours)):
        life.answers_survey()
        life.is_prescribed()


def first_cycle(life: Life, day: int) -> None:
    """The whole beginning in one day: prescribed, dispensed, first dose."""
    begins(life, day)
    fills(life, day)
    starts(life, day)


# --- the stories --------------------------------------------------------------------------------------------------


def alma(life: Life) -> None:
    first_cycle(life, 80)
    tests(life, 73, 66, 59)
    prescribes(life, 54, tested=False)
    fills(life, 54)
    tests(life, 52)
    prescribes(life, 28)
    fills(life, 28)
    with life.at(life.ago(hours=3)):
        life.is_tested()
    with life.at(life.ago(hours=2)):
        life.answers_survey()


def bea(life: Life) -> None:
    enrols(life, 19)
    tests(life, 12)
    with life.at(life.ago(hours=6)):
        life.is_tested()
    signs_today(life)


def cora(life: Life) -> None:
    enrols(life, 40)
    tests(life, 12)
    signs_today(life, hours=5)


def dell(life: Life) -> None:
    enrols(life, 40)
    tests(life, 7)
    with life.at(life.ago(hours=6)):
        life.is_tested()
    signs_today(life, hours=3)


def edda(life: Life) -> None:
    first_cycle(life, 40)
    tests(life, 33, 24, 17)
    tests(life, 1)
    with life.at(life.day(1, "09:40")):
        life.is_prescribed()


def fern(life: Life) -> None:
    first_cycle(life, 26)
    tests(life, 19, 12, 5)
    with life.at(life.ago(hours=20)):
        life.is_tested("indeterminate")
    signs_today(life, hours=6)


def gilda(life: Life) -> None:
    enrols(life, 40)
    tests(life, 13)
    with life.at(life.ago(hours=30)):
        life.is_tested()
    signs_today(life, hours=28)
    with life.at(life.ago(hours=20)):
        life.is_confirmed(life.cast.harbour)
    with life.at(life.ago(hours=2)):
        life.is_tested("positive", minutes_ago=180, setting="lab")


def hope(life: Life) -> None:
    first_cycle(life, 26)
    tests(life, 19, 12, 5)
    with life.at(life.day(2, "11:00")):
        life.reports_unusual_period()
    signs_today(life, hours=2.5)


def ivy(life: Life) -> None:
    first_cycle(life, 50)
    tests(life, 43, 36, 29)
    prescribes(life, 24, tested=False)
    fills(life, 24, far=True, method="ship")
    tests(life, 22)
    with life.at(life.day(2, "11:00")):
        life.changes_category(CANNOT, reason="hysterectomy, letter of the surgeon on file")
    signs_today(life, hours=7)


def june(life: Life) -> None:
    enrols(life, 40)
    tests(life, 12)
    with life.at(life.ago(hours=7)):
        life.is_tested()
    signs_today(life, hours=6)


def kit(life: Life) -> None:
    enrols(life, 3, contraception=False)
    signs_today(life, hours=8)
    with life.at(life.ago(hours=4)):
        life.is_confirmed(life.cast.mesa)


def lena(life: Life) -> None:
    enrols(life, 45)
    tests(life, 21)
    with life.at(life.day(10, "09:40")):
        life.answers_survey()
        life.is_prescribed()
    tests(life, 9)
    fills(life, 9, method="ship")
    starts(life, 9)
    tests(life, 2)


def mona(life: Life) -> None:
    begins(life, 9)


def nell(life: Life) -> None:
    enrols(life, 42)
    tests(life, 14)
    with life.at(life.ago(hours=53)):
        life.is_tested()
    signs_today(life, hours=52)
    with life.at(life.ago(hours=28)):
        life.is_confirmed(life.cast.mesa)
        life.is_dispensed(life.cast.mesa)
    with life.at(life.ago(hours=3)):
        life.is_given_back(life.cast.mesa, reason="not-collected")


def orla(life: Life) -> None:
    first_cycle(life, 34)
    tests(life, 27, 20, 13)
    prescribes(life, 9, tested=False)
    fills(life, 9)
    with life.at(life.day(6, "08:15")):
        life.stops()


def pip(life: Life) -> None:
    first_cycle(life, 12)
    tests(life, 5)


def quill(life: Life) -> None:
    enrols(life, 2, contraception=False)


def rosa(life: Life) -> None:
    with life.at(life.day(20, "10:00")):
        life.enrols()
    prescribes(life, 19, tested=False)
    with life.at(life.day(18, "11:30")):
        life.signs_agreement()
    fills(life, 18)
    starts(life, 18)


def sven(life: Life) -> None:
    enrols(life, 46, contraception=False)
    prescribes(life, 44, tested=False)
    fills(life, 44, far=True)
    starts(life, 44)
    with life.at(life.day(12, "09:40")):
        life.is_prescribed()
    with life.at(life.day(11, "10:20")):
        life.answers_survey()
    fills(life, 11, far=True)


def thea(life: Life) -> None:
    enrols(life, 70, contraception=False)
    for day in (68, 42, 15):
        prescribes(life, day, tested=False)
        fills(life, day)
        if day == 68:
            starts(life, 68)


def uma(life: Life) -> None:
    enrols(life, 32, contraception=False)
    prescribes(life, 30, tested=False)
    fills(life, 30)
    starts(life, 30)
    with life.at(life.day(2, "12:00")):
        life.loses_prescriber()
    signs_today(life, hours=4.5)


def vera(life: Life) -> None:
    first_cycle(life, 26)
    tests(life, 19)


def wilma(life: Life) -> None:
    with life.at(life.ago(hours=1)):
        life.enrols()


def xaver(life: Life) -> None:
    enrols(life, 6, contraception=False)
    prescribes(life, 5, tested=False)
    with life.at(life.day(4, "15:00")):
        life.is_confirmed(life.cast.harbour)


def yara(life: Life) -> None:
    with life.at(life.day(1, "10:00")):
        life.enrols()
        life.states_contraception(["male-condom"], days_ago=1)
    with life.at(life.day(1, "10:40")):
        life.is_prescribed()


def zora(life: Life) -> None:
    with life.at(life.day(34, "10:00")):
        life.enrols()
    with life.at(life.day(33, "09:40")):
        life.is_prescribed()


STORIES: tuple[Story, ...] = (
    Story(
        person=adult("Alma", "Nowhere", CAN, date(1987, 4, 12)),
        shows="third month, everything current: ready for today's form",
        plays=alma,
    ),
    Story(
        person=adult("Bea", "Figment", CAN, date(1993, 9, 2)),
        shows="held: contraception is too recent",
        plays=bea,
    ),
    Story(
        person=adult("Cora", "Storybook", CAN, date(1990, 1, 30)),
        shows="held: the second test is missing",
        plays=cora,
    ),
    Story(
        person=adult("Dell", "Madeup", CAN, date(1984, 7, 19), zone=CHICAGO),
        shows="held: the first test came too late to count",
        plays=dell,
    ),
    Story(
        person=adult("Edda", "Fable", CAN, date(1979, 11, 5)),
        shows="held: the monthly survey is due",
        plays=edda,
    ),
    Story(
        person=adult("Fern", "Invented", CAN, date(1995, 3, 23)),
        shows="held: the latest test is unclear",
        plays=fern,
    ),
    Story(
        person=adult("Gilda", "Pretend", CAN, date(1998, 6, 8)),
        shows="void: a positive test while a pharmacy holds the number",
        plays=gilda,
    ),
    Story(
        person=adult("Hope", "Placeholder", CAN, date(1991, 12, 14)),
        shows="held: an unusual period is being looked into",
        plays=hope,
    ),
    Story(
        person=adult("Ivy", "Imaginary", CAN, date(1976, 2, 27)),
        shows="held: new category, the agreement names the old one",
        plays=ivy,
    ),
    Story(
        person=adult("June", "Example", CAN, date(1989, 8, 16)),
        shows="released this morning, number open",
        plays=june,
    ),
    Story(
        person=adult("Kit", "Makebelieve", MALE, date(1968, 5, 21), zone=DENVER),
        shows="confirmed by the Denver pharmacy, not dispensed yet",
        plays=kit,
    ),
    Story(
        person=adult("Lena", "Sketch", CAN, date(1986, 10, 11)),
        shows="mid-cycle, weekly tests in time",
        plays=lena,
    ),
    Story(
        person=adult("Mona", "Daydream", CAN, date(1994, 4, 4), has_email=False),
        shows="the number expired unused; no address for reminders",
        plays=mona,
    ),
    Story(
        person=adult("Nell", "Chimera", CAN, date(1992, 7, 7), zone=DENVER),
        shows="dispensed, given back, number open again",
        plays=nell,
    ),
    Story(
        person=adult("Orla", "Mirage", CAN, date(1983, 1, 9), language="es"),
        shows="stopped last week: the four weeks are running",
        plays=orla,
    ),
    Story(
        person=child("Pip", "Wonder", CHILD_CAN, turns_18_in=20),
        shows="in treatment, turns 18 within three weeks",
        plays=pip,
    ),
    Story(
        person=child("Quill", "Reverie", BOY, turns_18_in=900),
        shows="a boy, ready for the first form",
        plays=quill,
    ),
    Story(
        person=child("Rosa", "Hypothesis", CHILD_CANNOT, turns_18_in=1600),
        shows="in treatment; was held a day for the agreement",
        plays=rosa,
    ),
    Story(
        person=adult("Sven", "Nonesuch", MALE, date(1959, 3, 3), zone=DENVER),
        shows="second month; was held a day for the survey",
        plays=sven,
    ),
    Story(
        person=adult("Thea", "Phantom", CANNOT, date(1955, 9, 28)),
        shows="third month, cannot get pregnant, no tests asked",
        plays=thea,
    ),
    Story(
        person=adult("Uma", "Yarn", CANNOT, date(1961, 6, 17)),
        shows="held: the prescriber's certificate was taken back",
        plays=uma,
        by_second=True,
    ),
    Story(
        person=adult("Vera", "Conjecture", CAN, date(1996, 2, 18)),
        shows="a weekly test is overdue",
        plays=vera,
    ),
    Story(
        person=adult("Wilma", "Fairytale", CAN, date(2001, 5, 25)),
        shows="enrolled an hour ago, nothing else known",
        plays=wilma,
    ),
    Story(
        person=adult("Xaver", "Legend", MALE, date(1972, 12, 1), wants_reminders=False),
        shows="a confirmation ran out at the pharmacy and was not given back",
        plays=xaver,
    ),
    Story(
        person=adult("Yara", "Anecdote", CAN, date(1999, 10, 20)),
        shows="held: nearly everything is missing",
        plays=yara,
    ),
    Story(
        person=adult("Zora", "Parable", MALE, date(1965, 8, 8)),
        shows="held for the agreement until it was too old",
        plays=zora,
    ),
)
