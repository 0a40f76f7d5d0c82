"""Hold the product against the oracle, verdict by verdict."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from tests import oracle
from tests.differential import product
from tests.differential.coverage import Coverage
from tests.differential.generator import generate
from tests.differential.shrink import shrink

COMPARED = ("step", "gate", "allowed", "codes", "expires_at", "opens_at", "duties")
Answers = Callable[[dict], list[dict]]


@dataclass
class Disagreement:
    """A case on which the two differ, as it was made and as it was shrunk."""

    seed: int
    case: dict
    found: str

    def lines(self) -> str:
        """The minimal case as one line of JSONL, and what differs."""
        return f"{self.found}\n{json.dumps(self.case)}"


def difference(expected: list[dict], answered: list[dict]) -> str | None:
    """The first difference between the two implementations' verdicts of one case; None where there is none."""
    if len(expected) != len(answered):
        return f"{len(expected)} verdicts expected, {len(answered)} given"
    for ours, theirs in zip(expected, answered, strict=True):
        for key in COMPARED:
            if ours[key] != theirs[key]:
                return f"step {ours['step']} {ours['gate']}: {key}: oracle {ours[key]!r}, product {theirs[key]!r}"
    return None


def check(seed: int, coverage: Coverage, answers: Answers = product.answers) -> Disagreement | None:
    """One generated case through both."""
    made = generate(seed)
    coverage.count(made)
    if not difference(made.verdicts, answered(made.case, answers)):
        return None
    return minimal(seed, made.case, answers)


def answered(case: dict, answers: Answers) -> list[dict]:
    """The product's verdicts; an error of any kind is an answer that agrees with nothing."""
    try:
        return answers(case)
    except Exception as error:  # noqa: BLE001 — whatever the product raises on a valid case is a disagreement
        return [{"error": repr(error)}] * (1 + sum("fact" not in step for step in case["steps"]))


def minimal(seed: int, case: dict, answers: Answers = product.answers) -> Disagreement:
    """Shrink a case on which the two differ."""

    def disagrees(smaller: dict) -> bool:
        return difference(oracle.play(smaller), answered(smaller, answers)) is not None

    small = shrink(case, disagrees)
    given = answered(small, answers)
    found = given[0]["error"] if "error" in given[0] else difference(oracle.play(small), given)
    return Disagreement(seed, small, str(found))


def run(first_seed: int, tries: int, *, stop_after: int = 5, answers: Answers = product.answers):
    """Cases from a seed on until so many tries were made; what was covered, and the disagreements found."""
    coverage, found, seed = Coverage(), [], first_seed
    while coverage.tried < tries and len(found) < stop_after:
        disagreement = check(seed, coverage, answers)
        if disagreement:
            found.append(disagreement)
        seed += 1
    return coverage, found
