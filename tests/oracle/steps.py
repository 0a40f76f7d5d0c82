"""A step as the oracle reads it: the contract's own keys, with its moments parsed once."""

from dataclasses import dataclass, field
from datetime import date, datetime

from tests.oracle.days import instant


@dataclass(slots=True)
class Step:
    """One line of a case. `index` is its place in the list, `at` is UTC."""

    index: int
    name: str  # the fact's type, the try's gate, or "plan"
    is_fact: bool
    at: datetime
    raw: dict
    collected_at: datetime | None = None
    since: date | None = None
    effect: dict = field(default_factory=dict)  # what an allowed try did

    def __getitem__(self, key: str):
        return self.raw[key]

    def get(self, key: str, default=None):
        """A key that may be left out."""
        return self.raw.get(key, default)


def read_step(index: int, raw: dict) -> Step:
    """One JSON step. The generator makes only valid ones, so nothing is checked here."""
    name = raw.get("fact") or raw.get("try") or raw["ask"]
    collected = raw.get("collected_at")
    since = raw.get("since")
    return Step(
        index=index,
        name=name,
        is_fact="fact" in raw,
        at=instant(raw["at"]),
        raw=raw,
        collected_at=instant(collected) if collected else None,
        since=date.fromisoformat(since) if since else None,
    )


def latest(steps: list[Step]) -> Step | None:
    """The latest is the one with the greatest `at` (ties: the later in the list)."""
    return max(steps, key=lambda step: (step.at, step.index), default=None)
