"""python -m tests.differential.waiting: does the product know how long its answer holds?

A verdict carries `next_change_at`: no later than the first moment at which the answer could differ with no new fact. A
held prescription is asked again only then, so a moment that is too late is a wrongful block. The oracle is asked the
same question at moments before it, most of all a second before it, and must give the same blockers.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from compliance.rules.facts import Facts
from tests.differential import product
from tests.differential.generator import generate
from tests.oracle.play import Player
from tests.oracle.steps import read_step

SECOND = timedelta(seconds=1)
FAR = timedelta(days=500)
SAMPLES = 4


def check(seed: int) -> Iterator[str]:
    """Each try of a case whose answer changes before the product says it can."""
    case = generate(seed).case
    if case["program"] == "us-macitentan":  # retired: nothing changes
        return
    rng = Random(seed)  # noqa: S311 — moments, not secrets
    player, facts = Player(case["program"]), Facts()
    for index, raw in enumerate(case["steps"]):
        if "try" in raw:
            verdict = product.verdict(facts, case["program"], raw)
            codes = player.answer(read_step(index, raw))["codes"]
            for at in moments(rng, product.utc(verdict.at), product.utc(verdict.next_change_at)):
                later = player.answer(read_step(index, raw | {"at": at.isoformat()}))["codes"]
                if later != codes:
                    early = case | {"steps": [*case["steps"][:index], raw, raw | {"at": at.isoformat()}]}
                    yield f"next change at {verdict.next_change_at}, but at {at} {later}\n{json.dumps(early)}"
                    break
        facts = product.learn(facts, case["program"], raw)
        player.learn(raw)


def moments(rng: Random, at: datetime, next_change_at: datetime | None) -> Iterator[datetime]:
    """Moments at which the answer may not have changed yet."""
    end = next_change_at or at + FAR
    if end - SECOND > at:
        yield end - SECOND
        for _ in range(SAMPLES):
            yield at + timedelta(seconds=rng.randint(1, int((end - at).total_seconds()) - 1))


def run(first_seed: int, cases: int) -> list[str]:
    """The findings of so many cases."""
    return [found for seed in range(first_seed, first_seed + cases) for found in check(seed)]


def main() -> int:
    """1 where an answer changed too early."""
    parser = argparse.ArgumentParser(description="Hold next_change_at against the oracle.")
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = run(options.seed, options.cases)
    for line in found[:5]:
        sys.stdout.write(line + "\n")
    sys.stdout.write(f"seed {options.seed}, {options.cases:,} cases: {len(found)} answers changed too early\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
