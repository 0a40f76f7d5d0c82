"""Plays cases: facts are learnt, tries are decided and take effect where allowed, asks are answered."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from compliance.rules.cases import AskStep, BadCase, Case, FactStep, TryStep, read_case
from compliance.rules.decide import decide
from compliance.rules.facts import Facts
from compliance.rules.plan import plan
from compliance.rules.program import Program
from compliance.rules.verdict import Duty, Verdict


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


@dataclass(frozen=True, slots=True)
class Answered:
    """A line that is a case, and the answers of its tries and asks. Line numbers count from 1."""

    number: int
    case: Case
    answers: tuple[tuple[int, Answer], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is none: it gives no answer, and the others go on."""

    number: int
    bad: BadCase


def answer_lines(
    lines: Iterable[bytes], programs: Mapping[str, Program], player: Player = play
) -> Iterator[Answered | Refused]:
    """Each line of a case file, in order."""
    for number, line in enumerate(lines, start=1):
        try:
            case = read_case(line, programs)
        except BadCase as bad:
            yield Refused(number, bad)
        else:
            yield Answered(number, case, tuple(player(case)))
