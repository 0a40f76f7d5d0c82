"""One generated patient: a clock, the steps so far, the oracle's answers, and the edges ahead."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from tests.differential.edges import HOUR, OFFSETS, SECOND, Edge, changes_across, clock_changes
from tests.oracle.days import add_months, days, end_of, last_good_day, midnight, on
from tests.oracle.play import Player
from tests.oracle.tables import Category, Edition, Program

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

DUTY_COUNTS_FROM = {
    "patient-survey": ("survey.completed", "patient.enrolled"),
    "pregnancy-test": ("test.resulted", "dispense", "treatment.started"),
    "blood-count": ("dispense", "treatment.started"),
    "turns-18": ("patient.enrolled",),
    "first-test": ("prescription.written",),
    "second-test": ("prescription.written",),
    "reverse-unused": ("confirm",),
}
OF_THOSE_WHO_CAN = {
    "contraception-days",
    "test-window",
    "lock-end",
    "ship-midnight",
    "duty:pregnancy-test",
    "duty:first-test",
    "duty:second-test",
    "duty:test-at-stop",
    "duty:final-test",
}
Hit = tuple[str, str, int, str]  # edge kind, category, seconds from the edge, clock change


class Life:
    """Emits valid steps in order. Every try goes to the oracle at once, so that the script knows what happened."""

    def __init__(self, rng: Random, program: Program, category: str, start: datetime, pivot: datetime | None):
        self.rng = rng
        self.program = program
        self.zone = self.program.zone
        self.category_name = category
        self.now = start
        self.pivot = pivot
        self.player = Player(program)
        self.steps: list[dict] = []
        self.verdicts: list[dict] = []
        self.edges: list[Edge] = []
        self.collections: list[Edge] = []  # edges for the collection of a test
        self.hits: Counter[Hit] = Counter()
        self.written: dict[str, dict] = {}
        self.tests: dict[str, datetime] = {}
        self.marks: dict[str, datetime] = {
            "first": start
        }  # last moment of each kind of fact, for facts placed to the second
        self.pharmacies: dict[str, ZoneInfo] = {}
        self.numbers = 0

    # -- what the script asks

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.rng.random() < share

    def edition(self) -> Edition:
        """The edition in force now."""
        return self.player.edition_on(self.today)

    @property
    def category(self) -> Category:
        """The numbers of the patient's category."""
        return self.edition().categories[self.category_name]

    @property
    def today(self) -> date:
        """The program-zone date of the clock."""
        return on(self.now, self.zone)

    def next_name(self, prefix: str) -> str:
        """A new id."""
        self.numbers += 1
        return f"{prefix}-{self.numbers}"

    # -- time

    def tick(self) -> None:
        """A little later, or the same moment."""
        roll = self.rng.random()
        if roll < 0.3:
            return
        self.now += SECOND * self.rng.choice((1, 60, 600, 1800)) if roll < 0.9 else HOUR * self.rng.randint(1, 8)

    def aim(self, share: float, *, from_hours: float, to_hours: float, within_days: int) -> bool:
        """In that share of cases where the clock change is near, move to between so many hours from it."""
        if self.pivot is None or not self.now < self.pivot < self.now + timedelta(days=within_days):
            return False
        seconds = self.rng.randint(int(from_hours * 3600), int(to_hours * 3600))
        return self.chance(share) and self.to(self.pivot + timedelta(seconds=seconds))

    def next_pivot(self) -> None:
        """Once a clock change is past, the next one is aimed at."""
        if self.pivot is None or self.pivot < self.now:
            self.pivot = next((at for at, _ in clock_changes(self.zone) if at > self.now), None)

    def near_pivot(self, hours: int = 24) -> bool:
        """Whether the clocks change within the next so many hours."""
        return self.pivot is not None and self.now < self.pivot <= self.now + timedelta(hours=hours)

    def wait(self, at_most: float) -> None:
        """Some days later; or just before the clocks change, when that is not far."""
        if self.pivot and self.now < self.pivot < self.now + timedelta(days=at_most + 3) and self.chance(0.5):
            before = timedelta(seconds=self.rng.randint(0, 25 * 3600))
            self.now = max(self.now, self.pivot - before)
            return
        self.now += timedelta(seconds=self.rng.randint(0, max(int(at_most * 86400), 1)))

    def to(self, moment: datetime) -> bool:
        """Move the clock on to a moment; False where that is past."""
        if moment < self.now:
            return False
        self.now = moment
        return True

    def text(self, moment: datetime) -> str:
        """A moment as the contract writes it, in one of several offsets."""
        if self.rng.random() < 0.15:
            return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        return moment.astimezone(self.zone).isoformat()

    # -- steps

    def fact(self, name: str, at: datetime | None = None, **keys: object) -> None:
        """Record a fact: of now, or learnt late."""
        step = {"fact": name, "at": self.text(at or self.now)} | keys
        if at is not None and at != self.now:
            step["recorded_at"] = self.text(self.now)
        self.player.learn(step)
        self.steps.append(step)
        self.marks[name] = at or self.now

    def attempt(self, gate: str, prescription: str, **keys: object) -> dict:
        """Try a gate now."""
        verdict = self.answer({"try": gate, "at": self.text(self.now), "prescription": prescription} | keys)
        if verdict["allowed"] and self.program.retired_on is None:
            self.learn_edges(gate, prescription, verdict, keys)
        return verdict

    def ask(self) -> dict:
        """Ask for the plan now."""
        verdict = self.answer({"ask": "plan", "at": self.text(self.now)})
        for duty in verdict["duties"]:
            names = DUTY_COUNTS_FROM.get(duty["duty"], ("treatment.stopped",))
            anchor = max(self.marks.get(name, self.marks["first"]) for name in names)
            self.edge("duty:" + duty["duty"], anchor, end_of(duty["due_on"], self.zone))
        return verdict

    def answer(self, step: dict) -> dict:
        """A try or ask: count the edges it stands on, and keep the oracle's verdict."""
        for edge in self.edges:
            seconds = int((self.now - edge.at).total_seconds())
            if -1 <= seconds <= 1:
                self.hit(edge, seconds)
        verdict = self.player.learn(step)
        self.steps.append(step)
        self.verdicts.append(verdict)
        return verdict

    def hit(self, edge: Edge, seconds: int) -> None:
        """Count one hit of an edge, where it means anything for the patient's category."""
        if not applies(edge.kind, self.category):
            return
        for change in changes_across(edge, self.zone):
            self.hits[edge.kind, self.category_name, seconds, change] += 1

    # -- edges

    def edge(self, kind: str, anchor: datetime, at: datetime) -> None:
        """Remember an edge that is still ahead."""
        if at - SECOND >= self.now and len(self.edges) < 60:
            self.edges.append(Edge(kind, anchor, at))

    def collection_edge(self, kind: str, anchor: datetime, at: datetime) -> None:
        """Remember an instant, past or to come, at which a test may be collected."""
        self.collections = [*self.collections[-11:], Edge(kind, anchor, at)]

    def choose_edge(self, kinds: tuple[str, ...] | None = None, within: int = 45) -> Edge | None:
        """An edge ahead, near ones first."""
        limit = self.now + timedelta(days=within)
        self.edges = [edge for edge in self.edges if edge.at + SECOND >= self.now]
        ahead = [
            edge
            for edge in self.edges
            if edge.at - SECOND >= self.now and edge.at < limit and (kinds is None or edge.kind in kinds)
        ]
        if not ahead:
            return None
        kind = self.rng.choice(sorted({edge.kind for edge in ahead}))
        return self.rng.choice([edge for edge in ahead if edge.kind == kind])

    def offset(self) -> timedelta:
        """One second before, on, or after an edge."""
        return SECOND * self.rng.choice(OFFSETS)

    def learn_edges(self, gate: str, prescription: str, verdict: dict, keys: dict) -> None:
        """What an allowed try starts."""
        if gate in {"release", "confirm"} and verdict["expires_at"]:
            kind = "authorization-end" if gate == "release" else "confirmation-end"
            self.edge(kind, self.now, verdict["expires_at"])
        self.marks[gate] = self.now
        if gate == "confirm":
            zone = self.pharmacies[keys["pharmacy"]]
            if self.edition().ship_same_day:
                self.edge("ship-midnight", self.now, end_of(on(self.now, zone), zone))
        if gate == "dispense":
            edition = self.edition()
            covered = last_good_day(self.today, self.written[prescription]["days_supply"], "inclusive")
            if edition.weekly_days is not None and self.category.can:
                weekly = midnight(self.today + days(edition.weekly_days - 7 + 1), self.zone)
                self.collection_edge("collected-weekly-end", self.now, weekly)
            if edition.days_left_max is not None:
                self.edge("supply-opens", self.now, midnight(covered - days(edition.days_left_max), self.zone))
            if edition.re_enrol_after_months:
                up_on = add_months(self.today, edition.re_enrol_after_months)
                self.edge("months-up", self.now, midnight(up_on, self.zone))


def applies(kind: str, category: Category) -> bool:
    """Whether an edge of this kind can change an answer for somebody of the category."""
    if kind.startswith(("collected-", "first-", "second-", "order:")) or kind in OF_THOSE_WHO_CAN:
        return category.can
    needs = {
        "birthday": category.age == "child",
        "survey-due": category.survey_months,
        "written-end": category.expiry and category.expiry[0] == "written",
        "counselling-end": category.expiry and category.expiry[0] == "counselling",
        "duty:turns-18": category.age == "child",
        "duty:patient-survey": category.survey_months,
        "duty:no-semen-donation": category.no_semen,
        "duty:contraception-after-stop": category.contraception_after,
    }
    return bool(needs.get(kind, True))
