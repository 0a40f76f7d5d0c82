"""Plays a case: facts are learnt, tries are decided and take effect where allowed, asks are answered."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compliance.rules.cases import AskStep, Case, FactStep, Step, TryStep
from compliance.rules.decide import decide
from compliance.rules.facts import Facts
from compliance.rules.plan import plan
from compliance.rules.text import write_instant
from compliance.rules.verdict import Duty, Verdict

Words = Callable[[Verdict, int], dict[str, str]]


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """The answer to an ask; `at` in the program's zone."""

    at: datetime
    edition: str
    duties: tuple[Duty, ...]


Answer = Verdict | PlanAnswer
# Whatever plays a case gives the answer of each try and ask, with the step's place.
Player = Callable[[Case], Iterator[tuple[int, Answer]]]


def play(case: Case) -> Iterator[tuple[int, Answer]]:
    """By the pure rules, from the facts of the case alone."""
    facts = Facts()
    for index, step in enumerate(case.steps):
        match step:
            case FactStep():
                facts = facts.plus(step.event)
            case TryStep():
                verdict = decide_step(facts, case, step)
                if verdict.outcome is not None:
                    facts = facts.plus(verdict.outcome)
                yield index, verdict
            case AskStep():
                yield index, plan_step(facts, case, step)


def decide_step(facts: Facts, case: Case, step: TryStep) -> Verdict:
    return decide(
        facts,
        case.program,
        gate=step.gate,
        at=step.at,
        prescription=step.prescription,
        pharmacy=step.pharmacy,
        method=step.method,
        counselled=step.counselled,
        guide_given=step.guide_given,
    )


def plan_step(facts: Facts, case: Case, step: AskStep) -> PlanAnswer:
    edition = case.program.edition_at(step.at)
    duties = plan(facts, case.program, at=step.at)
    return PlanAnswer(step.at.astimezone(case.program.zone), edition.id, duties)


def write_answer(case: str, step: int, answer: Answer, words: Callable[[Verdict, Any], dict[str, str]]) -> dict[str, Any]:
    """The verdict as the contract's JSON object; `words` gives `says` and `next` for a blocker of a verdict."""
    head = {"case": case, "step": step}
    if isinstance(answer, PlanAnswer):
        at = write_instant(answer.at)
        duties = [write_duty(duty) for duty in answer.duties]
        shared = {"gate": "plan", "at": at, "allowed": None, "expires_at": None, "edition": answer.edition}
        return {**head, **shared, "duties": duties}
    return {
        **head,
        "gate": answer.gate.value,
        "at": write_instant(answer.at),
        "allowed": answer.allowed,
        "expires_at": _instant(answer.expires_at),
        "edition": answer.edition,
        "blockers": [
            {
                "code": blocker.code.value,
                "owner": blocker.owner.value,
                "opens_at": _instant(blocker.opens_at),
                "fix_by": _instant(blocker.fix_by),
                **words(answer, blocker),
                "cite": blocker.cite,
            }
            for blocker in answer.blockers
        ],
    }


def _instant(at: datetime | None) -> str | None:
    return write_instant(at) if at else None


def write_duty(duty: Duty) -> dict[str, Any]:
    return {
        "duty": duty.duty.value,
        "owner": duty.owner.value,
        "opens_on": duty.opens_on.isoformat() if duty.opens_on else None,
        "due_on": duty.due_on.isoformat(),
        "overdue": duty.overdue,
        "advice": duty.advice,
        "cite": duty.cite,
    }


def differences(step: Step, answer: Answer) -> Iterator[str]:
    """What the step expected and the answer does not give, one sentence each."""
    given = step.expect.given if step.expect else {}
    verdict = answer if isinstance(answer, Verdict) else None
    duties = answer.duties if isinstance(answer, PlanAnswer) else ()
    actual: dict[str, Any] = {
        "allowed": verdict.allowed if verdict else None,
        "blockers": sorted(verdict.codes) if verdict else [],
        "expires_at": verdict.expires_at if verdict else None,
    }
    for key in actual.keys() & given.keys():
        expected = sorted(set(given[key])) if key == "blockers" else given[key]
        if expected != actual[key]:
            yield f"{key}: expected {_shown(expected)}, got {_shown(actual[key])}"
    for wanted in given.get("duties", ()):
        if not any(all(getattr(duty, key) == value for key, value in wanted.items()) for duty in duties):
            yield f"duties: expected {_shown(wanted)}, got {_shown([write_duty(duty) for duty in duties])}"
    for name in given.get("no_duties", ()):
        if any(duty.duty == name for duty in duties):
            yield f"no_duties: expected no {name}"


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return write_instant(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_shown, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(one)}" for key, one in value.items()) + "}"
    return str(value)
