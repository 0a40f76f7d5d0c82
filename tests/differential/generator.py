"""Seeded, valid cases: coherent lives, disturbed at random, with tries a second before, on and after every edge."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.differential import papers
from tests.differential.edges import clock_changes
from tests.differential.episodes import live, try_gate
from tests.differential.life import Hit, Life
from tests.oracle.days import days, midnight
from tests.oracle.tables import PROGRAMS, Program

SHARES = {
    "us-pomalidomide": 5,
    "us-lenalidomide": 4,
    "us-thalidomide": 4,
    "us-ipledge": 4,
    "eu-pomalidomide": 2.5,
    "uk-pomalidomide": 2.5,
    "de-pomalidomide": 4,
    "us-macitentan": 0.1,
}
CATEGORY_SHARES = {  # more can go wrong there, or their edges are rarer
    "adult-female-can": 2.5,
    "child-female-can": 3.5,
    "child-female-cannot": 2,
    "child-male": 2,
    "wcbp": 2,
    "can": 2.5,
}
LAST_YEAR = 2032


@dataclass
class Generated:
    """A case with the oracle's verdicts and the edges it stood on."""

    case: dict
    verdicts: list[dict]
    hits: Counter[Hit]


def generate(seed: int, only: str | None = None, zone: ZoneInfo | None = None) -> Generated:
    """The case of a seed: the same always. `only` names a program to stay with, `zone` takes the place of its own."""
    rng = Random(seed)  # noqa: S311 — cases, not secrets
    program = PROGRAMS[only or rng.choices(list(SHARES), list(SHARES.values()))[0]]
    program = replace(program, zone=zone) if zone else program
    pivot = pivot_of(rng, program)
    start = max(pivot - timedelta(days=rng.choice((2, 20, 45, 70, 110)) * rng.random()), earliest(program))
    category = rng.choices(program.categories, [CATEGORY_SHARES.get(name, 1) for name in program.categories])[0]
    life = Life(rng, program, category, start.replace(microsecond=0), pivot)
    length = rng.randint(24, 60)
    if program.retired_on:
        live_retired(life, length)
    else:
        set_up(life)
        live(life, length)
    case = {"id": f"seed-{seed}", "program": program.code, "steps": life.steps}
    return Generated(case, life.verdicts, life.hits)


def cases(first_seed: int) -> Iterator[Generated]:
    """Case after case."""
    seed = first_seed
    while True:
        yield generate(seed)
        seed += 1


def earliest(program: Program) -> datetime:
    """No step of a generated life is earlier than this."""
    starts_on = program.retired_on or program.starts_on
    return midnight(starts_on + days(1), program.zone)


def pivot_of(rng: Random, program: Program) -> datetime:
    """The instant a life is placed around: a clock change, the change of editions, or any day."""
    roll = rng.random()
    if len(program.editions) > 1 and roll < 0.3:
        return midnight(program.editions[-1].starts_on, program.zone)
    first = earliest(program)
    if roll < 0.9 and clock_changes(program.zone):
        changes = [(at, kind) for at, kind in clock_changes(program.zone) if at > first and at.year <= LAST_YEAR]
        kind = rng.choice(sorted({name for _, name in changes}))
        return rng.choice([at for at, name in changes if name == kind])
    last = datetime(LAST_YEAR, 12, 1, tzinfo=UTC)
    return first + timedelta(seconds=rng.randint(0, int((last - first).total_seconds())))


def live_retired(life: Life, length: int) -> None:
    """In a retired program everything is allowed and nothing is planned."""
    life.pharmacies = {"harbour": life.zone}
    life.fact("prescription.written", prescription="rx-0", prescriber="dr-a", days_supply=life.rng.choice((0, 30, 400)))
    if life.chance(0.5):
        life.fact("patient.enrolled", category="can", birth_date="1990-01-01")
    life.fact("treatment.started")
    for _ in range(length // 2):
        life.wait(20)
        try_gate(life, life.rng.choice(("release", "confirm", "dispense", "reverse", "plan")), "rx-0", "harbour")


def set_up(life: Life) -> None:
    """Certificates, enrolment, agreement, contraception; each may be missing."""
    steps = [
        lambda: papers.certify(life, "dr-a"),
        lambda: papers.certify_pharmacy(life, "harbour"),
        lambda: papers.certify_pharmacy(life, "hilltop"),
        lambda: papers.enrol(life),
        lambda: papers.agree(life, papers.beside(life, "patient.enrolled") if life.chance(0.2) else None),
    ]
    life.pharmacies = {"harbour": life.zone}
    for step in steps:
        if life.chance(0.95):
            step()
            life.tick()
    if "hilltop" not in life.pharmacies:
        life.pharmacies["hilltop"] = life.zone
    if len(life.program.editions) > 1:
        edge_of_editions(life)
    if life.category.can and life.chance(0.95):
        papers.state(life, good=life.chance(0.93))
    if life.chance(0.3):
        life.fact("counselled")


def edge_of_editions(life: Life) -> None:
    """The midnight at which the next edition begins."""
    starts_on = life.program.editions[-1].starts_on
    life.edge("order:edition-starts", life.now, midnight(starts_on, life.zone))
