"""Seeded, valid cases: coherent lives, disturbed at random, with tries a second before, on and after every edge."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from tests.differential import papers
from tests.differential.edges import SECOND, clock_changes
from tests.differential.life import Hit, Life
from tests.differential.repairs import mend, place
from tests.differential.upsets import upset
from tests.oracle.days import days, midnight
from tests.oracle.tables import PROGRAMS, Program

SHARES = {
    "us-pomalidomide": 3,
    "us-lenalidomide": 3,
    "us-thalidomide": 3,
    "us-ipledge": 4,
    "eu-pomalidomide": 2,
    "uk-pomalidomide": 2,
    "de-pomalidomide": 2,
    "us-macitentan": 0.1,
}
GATE_OF_EDGE = {
    "authorization-end": ("confirm", "dispense", "release"),
    "confirmation-end": ("dispense", "confirm", "plan", "dispense"),
    "ship-midnight": ("dispense",),
    "supply-opens": ("confirm", "dispense"),
    "no-blood-end": ("plan",),
    "birthday": ("release", "confirm", "plan"),
}
NEEDS_A_FRESH_PRESCRIPTION = {
    "contraception-days",
    "survey-due",
    "test-window",
    "birthday",
    "months-up",
    "lock-end",
    "edition-starts",
    "supply-opens",
    "statement-since",
}
AFTER_STOP = (
    "no-blood-end",
    "duty:no-blood-donation",
    "duty:no-semen-donation",
    "duty:contraception-after-stop",
    "duty:final-test",
    "duty:return-unused",
    "duty:test-at-stop",
)
LAST_YEAR = 2032


@dataclass
class Generated:
    """A case with the oracle's verdicts and the edges it stood on."""

    case: dict
    verdicts: list[dict]
    hits: Counter[Hit]


def generate(seed: int) -> Generated:
    """The case of a seed: the same always."""
    rng = Random(seed)  # noqa: S311 — cases, not secrets
    program = PROGRAMS[rng.choices(list(SHARES), list(SHARES.values()))[0]]
    pivot = pivot_of(rng, program)
    start = max(pivot - timedelta(days=rng.choice((2, 20, 45, 70, 110)) * rng.random()), earliest(program))
    life = Life(rng, program.code, rng.choice(program.categories), start.replace(microsecond=0), pivot)
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
    if roll < 0.9:
        changes = [(at, kind) for at, kind in clock_changes(program.zone) if at > first and at.year <= LAST_YEAR]
        kind = rng.choice(("spring", "autumn"))
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
    life.edge("edition-starts", life.now, midnight(starts_on, life.zone))


def live(life: Life, length: int) -> None:
    """Course after course, with edges and upsets between."""
    while len(life.steps) < length:
        life.rng.choices(EPISODES, EPISODE_SHARES)[0](life)


def disturbed(life: Life) -> None:
    """Something goes wrong or changes, and somebody asks."""
    upset(life)
    life.tick()
    if life.chance(0.6):
        random_try(life)


def last_dose(life: Life) -> None:
    """A stop, and the weeks after it."""
    life.aim(0.5, from_hours=-27 * 24, to_hours=0, within_days=60)
    papers.stop(life)
    life.ask()
    for _ in range(4):
        if life.chance(0.3):
            place(life, "collected-final")
        probe(life, AFTER_STOP)


def far_away(life: Life) -> None:
    """Back after months: on the day on which they are up, or the survey is due; the next course follows."""
    probe(life, ("months-up", "survey-due"), within=420)
    if life.chance(0.7):
        course(life)


def course(life: Life) -> None:
    """A prescription from its papers to the supply, with what may come between."""
    life.aim(0.4, from_hours=-6 * 24, to_hours=10 * 24, within_days=60)
    rx, pharmacy = prepare(life), life.rng.choice(("harbour", "harbour", "hilltop"))
    if life.chance(0.35):
        probe(life, kinds=None, within=31, rx=rx)
    for gate in ("release", "confirm", "dispense"):
        if gate != "confirm" or not life.aim(0.7, from_hours=-24, to_hours=0, within_days=6):
            life.tick()
        if not insist(life, gate, rx, pharmacy):
            return
        if life.chance(0.18):
            probe(life, rx=rx, pharmacy=pharmacy)
        if life.chance(0.12):
            upset(life)
    if life.chance(0.2):
        life.fact("treatment.started", papers.moment(life, 0.1))
    if life.chance(0.1):
        life.wait(3)
        life.attempt("reverse", rx, pharmacy=pharmacy)
    if life.chance(0.4):
        life.ask()


def prepare(life: Life) -> str:
    """A prescription with most of its papers."""
    if life.category.can and life.chance(0.35):
        papers.take_test(life)
        life.tick()
    life.aim(0.3, from_hours=-2, to_hours=24, within_days=6)
    rx = papers.write(life, **oddities(life))
    if life.category.can and life.chance(0.4):
        place(life)
    tasks = [lambda: papers.counsel(life, rx, papers.moment(life, 0.15))]
    if life.edition().prescriber_survey:
        tasks.append(lambda: life.fact("survey.completed", by="prescriber", prescription=rx))
    if life.category.survey_months:
        tasks.append(lambda: papers.survey(life, papers.moment(life, 0.1)))
    tasks.extend(
        lambda form=form: life.fact("form.signed", form=form, prescription=rx) for form in life.edition().forms
    )
    for task in tasks:
        if life.chance(0.85):
            task()
    return rx


def oddities(life: Life) -> dict[str, object]:
    """What may be unusual about a prescription."""
    odd: dict[str, object] = {}
    if life.chance(0.05):
        odd["refills"] = life.rng.choice((0, 1, 3))
    if life.chance(0.07):
        odd["verbal"] = life.chance(0.7)
    if life.chance(0.3):
        limit = life.category.supply_days
        odd["days_supply"] = life.rng.choice((1, 7, 14, limit, limit, limit - 1, limit + 1, 0))
    if life.chance(0.05):
        odd["prescriber"] = "dr-b"
    return odd


def insist(life: Life, gate: str, rx: str, pharmacy: str) -> bool:
    """Try a gate; where it is refused, mend and try again."""
    for _ in range(life.rng.choice((1, 2, 3))):
        verdict = try_gate(life, gate, rx, pharmacy)
        if verdict["allowed"]:
            return True
        if not mend(life, rx, pharmacy, verdict):
            return False
    return try_gate(life, gate, rx, pharmacy)["allowed"]


def try_gate(life: Life, gate: str, rx: str, pharmacy: str) -> dict:
    """One try, or an ask."""
    if gate == "plan":
        return life.ask()
    keys: dict[str, object] = {} if gate == "release" else {"pharmacy": pharmacy}
    if gate == "dispense":
        keys["method"] = life.rng.choice(("handover", "handover", "ship"))
        keys["counselled"] = life.chance(0.96)
        keys["guide_given"] = life.chance(0.96)
    return life.attempt(gate, rx, **keys)


def random_try(life: Life) -> None:
    """Some gate for some prescription."""
    if not life.written:
        life.ask()
        return
    rx = life.rng.choice(list(life.written)[-3:])
    gate = life.rng.choice(("release", "release", "confirm", "confirm", "dispense", "reverse", "plan"))
    try_gate(life, gate, rx, life.rng.choice(("harbour", "hilltop")))


def probe(
    life: Life, kinds: tuple[str, ...] | None = None, within: int = 45, rx: str | None = None, pharmacy: str = "harbour"
) -> None:
    """Go to an edge ahead: one second before it, on it, after it, or all three; and ask what it changes."""
    if life.chance(0.15) and place(life):
        random_try(life)
        return
    edge = life.choose_edge(kinds, within)
    if edge is None:
        return
    if rx is None and life.written:
        rx = life.rng.choice(list(life.written)[-2:])
    if edge.kind.startswith("duty:") or rx is None:
        gates = ("plan",)
    else:
        gates = GATE_OF_EDGE.get(edge.kind, ("release", "release", "confirm", "plan"))
    if edge.kind in NEEDS_A_FRESH_PRESCRIPTION and edge.at > life.now + timedelta(days=1) and life.chance(0.6):
        life.to(edge.at - timedelta(seconds=life.rng.randint(60, 86_000)))
        rx = prepare(life)
        if edge.kind == "supply-opens":
            insist(life, "release", rx, pharmacy)
    offsets = (-1, 0, 1) if life.chance(0.4) else (life.rng.choice((-1, 0, 1)),)
    for offset in offsets:
        if life.to(edge.at + SECOND * offset):
            try_gate(life, life.rng.choice(gates), rx or "", pharmacy)


EPISODES, EPISODE_SHARES = zip(
    *(
        (course, 30),
        (probe, 32),
        (disturbed, 18),
        (random_try, 7),
        (Life.ask, 5),
        (lambda life: life.wait(life.rng.choice((1, 5, 20, 35))), 3),
        (last_dose, 2.5),
        (far_away, 2),
        (lambda life: life.wait(400), 0.5),
    ),
    strict=True,
)
