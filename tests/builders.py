"""Pure facts in one line. A `Story` learns facts in order and asks the gates; nothing here knows Django or a database.

    story = Story("us-pomalidomide", category="adult-female-can", at="2028-09-18 15:00")
    story = story.enrolled().first_test().second_test().written()
    assert story.codes(Gate.RELEASE) == []

Times are wall times of the program's zone, `2028-09-18` or `2028-09-18 15:00`, as the program's dates are.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from compliance.programs import load_programs
from compliance.rules import events
from compliance.rules.decide import decide
from compliance.rules.facts import Facts
from compliance.rules.plan import plan
from compliance.rules.program import Edition, Program
from compliance.rules.verdict import Blocker, Code, Duty, DutyKind, Gate, Verdict

PRESCRIBER, PHARMACY, OTHER_PHARMACY = "dr-lindqvist", "harbour", "hilltop"
METHODS = {1: ("implant",), 2: ("implant", "diaphragm")}


@dataclass(frozen=True)
class Story:
    """What is known about one patient, and a moment `at`. Every method gives another story."""

    program: str = "us-pomalidomide"
    category: str = "adult-female-can"
    at: str = "2028-09-18 15:00"
    facts: Facts = field(default_factory=Facts)

    # --- time ---------------------------------------------------------------------------------------------------------

    @cached_property
    def rules(self) -> Program:
        return load_programs()[self.program]

    @cached_property
    def now(self) -> datetime:
        return self.moment(self.at)

    @property
    def edition(self) -> Edition:
        edition = self.rules.gates_at(self.now)
        assert isinstance(edition, Edition)
        return edition

    def moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.rules.zone)

    def on(self, at: str) -> "Story":
        """The same facts at another moment."""
        return replace(self, at=at)

    def later(self, **elapsed: float) -> "Story":
        """So much elapsed time later."""
        moment = datetime.fromtimestamp(self.now.timestamp() + timedelta(**elapsed).total_seconds(), self.rules.zone)
        return replace(self, at=moment.replace(tzinfo=None).isoformat(sep=" "))

    # --- facts --------------------------------------------------------------------------------------------------------

    def learns(self, *learnt: events.Event) -> "Story":
        facts = self.facts
        for event in learnt:
            facts = facts.plus(event)
        return replace(self, facts=facts)

    def enrolled(self, on: str = "2028-08-01", birth_date: str = "1991-04-23", *, agreement: bool = True) -> "Story":
        """Everybody certified, the patient enrolled with an agreement."""
        at = self.moment(on)
        story = self.learns(
            events.PrescriberCertified(at, prescriber=PRESCRIBER),
            events.PharmacyCertified(at, pharmacy=PHARMACY),
            events.PharmacyCertified(at, pharmacy=OTHER_PHARMACY),
            events.PatientEnrolled(at, category=self.category, birth_date=date.fromisoformat(birth_date)),
        )
        return story.agrees(on) if agreement else story

    def agrees(self, at: str | None = None, category: str | None = None) -> "Story":
        return self.learns(events.AgreementSigned(self.moment(at or self.at), category=category or self.category))

    def changes_category(self, category: str, at: str | None = None) -> "Story":
        changed = self.learns(events.CategoryChanged(self.moment(at or self.at), category=category, reason="…"))
        return replace(changed, category=category)

    def contraception(self, *methods: str, since: str = "2028-08-01", at: str | None = None) -> "Story":
        """With no method named: one set of methods that the edition takes as sufficient."""
        asked = self.edition.contraception
        named = methods or METHODS[asked.methods_asked if asked else 1]
        stated_at = self.moment(at or self.at)
        return self.learns(events.ContraceptionStated(stated_at, methods=tuple(named), since=date.fromisoformat(since)))

    def tests(
        self,
        name: str,
        at: str,
        *,
        result: events.Result = "negative",
        sensitivity: float = 25,
        setting: events.Setting = "lab",
        home_allowed: bool = False,
        known_at: str | None = None,
    ) -> "Story":
        """A test collected at `at`, its result known then or at `known_at`."""
        collected_at = self.moment(at)
        return self.learns(
            events.PregnancyTestResulted(
                self.moment(known_at or at),
                test=name,
                collected_at=collected_at,
                result=result,
                sensitivity=sensitivity,
                setting=setting,
                home_allowed=home_allowed,
            )
        )

    def corrects(self, test: str, **values: object) -> "Story":
        return self.learns(events.PregnancyTestCorrected(self.now, test=test, reason="…", **values))

    def voids(self, test: str) -> "Story":
        return self.learns(events.PregnancyTestVoided(self.now, test=test, reason="…"))

    def excludes_pregnancy(self, at: str | None = None) -> "Story":
        return self.learns(events.PregnancyExcluded(self.moment(at or self.at)))

    def reports_pregnancy(self, who: str = "patient", at: str | None = None) -> "Story":
        return self.learns(events.PregnancyReported(self.moment(at or self.at), who=who))

    def starts(self, at: str | None = None) -> "Story":
        return self.learns(events.TreatmentStarted(self.moment(at or self.at)))

    def stops(self, at: str | None = None) -> "Story":
        return self.learns(events.TreatmentStopped(self.moment(at or self.at)))

    def surveyed(self, at: str | None = None) -> "Story":
        return self.learns(events.SurveyCompleted(self.moment(at or self.at), by="patient"))

    def counselled(self, prescription: str | None = None, at: str | None = None) -> "Story":
        return self.learns(events.Counselled(self.moment(at or self.at), prescription=prescription))

    def written(
        self,
        prescription: str = "rx-1",
        *,
        at: str | None = None,
        days_supply: int | None = None,
        refills: int = 0,
        verbal: bool = False,
        papers: bool = True,
    ) -> "Story":
        """A prescription, with the surveys, the counselling and the forms that the edition asks for it."""
        moment = self.moment(at or self.at)
        limit = self.edition.supply[self.category].days
        story = self.learns(
            events.PrescriptionWritten(
                moment,
                prescription=prescription,
                prescriber=PRESCRIBER,
                days_supply=limit if days_supply is None else days_supply,
                refills=refills,
                verbal=verbal,
            )
        )
        return story.papers(prescription, at=at) if papers else story

    def papers(self, prescription: str = "rx-1", at: str | None = None) -> "Story":
        moment = self.moment(at or self.at)
        forms = [events.FormSigned(moment, form=form.code, prescription=prescription) for form in self.edition.forms]
        return (
            self.surveyed(at)
            .counselled(prescription, at)
            .learns(events.SurveyCompleted(moment, by="prescriber", prescription=prescription), *forms)
        )

    # --- what is asked ------------------------------------------------------------------------------------------------

    def ask(self, gate: Gate, prescription: str = "rx-1", **named: object) -> Verdict:
        if gate is not Gate.RELEASE:
            named = {"pharmacy": PHARMACY, **named}
        if gate is Gate.DISPENSE:
            named = {"method": "handover", "counselled": True, "guide_given": True, **named}
        return decide(self.facts, self.rules, gate=gate, at=self.now, prescription=prescription, **named)

    def codes(self, gate: Gate, prescription: str = "rx-1", **named: object) -> list[str]:
        return [code.value for code in self.ask(gate, prescription, **named).codes]

    def blocker(self, code: Code, gate: Gate = Gate.RELEASE, **named: object) -> Blocker:
        return next(blocker for blocker in self.ask(gate, **named).blockers if blocker.code is code)

    def does(self, gate: Gate, prescription: str = "rx-1", **named: object) -> "Story":
        """The try takes effect; a refusal is an error of the test."""
        verdict = self.ask(gate, prescription, **named)
        assert verdict.allowed, f"{gate} at {self.at} refused: {verdict.codes}"
        return self.learns(verdict.outcome) if verdict.outcome else self

    def supplied(self, prescription: str = "rx-1") -> "Story":
        """Released, confirmed and dispensed at this moment."""
        story = self
        for gate in (Gate.RELEASE, Gate.CONFIRM, Gate.DISPENSE):
            story = story.does(gate, prescription)
        return story

    def duties(self, kind: DutyKind | None = None) -> list[Duty]:
        return [duty for duty in plan(self.facts, self.rules, at=self.now) if kind in {None, duty.duty}]

    def duty(self, kind: DutyKind) -> Duty:
        (duty,) = self.duties(kind)
        return duty


def woman(program: str = "us-pomalidomide", at: str = "2028-09-18 15:00") -> Story:
    """A woman who can get pregnant in a US program, with everything a first release needs at that default moment."""
    return (
        Story(program, "adult-female-can", at)
        .enrolled()
        .contraception(at="2028-08-01")
        .tests("t-1", "2028-09-06 09:00")
        .tests("t-2", "2028-09-18 08:00")
        .written()
    )


def man(program: str = "us-pomalidomide", at: str = "2028-09-18 15:00") -> Story:
    """A man in a US program with everything a first release needs."""
    return Story(program, "adult-male", at).enrolled(birth_date="1952-11-19").written()


def european_woman(program: str = "eu-pomalidomide", at: str = "2028-09-18 15:00") -> Story:
    """A woman of childbearing potential with everything a first release needs."""
    return (
        Story(program, "wcbp", at).enrolled().contraception(at="2028-08-01").tests("t-1", "2028-09-18 08:00").written()
    )


def acne_patient(at: str = "2028-09-18 15:00", category: str = "can") -> Story:
    """A patient in iPLEDGE, with everything a first release needs; of either edition, by the moment."""
    day = datetime.fromisoformat(at)
    ago = [(day - timedelta(days=days)).strftime("%Y-%m-%d") for days in (48, 40)]
    story = Story("us-ipledge", category, at).enrolled(on=ago[0], birth_date="2000-06-18")
    if category == "can":
        story = story.contraception(since=ago[0], at=ago[0]).tests("t-1", ago[1])
        story = story.tests("t-2", f"{day:%Y-%m-%d} 08:00")
    return story.written()
