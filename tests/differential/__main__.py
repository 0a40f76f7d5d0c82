"""python -m tests.differential --tries 10000000 --seed 1 --processes 2: the oracle against the product."""

import argparse
import sys
import time
from multiprocessing import get_context

from tests.differential.compare import run
from tests.differential.coverage import Coverage

APART = 1_000_000_000  # seeds of two processes never meet


def main() -> int:
    """Run, print the table, the seed and each disagreement; 1 where there is one."""
    parser = argparse.ArgumentParser(description="Hold the product's rules against the oracle.")
    parser.add_argument("--tries", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--quiet", action="store_true", help="leave the coverage table out")
    options = parser.parse_args()
    began = time.monotonic()
    coverage, found = shared_out(options.seed, options.tries, options.processes)
    seconds = time.monotonic() - began
    for line in [] if options.quiet else coverage.lines():
        say(line)
    for disagreement in found:
        say(f"seed {disagreement.seed}: {disagreement.lines()}")
    say(
        f"seed {options.seed}, {options.processes} processes: {coverage.tried:,} tries in {seconds:.0f} s"
        f" ({coverage.tried / seconds:,.0f} a second), {coverage.share_allowed:.1%} allowed,"
        f" {len(found)} disagreements"
    )
    return 1 if found else 0


def shared_out(seed: int, tries: int, processes: int) -> tuple[Coverage, list]:
    """The run, split over processes."""
    parts = [(seed + number * APART, -(-tries // processes)) for number in range(processes)]
    if processes == 1:
        return run(*parts[0])
    coverage, found = Coverage(), []
    with get_context("spawn").Pool(processes) as pool:
        for covered, disagreements in pool.starmap(run, parts):
            coverage.add(covered)
            found.extend(disagreements)
    return coverage, found


def say(line: str) -> None:
    """One line of the report."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
