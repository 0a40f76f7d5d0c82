"""Facts a life is made of: papers, statements, tests, each with the edges it starts."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.differential.life import Life
from tests.oracle.days import add, add_months, days, end_of, last_good_day, midnight, on

ZONES = ("America/Chicago", "America/Los_Angeles", "Europe/London", "Asia/Tokyo", "Pacific/Auckland", "America/Phoenix")
CODES = [
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
    "desogestrel-pill",
    "progestin-only-pill",
    "male-condom",
    "diaphragm",
    "cervical-cap",
    "female-condom",
    "fertility-awareness",
    "withdrawal",
    "spermicide-alone",
    "continuous-abstinence",
]


def methods(life: Life, *, good: bool) -> list[str]:
    """Methods of contraception: a likely sufficient choice, or any."""
    if not good:
        return life.rng.choices(CODES, k=life.rng.choice((0, 1, 1, 2, 2, 3)))
    if life.chance(0.12):
        return ["continuous-abstinence"] * life.rng.choice((1, 1, 2))
    edition = life.edition()
    chosen = [life.rng.choice(sorted(edition.highly_effective))]
    if edition.methods_needed == 2:
        chosen.append(life.rng.choice(sorted(edition.highly_effective | edition.additional)))
    if life.chance(0.15):
        chosen.append(life.rng.choice(CODES))
    life.rng.shuffle(chosen)
    return chosen


def back(life: Life, at_most: timedelta) -> datetime:
    """A whole second in the past, at most so far back."""
    return life.now - timedelta(seconds=life.rng.randint(0, int(at_most.total_seconds())))


def moment(life: Life, late: float = 0.15, at_most: timedelta = timedelta(days=4)) -> datetime | None:
    """None for now, or an earlier moment of a fact that is learnt late."""
    return back(life, at_most) if life.chance(late) else None


def certify(life: Life, prescriber: str) -> None:
    """A prescriber's certificate."""
    life.fact("prescriber.certified", moment(life, 0.05), prescriber=prescriber)


def certify_pharmacy(life: Life, pharmacy: str) -> None:
    """A pharmacy's certificate, in the program's zone or another."""
    zone = life.pharmacies.get(pharmacy)
    if zone is None or life.chance(0.1):
        zone = life.zone if pharmacy == "harbour" else ZoneInfo(life.rng.choice(ZONES))
        life.pharmacies[pharmacy] = zone
    keys = {"zone": zone.key} if zone is not life.zone or life.chance(0.2) else {}
    life.fact("pharmacy.certified", moment(life, 0.05), pharmacy=pharmacy, **keys)


def birth_date(life: Life) -> date:
    """A birth date that mostly fits the category's age, sometimes with the 18th birthday close by."""
    age = life.category.age
    close = life.chance(0.4 if age == "child" else 0.12)
    if close:
        day = life.today + days(life.rng.randint(-2, 60))
        born = add_months(day, -18 * 12)
        leap = born + days(1)  # born on 29 February: 18 on the 28th
        return leap if (leap.month, leap.day) == (2, 29) and life.chance(0.5) else born
    years = life.rng.randint(8, 16) if age == "child" else life.rng.randint(19, 60)
    return add_months(life.today, -12 * years) + days(life.rng.randint(0, 300))


def enrol(life: Life, category: str | None = None) -> None:
    """Enrolment, or a second one."""
    life.category_name = category or life.category_name
    born = birth_date(life)
    at = moment(life, 0.05)
    life.fact("patient.enrolled", at, category=life.category_name, birth_date=born.isoformat())
    if life.category.age is not None:
        life.edge("birthday", life.now, midnight(add_months(born, 18 * 12), life.zone))


def agree(life: Life, at: datetime | None = None) -> None:
    """The agreement of the current category."""
    life.fact("agreement.signed", at, category=life.category_name)


def change_category(life: Life, category: str, at: datetime | None = None) -> None:
    """A change of category."""
    life.category_name = category
    life.fact("category.changed", at, category=category, reason="changed")


def state(life: Life, *, good: bool = True, since: date | None = None) -> None:
    """A statement of contraception."""
    chosen = methods(life, good=good)
    if since is None:
        since = life.today - days(life.rng.choice((0, 1, 5, 20, 27, 28, 29, 30, 31, 40, 60)))
    life.fact("contraception.stated", moment(life, 0.05), methods=chosen, since=since.isoformat())
    enough = midnight(since + days(life.edition().contraception_days_before), life.zone)
    life.edge("contraception-days", midnight(since, life.zone), enough)
    life.edge("order:statement-since", life.now, midnight(since, life.zone))
    if life.edition().tests == "ipledge":
        life.collection_edge("second-from-run", midnight(since, life.zone), enough)


def survey(life: Life, at: datetime | None = None) -> None:
    """The patient's survey."""
    life.fact("survey.completed", at, by="patient")
    months = life.category.survey_months
    if months:
        taken_on = on(at or life.now, life.zone)
        life.edge("survey-due", at or life.now, end_of(add_months(taken_on, months), life.zone))


def counsel(life: Life, prescription: str | None, at: datetime | None = None) -> None:
    """Counselling, for a prescription or for none."""
    keys = {"prescription": prescription} if prescription else {}
    life.fact("counselled", at, **keys)
    expiry = life.category.expiry
    if prescription and expiry and expiry[0] == "counselling":
        start = on(at or life.now, life.zone)
        life.edge("counselling-end", at or life.now, end_of(last_good_day(start, *expiry[1:]), life.zone))


def take_test(life: Life, collected_at: datetime | None = None, result: str = "negative", **keys: object) -> str:
    """A pregnancy test, known now, collected now or before."""
    name = life.next_name("t")
    collected_at = collected_at or life.now
    known_at = collected_at if life.chance(0.5) else life.now
    life.tests[name] = collected_at
    values = {"sensitivity": life.rng.choice((10, 25, 25)), "setting": "lab"} | keys
    life.fact("test.resulted", known_at, test=name, collected_at=life.text(collected_at), result=result, **values)
    test_edges(life, collected_at)
    return name


def test_edges(life: Life, collected_at: datetime) -> None:
    """What the collection of a negative test starts."""
    edition = life.edition()
    collected_on = on(collected_at, life.zone)
    if edition.test_window:
        life.edge("test-window", collected_at, end_of(last_good_day(collected_on, *edition.test_window), life.zone))
    if edition.lock_days:
        lock = midnight(collected_on + days(edition.lock_days), life.zone)
        life.edge("lock-end", collected_at, lock)
        life.collection_edge("collected-lock-end", collected_at, lock)
    if edition.tests == "us":
        first_edges(life, collected_on)
    elif edition.tests == "ipledge":
        life.collection_edge("first-30-days", collected_at, midnight(collected_on - days(29), life.zone))


def first_edges(life: Life, prescribed_on: date) -> None:
    """The two edges of the first-test window before a prescribing date."""
    begins = midnight(prescribed_on, life.zone)
    life.collection_edge("first-from", begins, midnight(prescribed_on - days(14), life.zone))
    life.collection_edge("first-to", begins, midnight(prescribed_on - days(9), life.zone))


def write(life: Life, **keys: object) -> str:
    """A prescription, and the edges it starts."""
    name = life.next_name("rx")
    values = {"prescriber": "dr-a", "days_supply": life.category.supply_days} | keys
    at = moment(life, 0.1, timedelta(days=12))
    life.fact("prescription.written", at, prescription=name, **values)
    life.written[name] = values
    written_at = at or life.now
    written_on = on(written_at, life.zone)
    edition, expiry = life.edition(), life.category.expiry
    if life.chance(0.4):
        life.edge("hold-days", written_at, end_of(written_on + days(edition.hold_days_max), life.zone))
    if expiry and expiry[0] == "written":
        life.edge("written-end", written_at, end_of(last_good_day(written_on, *expiry[1:]), life.zone))
    if life.category.can and edition.tests == "us":
        life.collection_edge("second-24h", written_at, written_at - timedelta(hours=24))
        first_edges(life, written_on)
    elif life.category.can and edition.tests == "eu":
        life.collection_edge("collected-3-days", written_at, midnight(written_on - days(3), life.zone))
    return name


def stop(life: Life) -> None:
    """The last dose."""
    at = moment(life, 0.25)
    life.fact("treatment.stopped", at)
    category, edition = life.category, life.edition()
    stopped_at = at or life.now
    stopped_on = on(stopped_at, life.zone)
    life.edge("no-blood-end", stopped_at, end_of(add(stopped_on, category.no_blood), life.zone))
    if category.can and edition.test_at_stop:
        life.collection_edge("order:stop-date", stopped_at, midnight(stopped_on, life.zone))
    if category.can and edition.final_test_days:
        opens = midnight(stopped_on + days(edition.final_test_days), life.zone)
        life.collection_edge("collected-final", stopped_at, opens)
    if edition.re_enrol_after_months:
        life.edge("months-up", stopped_at, midnight(add_months(stopped_on, edition.re_enrol_after_months), life.zone))


def odd_bleeding(life: Life) -> None:
    """A menses.abnormal; a test at its very moment does not answer it."""
    at = moment(life)
    life.fact("menses.abnormal", at)
    life.collection_edge("order:evaluation", life.now - timedelta(days=3), at or life.now)


def positive(life: Life) -> None:
    """A positive test; an older or simultaneous negative counts no more."""
    collected_at = back(life, timedelta(days=life.rng.choice((0, 1, 12))))
    keys = {"sensitivity": life.rng.choice((25, 100, 5000)), "setting": life.rng.choice(("lab", "home"))}
    take_test(life, collected_at, "positive", **keys)
    life.collection_edge("order:positive", collected_at - timedelta(days=3), collected_at)


def last_moment(life: Life, *names: str) -> datetime | None:
    """The last moment of the named kinds of fact."""
    found = [life.marks[name] for name in names if name in life.marks]
    return max(found) if found else None


def beside(life: Life, *names: str) -> datetime | None:
    """A second before, at, or after the last such fact, and not in the future; None where there is none."""
    mark = last_moment(life, *names)
    if mark is None:
        return None
    at = mark + life.offset()
    return at if at <= life.now else None
