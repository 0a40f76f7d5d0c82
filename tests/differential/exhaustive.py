"""python -m tests.differential.exhaustive: every short sequence of events through both implementations.

Two runs for each of two alphabets of ten kinds of event: every sequence of up to six, gaps drawn by seed; and every
sequence of up to four with every boundary gap (a second before, on and after each) at each place, the other gaps drawn.
After every event all four gates and the plan are compared. Sequences share what their beginnings have in common.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product as every
from multiprocessing import get_context
from random import Random

from compliance.rules.facts import Facts
from tests.differential import product
from tests.differential.alphabet import ALPHABETS, TRIES, Scene, attempt, boundaries, event, opening
from tests.differential.compare import difference
from tests.oracle.play import Player
from tests.oracle.steps import read_step

HOUR, DAY = 3600, 86400
GATES = ("release", "confirm", "dispense", "reverse")
GAPS = (
    0,
    1,
    600,
    HOUR,
    23 * HOUR,
    24 * HOUR - 1,
    24 * HOUR,
    24 * HOUR + 1,
    3 * DAY,
    6 * DAY,
    7 * DAY,
    21 * DAY,
    30 * DAY,
)
GAP_SHARES = (2, 2, 6, 6, 2, 1, 1, 1, 2, 2, 2, 2, 1)


@dataclass
class Count:
    """What a run did."""

    sequences: int = 0
    compared: int = 0
    found: list[str] = field(default_factory=list)


@dataclass
class Branch:
    """One beginning of a sequence: the scene, the oracle's player and the product's facts at its end."""

    scene: Scene
    player: Player
    facts: Facts
    free: bool  # whether a boundary gap may still be used

    def grown(self, raws: list[dict], scene: Scene, *, free: bool) -> "Branch":
        """The branch with some more steps; the branch itself stays as it is."""
        player = Player(self.player.program.code)
        player.steps = list(self.player.steps)
        facts = self.facts
        for raw in raws:
            facts = product.learn(facts, player.program.code, raw)
            player.learn(raw)
        return Branch(scene, player, facts, free)


def walk(branch: Branch, depth: int, kinds: tuple[str, ...], rng: Random, count: Count, *, at_boundaries: bool) -> None:
    """Every sequence of up to `depth` more events."""
    if depth == 0 or count.found:
        return
    for kind in kinds:
        for longer in grow(branch, kind, rng, at_boundaries=at_boundaries):
            count.sequences += 1
            compare_here(longer, count)
            walk(longer, depth - 1, kinds, rng, count, at_boundaries=at_boundaries)


def grow(branch: Branch, kind: str, rng: Random, *, at_boundaries: bool) -> Iterator[Branch]:
    """The branch with one event more, once for each moment at which it may happen."""
    for now, free in moments(branch, rng, at_boundaries=at_boundaries):
        scene = branch.scene.copy()
        scene.now = now
        raws = [attempt(scene, kind)] if kind in TRIES else event(scene, kind)
        yield branch.grown(raws, scene, free=free)


def moments(branch: Branch, rng: Random, *, at_boundaries: bool) -> Iterator[tuple[datetime, bool]]:
    """The moment of the next event: one gap drawn, and every boundary where none was used yet."""
    gap = rng.choices(GAPS, GAP_SHARES)[0]
    yield branch.scene.now + timedelta(seconds=gap), branch.free
    if at_boundaries and branch.free:
        for boundary in boundaries(branch.scene.now, branch.scene.program):
            for second in (-1, 0, 1):
                yield boundary + timedelta(seconds=second), False


def compare_here(branch: Branch, count: Count) -> None:
    """All gates and the plan at the branch's last moment."""
    scene, player = branch.scene, branch.player
    raws = [attempt(scene, gate) for gate in GATES] + [{"ask": "plan", "at": scene.text()}]
    known = player.known_at(scene.now)
    index = len(player.steps)
    ours = [player.answer_from(known, read_step(index, raw)) for raw in raws]
    theirs = [product.answer(branch.facts, player.program.code, index, raw) for raw in raws]
    count.compared += len(raws)
    found = difference(ours, theirs)
    if found:
        steps = [step.raw for step in player.steps] + raws
        case = {"id": "exhaustive", "program": player.program.code, "steps": steps}
        count.found.append(f"{found}\n{json.dumps(case)}")


def subtree(alphabet: str, beginning: tuple[str, ...], depth: int, seed: int, at_boundaries: bool) -> Count:
    """Every sequence with this beginning, in a scene drawn by seed; what is shorter than that is compared too."""
    rng = Random(f"{seed} {alphabet} {beginning} {at_boundaries}")  # noqa: S311 — cases, not secrets
    scene, steps = opening(rng)
    start = Branch(scene, Player(scene.program.code), Facts(), free=True)
    branches, count = [start.grown(steps, scene, free=True)], Count()
    for kind in beginning:
        branches = [longer for each in branches for longer in grow(each, kind, rng, at_boundaries=at_boundaries)]
        for each in branches:
            compare_here(each, count)
    for each in branches:
        count.sequences += 1
        walk(each, depth - len(beginning), ALPHABETS[alphabet], rng, count, at_boundaries=at_boundaries)
    return count


def jobs(seed: int, fraction: float, alphabets: Sequence[str]) -> list[tuple]:
    """The subtrees of both runs, or a seeded share of them."""
    found = []
    for alphabet in alphabets:
        kinds = ALPHABETS[alphabet]
        found += [(alphabet, beginning, 6, seed, False) for beginning in every(kinds, repeat=3)]
        found += [(alphabet, beginning, 4, seed, True) for beginning in every(kinds, repeat=2)]
    rng = Random(seed)  # noqa: S311 — a share of the work, not a secret
    return [job for job in found if rng.random() < fraction]


def run(seed: int, fraction: float, processes: int, alphabets: Sequence[str] = tuple(ALPHABETS)) -> Count:
    """All jobs, added up."""
    total = Count()
    with get_context("spawn").Pool(processes) as pool:
        for count in pool.imap_unordered(run_job, jobs(seed, fraction, alphabets)):
            total.sequences += count.sequences
            total.compared += count.compared
            total.found += count.found
    return total


def run_job(job: tuple) -> Count:
    """One subtree, for a pool."""
    return subtree(*job)


def main() -> int:
    """Run, report; 1 where there is a disagreement."""
    parser = argparse.ArgumentParser(description="Every short sequence of events, through the product and the oracle.")
    parser.add_argument("--fraction", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--alphabets", nargs="+", choices=list(ALPHABETS), default=list(ALPHABETS))
    options = parser.parse_args()
    began = time.monotonic()
    count = run(options.seed, options.fraction, options.processes, options.alphabets)
    seconds = time.monotonic() - began
    for found in count.found[:10]:
        sys.stdout.write(found + "\n")
    sys.stdout.write(
        f"seed {options.seed}, fraction {options.fraction}: {count.sequences:,} sequences, {count.compared:,} verdicts"
        f" compared in {seconds:.0f} s, {len(count.found)} disagreements\n"
    )
    return 1 if count.found else 0


if __name__ == "__main__":
    sys.exit(main())
