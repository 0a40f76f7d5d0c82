"""What a run has hit: edges by category and clock change, shares, codes, duties."""

from collections import Counter
from collections.abc import Iterator

from tests.differential.generator import Generated

WANTED = 1_000


class Coverage:
    """Counts that can be added up over processes."""

    def __init__(self) -> None:
        self.cases = 0
        self.steps = 0
        self.hits: Counter = Counter()
        self.tries: Counter = Counter()
        self.allowed: Counter = Counter()
        self.codes: Counter = Counter()
        self.duties: Counter = Counter()

    def count(self, made: Generated) -> None:
        """Add one case."""
        self.cases += 1
        self.steps += len(made.case["steps"])
        self.hits.update(made.hits)
        for verdict in made.verdicts:
            self.tries[verdict["gate"]] += 1
            self.allowed[verdict["gate"]] += bool(verdict["allowed"])
            self.codes.update(verdict["codes"])
            self.duties.update(duty["duty"] for duty in verdict["duties"])

    def add(self, other: "Coverage") -> None:
        """Add what another process has counted."""
        self.cases += other.cases
        self.steps += other.steps
        for name in ("hits", "tries", "allowed", "codes", "duties"):
            getattr(self, name).update(getattr(other, name))

    @property
    def tried(self) -> int:
        """Tries without the asks."""
        return sum(number for gate, number in self.tries.items() if gate != "plan")

    @property
    def share_allowed(self) -> float:
        """Share of the tries that were allowed."""
        return sum(self.allowed.values()) / max(self.tried, 1)

    def lines(self) -> Iterator[str]:
        """The coverage table in words."""
        yield f"{self.cases:,} cases, {self.steps:,} steps, {self.tried:,} tries, {self.tries['plan']:,} asks"
        yield f"allowed: {self.share_allowed:.1%} of the tries"
        for gate in ("release", "confirm", "dispense", "reverse"):
            yield f"  {gate:10} {self.tries[gate]:>12,}   allowed {self.allowed[gate] / max(self.tries[gate], 1):.1%}"
        yield "blockers"
        yield from (f"  {code:32} {number:>12,}" for code, number in sorted(self.codes.items()))
        yield "duties"
        yield from (f"  {duty:32} {number:>12,}" for duty, number in sorted(self.duties.items()))
        yield from self.edge_lines()

    def edge_lines(self) -> Iterator[str]:
        """Edge kind and category, by clock change: the fewest hits among one second before, on and after."""
        yield "edges: the fewest hits among t - 1 s, t, t + 1 s, where the span to the edge holds the clock change"
        yield f"  {'edge':34} {'category':22} {'none':>10} {'spring':>10} {'autumn':>10}"
        low = 0
        for kind, category in sorted({(kind, category) for kind, category, _, _ in self.hits}):
            fewest = [
                min(self.hits[kind, category, seconds, change] for seconds in (-1, 0, 1))
                for change in ("none", "spring", "autumn")
            ]
            low += not kind.startswith("order:") and any(number < WANTED for number in fewest[1:])
            yield f"  {kind:34} {category:22} " + " ".join(f"{number:>10,}" for number in fewest)
        yield f"  rows with fewer than {WANTED:,} across a clock change: {low}"
