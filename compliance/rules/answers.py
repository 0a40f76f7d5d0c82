"""Answers in the contract's JSON form, and what a case's `expect` says against them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from compliance.rules.cases import Step
from compliance.rules.history import Answer, PlanAnswer
from compliance.rules.text import write_instant
from compliance.rules.verdict import Blocker, Duty, Gate, Verdict

Words = Callable[[Gate, Blocker], dict[str, str]]
"""Gives `says` and `next` for a blocker at a gate: sentences belong to the edge, not to the rules."""


def write_answer(case: str, step: int, answer: Answer, words: Words) -> dict[str, Any]:
    """The verdict as the contract's JSON object; `words` gives `says` and `next` for a blocker."""
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
                **words(answer.gate, blocker),
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


def plain_answer(answer: Answer) -> str:
    """What an answer says, in one line, whatever edition said it."""
    if isinstance(answer, PlanAnswer):
        duties = (f"{duty.duty} due {duty.due_on}{' overdue' if duty.overdue else ''}" for duty in answer.duties)
        return "plan: " + (", ".join(duties) or "nothing")
    if answer.blockers:
        return f"{answer.gate}: no, {', '.join(answer.codes)}"
    return f"{answer.gate}: yes" + (f", until {write_instant(answer.expires_at)}" if answer.expires_at else "")
