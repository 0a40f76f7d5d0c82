"""The product's side of the comparison: the only module here that imports it.

A case goes in as the line of JSON it would be in a file; the answers come back in the oracle's form.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from compliance.programs import load_programs
from compliance.rules import calendar, history
from compliance.rules.cases import read_case
from compliance.rules.decide import decide
from compliance.rules.facts import Facts
from compliance.rules.plan import plan
from compliance.rules.program import Program
from compliance.rules.verdict import Duty, Gate, Verdict
from compliance.rules.wire import read_event

OPENS_EXACTLY = {"contraception-too-recent", "supply-too-early", "test-locked"}

programs = cache(load_programs)


def answers(case: dict, *, zone: ZoneInfo | None = None) -> list[dict]:
    """The product's verdicts for every try and ask of a case; `zone` takes the place of every program's own."""
    read = read_case(json.dumps(case).encode(), moved(zone) if zone else programs())
    return [in_oracle_form(step, answer) for step, answer in history.play(read)]


@cache
def moved(zone: ZoneInfo) -> dict[str, Program]:
    """All programs in another zone."""
    return {
        code: Program(
            program.code,
            tuple(replace(each, zone=replace(each.zone, name=zone.key, info=zone)) for each in program.editions),
        )
        for code, program in programs().items()
    }


def window_ends(
    anchor: datetime, zone: ZoneInfo, day_windows: Iterable[tuple[int, bool]], month_windows: Iterable[int]
) -> Iterator[datetime]:
    """The end of each kind of window counted from a moment, by the product's calendar."""
    start = calendar.date_of(anchor, zone)
    for number, inclusive in day_windows:
        yield calendar.end_of_day(calendar.add_days(start, number - inclusive), zone).astimezone(UTC)
    for months in month_windows:
        yield calendar.end_of_day(calendar.add_months(start, months), zone).astimezone(UTC)


def hours_later(at: datetime, hours: int) -> datetime:
    """Elapsed hours, by the product's calendar."""
    return calendar.add_hours(at, hours).astimezone(UTC)


def learn(facts: Facts, program: str, raw: dict) -> Facts:
    """The facts with one more step in them: a fact, or a try with the outcome it had. An ask changes nothing."""
    if "ask" in raw:
        return facts
    if "fact" in raw:
        return facts.plus(read_event(raw))
    outcome = verdict(facts, program, raw).outcome
    return facts.plus(outcome) if outcome else facts


def answer(facts: Facts, program: str, step: int, raw: dict) -> dict:
    """One try or ask, without any effect."""
    if "ask" in raw:
        at = datetime.fromisoformat(raw["at"])
        return form(step, "plan", duties=[duty_form(duty) for duty in plan(facts, programs()[program], at=at)])
    return in_oracle_form(step, verdict(facts, program, raw))


def verdict(facts: Facts, program: str, raw: dict) -> Verdict:
    """The product's own verdict of one try."""
    return decide(
        facts,
        programs()[program],
        gate=Gate(raw["try"]),
        at=datetime.fromisoformat(raw["at"]),
        prescription=raw["prescription"],
        pharmacy=raw.get("pharmacy"),
        method=raw.get("method"),
        counselled=raw.get("counselled"),
        guide_given=raw.get("guide_given"),
    )


def in_oracle_form(step: int, answer: Any) -> dict:
    """One answer as the oracle would put it."""
    if not isinstance(answer, Verdict):
        return form(step, "plan", duties=[duty_form(duty) for duty in answer.duties])
    opens_at = {str(blocker.code): utc(blocker.opens_at) for blocker in answer.blockers if blocker.opens_at}
    codes = [str(blocker.code) for blocker in answer.blockers]
    return form(
        step,
        str(answer.gate),
        allowed=answer.allowed,
        codes=codes,
        expires_at=utc(answer.expires_at),
        opens_at={code: at for code, at in opens_at.items() if code in OPENS_EXACTLY},
    )


def form(step: int, gate: str, **given: Any) -> dict:
    """The oracle's keys, with nothing in those that are not given."""
    empty = {"allowed": None, "codes": [], "expires_at": None, "opens_at": {}, "duties": []}
    return {"step": step, "gate": gate} | empty | given


def duty_form(duty: Duty) -> dict:
    """One duty, key by key."""
    return {
        "duty": str(duty.duty),
        "owner": str(duty.owner),
        "opens_on": duty.opens_on,
        "due_on": duty.due_on,
        "overdue": duty.overdue,
        "advice": duty.advice,
    }


def utc(at: datetime | None) -> datetime | None:
    """The same instant in UTC: comparing aware moments of one zone would compare their walls."""
    return None if at is None else at.astimezone(UTC)
