"""A case, step by step."""

from datetime import date, datetime

from tests.oracle import duties, gates
from tests.oracle.days import on
from tests.oracle.known import Known
from tests.oracle.steps import Step, read_step
from tests.oracle.tables import PROGRAMS, Edition, Program


class NoEditionYet(Exception):
    """A try or ask before the program's first edition."""


class NotModelled(Exception):
    """A try or ask in a program before its retirement, which the contract does not model."""


class Player:
    """Learns the steps of one case in order and answers its tries and asks."""

    def __init__(self, program: str | Program):
        self.program = PROGRAMS[program] if isinstance(program, str) else program
        self.steps: list[Step] = []

    def learn(self, raw: dict) -> dict | None:
        """Take the next step; a verdict for a try or an ask, None for a fact."""
        step = read_step(len(self.steps), raw)
        verdict = None if step.is_fact else self.answer(step)
        self.steps.append(step)
        return verdict

    def answer(self, step: Step) -> dict:
        """The verdict of a try or an ask, from the steps before it."""
        return self.answer_from(self.known_at(step.at), step)

    def known_at(self, at: datetime) -> Known | None:
        """What is known at a moment; None where the program is retired."""
        edition = self.edition_on(on(at, self.program.zone))
        return Known(list(self.steps), self.program, edition, at) if edition else None

    def answer_from(self, known: Known | None, step: Step) -> dict:
        """The verdict from what is known at the step's moment."""
        if known is None:  # retired: every try is allowed, nothing is planned
            return verdict_of(step, planned=[]) if step.name == "plan" else verdict_of(step, blockers={})
        if step.name == "plan":
            return verdict_of(step, planned=duties.plan(known))
        return self.attempt(known, step)

    def edition_on(self, today: date) -> Edition | None:
        """The edition in force on a program-zone date; None where the program is retired."""
        if today < self.program.starts_on:
            raise NoEditionYet(self.program.code)
        if self.program.retired_on is not None:
            if today < self.program.retired_on:
                raise NotModelled(self.program.code)
            return None
        return [edition for edition in self.program.editions if edition.starts_on <= today][-1]

    def attempt(self, known: Known, step: Step) -> dict:
        """A try at a gate; what it did, if allowed, is written on the step."""
        prescription = known.prescriptions[step["prescription"]]
        if step.name == "release":
            blockers = gates.release(known, prescription)
        elif step.name == "confirm":
            blockers = gates.confirm(known, prescription, step["pharmacy"])
        elif step.name == "dispense":
            blockers = gates.dispense(known, prescription, step)
        else:
            blockers = gates.reverse(known, prescription, step["pharmacy"])
        if not blockers:
            step.effect = effect_of(known, prescription, step)
        return verdict_of(step, blockers=blockers)


def effect_of(known: Known, prescription: Step, step: Step) -> dict:
    """What an allowed try does."""
    release = known.last_release(prescription["prescription"])
    if step.name == "release":
        from_test = known.category.expiry is not None and known.category.expiry[0] == "test"
        basis = known.latest_negative.name if from_test and known.latest_negative else None
        return {"expires_at": gates.expiry(known, prescription), "basis": basis}
    if step.name == "confirm":
        own = known.confirmation(prescription["prescription"], step["pharmacy"], release)
        if own is not None and known.at < own.expires_at:
            return {"expires_at": own.expires_at, "new": False}
        return {"expires_at": gates.confirmation_expiry(known, release), "new": True}
    if step.name == "dispense":
        return {"dispensed": True}
    return {"reversed": True}


def verdict_of(step: Step, *, blockers: dict | None = None, planned: list[dict] | None = None) -> dict:
    """The oracle's form of a verdict."""
    codes = sorted(blockers or {})
    return {
        "step": step.index,
        "gate": step.name,
        "allowed": None if blockers is None else not codes,
        "codes": codes,
        "expires_at": step.effect.get("expires_at"),
        "opens_at": {code: moment for code, moment in (blockers or {}).items() if moment is not None},
        "duties": planned or [],
    }


def play(case: dict) -> list[dict]:
    """A verdict for each try and ask of a case."""
    player = Player(case["program"])
    found = [player.learn(raw) for raw in case["steps"]]
    return [verdict for verdict in found if verdict is not None]
