"""When a prescription could be released if one more negative test were there. Reads the gate, stores nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from compliance.rules.decide import decide
from compliance.rules.events import PregnancyTestResulted, Setting
from compliance.rules.facts import Facts
from compliance.rules.program import Program
from compliance.rules.verdict import Gate, Verdict
from prescriptions.selectors.preview import if_signed_now

HORIZON = timedelta(days=62)  # longer than any wait a program asks for: a month of contraception, a lock
MOST_MOMENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """A negative test: the instant of collection, sensitivity in mIU/mL, setting."""

    collected_at: datetime
    sensitivity: float
    setting: Setting
    home_allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """The earliest moment found at which the gate says yes; where there is none, the one with the fewest blockers.

    `asked_until` is the first instant that was not looked at any more.
    """

    verdict: Verdict
    asked_until: datetime


def foresee(
    facts: Facts, program: Program, supposed: Supposed, *, prescriber_id: UUID, at: datetime, held: str | None = None
) -> Foreseen:
    """Ask the release gate from the later of `at` and the collection on, at every moment the answer can change.

    `held` names a prescription that waits; without one it is a prescription that this prescriber would write at the
    very moment of the release, within the limits, with all that its form brings along. Raises `NoEdition`.
    """
    start = max(moment for moment in (at, facts.last_learnt_at, supposed.collected_at) if moment is not None)
    known = facts.plus(
        PregnancyTestResulted(
            start,
            test=str(uuid4()),
            collected_at=supposed.collected_at,
            result="negative",
            sensitivity=supposed.sensitivity,
            setting=supposed.setting,
            home_allowed=supposed.home_allowed,
        )
    )

    def ask(moment: datetime) -> Verdict:
        if held is not None:
            return decide(known, program, gate=Gate.RELEASE, at=moment, prescription=held)
        return if_signed_now(known, program, prescriber_id=prescriber_id, at=moment)

    return _search(ask, program, start)


def _search(ask: Callable[[datetime], Verdict], program: Program, start: datetime) -> Foreseen:
    end = start + HORIZON
    best = verdict = ask(start)
    for _ in range(MOST_MOMENTS):
        following = verdict.next_change_at
        if best.allowed or following is None or following >= end or program.gates_at(following) is None:
            break
        verdict = ask(following)
        if len(verdict.blockers) < len(best.blockers):
            best = verdict
    return Foreseen(verdict=best, asked_until=end)
