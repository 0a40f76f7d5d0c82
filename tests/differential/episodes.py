"""Episodes of a life: courses, edges gone to, upsets, a stop with its weeks, months away."""

from datetime import timedelta

from tests.differential import papers
from tests.differential.edges import SECOND
from tests.differential.life import Life
from tests.differential.repairs import mend, place
from tests.differential.upsets import upset

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
    "order:edition-starts",
    "supply-opens",
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
BEFORE_START = ("duty:first-test", "duty:second-test")
IN_TREATMENT = ("duty:pregnancy-test", "duty:blood-count", "duty:patient-survey")


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
    life.next_pivot()
    if life.chance(0.4):
        course(life)
    life.aim(0.4, from_hours=-27 * 24, to_hours=0, within_days=20 if life.chance(0.6) else 240)
    papers.stop(life)
    life.ask()
    for _ in range(5):
        if life.chance(0.25):
            place(life, "collected-final")
        probe(life, AFTER_STOP if life.chance(0.8) else ("duty:return-unused",))


def night_of_the_change(life: Life) -> None:
    """Everything written in the hours before the clocks change: duties of that day end after it."""
    life.next_pivot()
    if not life.aim(1, from_hours=-2, to_hours=0, within_days=240):
        return
    if life.chance(0.3):
        papers.stop(life)
        life.ask()
        probe(life, ("duty:test-at-stop",))
        return
    papers.write(life)
    life.ask()
    probe(life, BEFORE_START)


def missed_window(life: Life) -> None:
    """Where a missed first window locks: a pair of tests, the window let go by, and tests beside the lock's end."""
    if not life.category.can or not life.edition().lock_days:
        return
    rx = prepare(life)
    insist(life, "release", rx, "harbour")
    life.wait(9)
    if life.chance(0.6):
        papers.take_test(life)
    random_try(life)
    probe(life, ("test-window", "lock-end"), rx=rx)
    place(life, "collected-lock-end")
    probe(life, ("lock-end",), rx=prepare(life))
    life.ask()


def lapsed_confirmation(life: Life) -> None:
    """A confirmation that nobody uses, from around a clock change to the day after it ended."""
    life.next_pivot()
    life.aim(0.8, from_hours=-60, to_hours=-10, within_days=240)
    rx = prepare(life)
    if insist(life, "release", rx, "harbour") and insist(life, "confirm", rx, "harbour"):
        probe(life, ("confirmation-end",), rx=rx)
        life.ask()
        probe(life, ("duty:reverse-unused",))


def stop_with_supply_left(life: Life) -> None:
    """A last dose while capsules are left; they are to be returned within four weeks."""
    if "dispense" not in life.marks or life.marks["dispense"] < life.now - timedelta(days=20):
        course(life)
    if life.near_pivot(hours=28 * 24) or life.chance(0.3):
        papers.stop(life)
        life.ask()
        probe(life, ("duty:return-unused",))


def far_away(life: Life) -> None:
    """Back after months: on the day on which they are up, or the survey is due; the next course follows."""
    probe(life, ("months-up", "survey-due"), within=420)
    if life.chance(0.7):
        course(life)


def course(life: Life) -> None:
    """A prescription from its papers to the supply, with what may come between."""
    if life.chance(0.7):
        life.next_pivot()
    life.aim(0.72, from_hours=-14 * 24, to_hours=8 * 24, within_days=240)
    rx, pharmacy = prepare(life), life.rng.choice(("harbour", "harbour", "hilltop"))
    if life.chance(0.12):
        life.ask()
        probe(life, BEFORE_START)
    elif life.chance(0.3):
        probe(life, within=31, rx=rx)
    for gate in ("release", "confirm", "dispense"):
        if gate != "confirm" or not aimed_confirm(life):
            life.tick()
        if not insist(life, gate, rx, pharmacy):
            return
        between(life, gate, rx, pharmacy)
    after_supply(life, rx, pharmacy)


def aimed_confirm(life: Life) -> bool:
    """Move to the day before the clocks change, sometimes to the very night."""
    from_hours = -2 if life.chance(0.55) else -24
    return life.aim(0.7, from_hours=from_hours, to_hours=0, within_days=6)


def between(life: Life, gate: str, rx: str, pharmacy: str) -> None:
    """After an allowed try: its own edges, or anything."""
    if gate == "confirm" and life.chance(0.1):
        life.attempt("confirm", rx, pharmacy="hilltop" if pharmacy == "harbour" else "harbour")
    if gate == "confirm" and life.near_pivot() and life.chance(0.8):
        probe(life, ("confirmation-end", "ship-midnight"), rx=rx, pharmacy=pharmacy)
        if life.chance(0.5):
            life.ask()
            probe(life, ("duty:reverse-unused",))
    elif life.chance(0.18):
        probe(life, rx=rx, pharmacy=pharmacy)
    if life.chance(0.12):
        upset(life)


def after_supply(life: Life, rx: str, pharmacy: str) -> None:
    """The first dose, a parcel that came back, the plan."""
    if life.chance(0.2):
        life.fact("treatment.started", papers.moment(life, 0.1))
    if life.chance(0.1):
        life.wait(3)
        life.attempt("reverse", rx, pharmacy=pharmacy)
    if life.chance(0.2) and place(life, "collected-weekly-end"):
        life.ask()
    elif life.chance(0.3):
        probe(life, ("supply-opens",))
    elif life.chance(0.5):
        life.ask()
        if life.chance(0.85):
            probe(life, IN_TREATMENT)


def prepare(life: Life) -> str:
    """A prescription with most of its papers."""
    if life.category.can and life.chance(0.35):
        papers.take_test(life)
        life.tick()
    life.aim(0.4, from_hours=-2, to_hours=2 if life.chance(0.3) else 24, within_days=6)
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
        odd["days_supply"] = life.rng.choice((1, 7, 14, limit, limit, limit - 1, limit + 1, 0, -1))
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
    try_gate(life, gate, rx, life.rng.choices(("harbour", "hilltop", "nowhere"), (10, 10, 1))[0])


def probe(
    life: Life, kinds: tuple[str, ...] | None = None, within: int = 45, rx: str | None = None, pharmacy: str = "harbour"
) -> None:
    """Go to an edge ahead: one second before it, on it, after it, or all three; and ask what it changes."""
    if life.chance(0.15) and place(life):
        if life.chance(0.4):
            life.ask()
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
    offsets = (-1, 0, 1) if life.chance(0.55) else (life.rng.choice((-1, 0, 1)),)
    for offset in offsets:
        if life.to(edge.at + SECOND * offset):
            try_gate(life, life.rng.choice(gates), rx or "", pharmacy)


EPISODES, EPISODE_SHARES = zip(
    *(
        (course, 30),
        (probe, 23),
        (disturbed, 16),
        (random_try, 7),
        (Life.ask, 5),
        (lambda life: life.wait(life.rng.choice((1, 5, 20, 35))), 3),
        (last_dose, 2.5),
        (far_away, 2),
        (night_of_the_change, 4.5),
        (missed_window, 7),
        (lapsed_confirmation, 4.5),
        (stop_with_supply_left, 8),
        (lambda life: life.wait(400), 0.5),
    ),
    strict=True,
)
