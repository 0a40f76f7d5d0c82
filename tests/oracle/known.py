"""What is known just before one try or ask: everything here is recomputed from the steps before it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from tests.oracle.days import add_months, days, end_of, last_good_day, on
from tests.oracle.once import once
from tests.oracle.steps import Step, latest
from tests.oracle.tables import Category, Edition, Program


@dataclass(slots=True)
class Test:
    """A pregnancy test with every correction applied so far."""

    name: str
    order: int  # where its test.resulted stands
    collected_at: datetime
    collected_on: date
    result: str
    sensitivity: int
    setting: str
    home_allowed: bool
    stated: Step  # the fact that gave the result it has now
    voided: bool = False


@dataclass(slots=True)
class Supply:
    """A dispense that was not reversed."""

    step: Step
    on: date
    last_covered: date


@dataclass(slots=True)
class Confirmation:
    """A confirmation number, with what became of it."""

    step: Step
    release: Step
    expires_at: datetime | None
    dispensed: bool = False
    reversed: bool = False
    replaced: bool = False

    @property
    def held(self) -> bool:
        """Expired, void and dispensed ones are still held; reversed and replaced ones are not."""
        return not self.reversed and not self.replaced


class Known:
    """The steps before a moment, and the plain questions one can ask of them."""

    def __init__(self, steps: list[Step], program: Program, edition: Edition, at: datetime):
        self.program = program
        self.zone = program.zone
        self.edition = edition
        self.at = at
        self.today = on(at, program.zone)
        self.facts: dict[str, list[Step]] = defaultdict(list)
        self.done: dict[str, list[Step]] = defaultdict(list)
        self.steps = steps
        for step in steps:
            if step.is_fact:
                self.facts[step.name].append(step)
            elif step.effect:
                self.done[step.name].append(step)

    def date_of(self, step: Step) -> date:
        """The program-zone date of a step."""
        return on(step.at, self.zone)

    # -- enrolment and category

    @once
    def enrolment(self) -> Step | None:
        """The latest patient.enrolled."""
        return latest(self.facts["patient.enrolled"])

    @once
    def category_facts(self) -> list[Step]:
        """Everything that sets the category, oldest first."""
        both = self.facts["patient.enrolled"] + self.facts["category.changed"]
        return sorted(both, key=lambda step: (step.at, step.index))

    @once
    def category_name(self) -> str:
        """The current category. Ask only of an enrolled patient."""
        return self.category_facts[-1]["category"]

    @once
    def category(self) -> Category | None:
        """The current category's row of the tables; None before any enrolment."""
        return self.edition.categories[self.category_name] if self.enrolment else None

    @once
    def can(self) -> bool:
        """Whether the current category can get pregnant; False before any enrolment."""
        return bool(self.category and self.category.can)

    # -- initiation

    @once
    def restart(self) -> Step | None:
        """The last fact in the list from which initiation is counted anew."""
        found = [self.facts["patient.enrolled"][1:][-1]] if len(self.facts["patient.enrolled"]) > 1 else []
        categories = self.edition.categories
        for before, after in pairwise(self.category_facts):
            if after.name != "category.changed":
                continue
            if not categories[before["category"]].can and categories[after["category"]].can:
                found.append(after)
        return max(found, key=lambda step: step.index, default=None)

    @once
    def supplies_since_restart(self) -> list[Supply]:
        """Supplies that stand after the restart in the list."""
        after = self.restart.index if self.restart else -1
        return [supply for supply in self.supplies if supply.step.index > after]

    @once
    def months_up_on(self) -> date | None:
        """The day on which `re_enrol_after_months` have passed since the last supply or a later stop."""
        months = self.edition.re_enrol_after_months
        if months is None or not self.supplies:
            return None
        return add_months(self.last_supply_or_stop(self.supplies[-1], None), months)

    def last_supply_or_stop(self, supply: Supply, until: datetime | None) -> date:
        """The date of a supply, or of a stop later than it (and before `until`, where given)."""
        last = supply.step.at
        for stop in self.facts["treatment.stopped"]:
            if stop.at > last and (until is None or stop.at < until):
                last = stop.at
        return on(last, self.zone)

    @once
    def initiation(self) -> bool:
        """Whether the patient is at initiation at this moment."""
        if not self.supplies_since_restart:
            return True
        return self.months_up_on is not None and self.today >= self.months_up_on

    @once
    def first_supply_since_initiation(self) -> Supply | None:
        """The dispense that ended the initiation which began last, whether by a fact or by the months."""
        first, _ = self.course
        return first

    @once
    def course(self) -> tuple[Supply | None, date | None]:
        """That dispense, and the day on which the months were up before it, where it was the months that began it."""
        supplies = self.supplies_since_restart
        if not supplies:
            return None, None
        months = self.edition.re_enrol_after_months
        first, began_on = supplies[0], None
        if months is None:
            return first, None
        for before, after in pairwise(supplies):
            up_on = add_months(self.last_supply_or_stop(before, after.step.at), months)
            if after.on >= up_on:
                first, began_on = after, up_on
        return first, began_on

    # -- tests

    @once
    def tests(self) -> list[Test]:
        """Every test, corrected and voided in the order of the list."""
        found: dict[str, Test] = {}
        for step in self.steps:
            if not step.name.startswith("test."):
                continue
            if step.name == "test.resulted":
                found[step["test"]] = Test(
                    name=step["test"],
                    order=step.index,
                    collected_at=step.collected_at,
                    collected_on=on(step.collected_at, self.zone),
                    result=step["result"],
                    sensitivity=step["sensitivity"],
                    setting=step["setting"],
                    home_allowed=step.get("home_allowed", False),
                    stated=step,
                )
            elif step.name == "test.voided":
                found[step["test"]].voided = True
            else:
                self.correct(found[step["test"]], step)
        return [test for test in found.values() if not test.voided]

    def correct(self, test: Test, step: Step) -> None:
        """Apply one test.corrected."""
        if "result" in step.raw:
            test.result, test.stated = step["result"], step
        if step.collected_at:
            test.collected_at, test.collected_on = step.collected_at, on(step.collected_at, self.zone)
        test.sensitivity = step.get("sensitivity", test.sensitivity)
        test.setting = step.get("setting", test.setting)
        test.home_allowed = step.get("home_allowed", test.home_allowed)

    def setting_accepted(self, test: Test) -> bool:
        """Whether the edition accepts the test's setting at this point of treatment."""
        if test.setting == "lab":
            return True
        if test.setting == "clinic":
            return self.edition.clinic
        if self.edition.home == "if-allowed":
            return test.home_allowed
        if self.edition.home == "after-first-dispense":
            first = self.first_supply_since_initiation
            late = first is not None and not self.initiation and test.collected_at > first.step.at
            return late and test.home_allowed
        return False

    @once
    def negatives(self) -> list[Test]:
        """Every countable negative test."""
        positives = [test.collected_at for test in self.tests if test.result == "positive"]
        return [
            test
            for test in self.tests
            if test.result == "negative"
            and test.sensitivity <= self.edition.sensitivity_limit
            and self.setting_accepted(test)
            and all(test.collected_at > positive for positive in positives)
        ]

    @once
    def latest_negative(self) -> Test | None:
        """The latest countable test."""
        return max(self.negatives, key=lambda test: (test.collected_at, test.order), default=None)

    def window_closes_at(self, test: Test) -> datetime | None:
        """When the test's own window ends, where the edition gives it one."""
        if self.edition.test_window is None:
            return None
        number, counting = self.edition.test_window
        return end_of(last_good_day(test.collected_on, number, counting), self.zone)

    def window_open(self, test: Test) -> bool:
        """Whether the test's own window, where there is one, is still open."""
        closes_at = self.window_closes_at(test)
        return closes_at is None or self.at < closes_at

    def excluded(self, step: Step) -> bool:
        """Whether some pregnancy.excluded stands after the step in the list, and the step is not later by `at`."""
        return any(step.index < e.index and step.at <= e.at for e in self.facts["pregnancy.excluded"])

    # -- contraception

    def statement_on(self, day: date) -> Step | None:
        """The statement in force on a date: from its `since` until the `since` of a later-recorded one."""
        for step in reversed(self.facts["contraception.stated"]):
            if step.since <= day:
                return step
        return None

    def sufficient(self, statement: Step) -> bool:
        """Section 6."""
        methods = set(statement["methods"])
        if methods == {"continuous-abstinence"}:
            return True
        high = methods & self.edition.highly_effective
        if not high:
            return False
        accepted = high | (methods & self.edition.additional)
        intrauterine = {"iud", "copper-iud", "lng-ius"}
        kinds = {"intrauterine" if method in intrauterine else method for method in accepted}
        return len(kinds) >= self.edition.methods_needed

    def run_began_on(self, day: date) -> date | None:
        """First day of the unbroken run of sufficient statements that holds this date; None where it is broken."""
        changes = sorted({step.since for step in self.facts["contraception.stated"] if step.since <= day})
        began_on = None
        for change in changes:  # between two changes one statement is in force
            if not self.sufficient(self.statement_on(change)):
                began_on = None
            elif began_on is None:
                began_on = change
        return began_on

    def run_enough_on(self, day: date) -> date | None:
        """The first day on which that run has lasted as long as the edition asks."""
        began_on = self.run_began_on(day)
        return None if began_on is None else began_on + days(self.edition.contraception_days_before)

    @once
    def exempt(self) -> bool:
        """European tubal ligation: no test is asked."""
        statement = self.statement_on(self.today)
        return self.edition.tubal_exempt and statement is not None and "tubal-ligation" in statement["methods"]

    # -- prescriptions, releases, confirmations, supplies

    @once
    def prescriptions(self) -> dict[str, Step]:
        """Every prescription written."""
        return {step["prescription"]: step for step in self.facts["prescription.written"]}

    def last_release(self, prescription: str) -> Step | None:
        """Of several releases of a prescription the last one counts."""
        found = [step for step in self.done["release"] if step["prescription"] == prescription]
        return found[-1] if found else None

    def void(self, release: Step) -> bool:
        """Whether some fact after the release in the list voids it."""
        voided: set[str] = set()
        for step in self.steps:
            if step.name == "test.voided":
                voided.add(step["test"])
            if step.index > release.index and self.voids(step, release, voided):
                return True
        return False

    def voids(self, step: Step, release: Step, voided: set[str]) -> bool:
        """Whether this fact voids releases before it. `voided` holds the tests that were voided up to it."""
        if step.name in {"category.changed", "patient.enrolled"}:
            return True
        if step.name == "pregnancy.reported":
            return step["who"] == "patient"
        if step.name in {"test.corrected", "test.voided"} and step["test"] == release.effect["basis"]:
            return True
        if step.name in {"test.resulted", "test.corrected"}:
            return step.get("result") == "positive" and step["test"] not in voided
        return False

    @once
    def confirmations(self) -> list[Confirmation]:
        """Every confirmation issued, and what became of it."""
        held: dict[tuple[str, str], Confirmation] = {}
        everyone: list[Confirmation] = []
        releases: dict[str, Step] = {}
        for step in self.steps:
            if not step.effect:
                continue
            if step.name == "release":
                releases[step["prescription"]] = step
                continue
            key = (step["prescription"], step["pharmacy"])
            if step.name == "confirm" and step.effect["new"]:
                if key in held:
                    held[key].replaced = True
                held[key] = Confirmation(step, releases[key[0]], step.effect["expires_at"])
                everyone.append(held[key])
            elif step.name == "dispense":
                held[key].dispensed = True
            elif step.name == "reverse":
                held.pop(key).reversed = True
        return everyone

    def confirmation(self, prescription: str, pharmacy: str, release: Step | None) -> Confirmation | None:
        """The one this pharmacy holds under this release."""
        for found in reversed(self.confirmations):
            step = found.step
            if step["prescription"] == prescription and step["pharmacy"] == pharmacy and found.release is release:
                return found if found.held else None
        return None

    @once
    def supplies(self) -> list[Supply]:
        """Every dispense that was not reversed, in the order of the list, which is the order of their moments."""
        found: dict[tuple[str, str], Supply] = {}
        for step in self.steps:
            if not step.effect or step.name not in {"dispense", "reverse"}:
                continue
            key = (step["prescription"], step["pharmacy"])
            if step.name == "reverse":
                found.pop(key, None)
                continue
            supplied_on = self.date_of(step)
            covers = self.prescriptions[step["prescription"]]["days_supply"]
            found[key] = Supply(step, supplied_on, last_good_day(supplied_on, covers, "inclusive"))
        return sorted(found.values(), key=lambda supply: supply.step.index)

    def dispensed(self, prescription: str) -> bool:
        """Whether the prescription was dispensed, by any pharmacy, and not reversed."""
        return any(supply.step["prescription"] == prescription for supply in self.supplies)

    def closed(self, prescription: str) -> bool:
        """Whether the prescription was released and is open, confirmed or dispensed."""
        release = self.last_release(prescription)
        if release is None:
            return False
        if self.dispensed(prescription):
            return True
        expires_at = release.effect["expires_at"]
        return not self.void(release) and (expires_at is None or self.at < expires_at)
