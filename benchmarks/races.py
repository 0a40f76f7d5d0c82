"""The races of tests/concurrency, many tries each, with the patient's lock and without it.

    python benchmarks/races.py [--tries 1000] [--controls 100] [--seed 20230324]

Prints one line a race: how often exactly one side won, how often somebody decided from old facts, how often a
constraint had to stop it, and how long a try took with its clearing up.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.own_site import own_site


def main() -> None:
    """Run every race, locked and as a control; exit 1 where the lock let something old through."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tries", type=int, default=1000)
    parser.add_argument("--controls", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20230324)
    asked = parser.parse_args()
    with own_site() as url:
        failed = [line for line in lines(url, asked) if "FAILED" in print_and_give(line)]
    sys.exit(bool(failed))


def print_and_give(line: str) -> str:
    print(line, flush=True)
    return line


def lines(url: str, asked: argparse.Namespace) -> Iterator[str]:
    """One sentence a race and side of the comparison."""
    from tests.concurrency.meeting import Ring, stops
    from tests.concurrency.races import AgainstACategoryChange, AgainstAPositiveTest, DoubleClick, TwoPharmacies

    for race in (TwoPharmacies, DoubleClick, AgainstAPositiveTest, AgainstACategoryChange):
        for locked, tries in ((True, asked.tries), (False, asked.controls)):
            ring = Ring(url, seed=asked.seed)
            began = time.perf_counter()
            with stops(locked=locked):
                course = race(ring)
                course.run(tries)
            each = (time.perf_counter() - began) / tries
            ring.close()
            tally = course.report()
            said = ", ".join(f"{what}: {number}" for what, number in sorted(tally.items()))
            verdict = " FAILED" if (tally["stale"] > 0) is locked else ""
            how = "locked" if locked else "control"
            yield f"{race.__name__} {how}, {tries} tries, {each * 1000:.0f} ms each: {said}{verdict}"


if __name__ == "__main__":
    main()
