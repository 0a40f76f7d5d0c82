"""What goes wrong or changes in a life: one random fact at a time."""

from collections.abc import Callable
from datetime import timedelta

from tests.differential import papers
from tests.differential.life import Life
from tests.differential.repairs import place
from tests.oracle.days import midnight

REASONS = ("reread", "wrong tube", "typing error")


def correct(life: Life) -> None:
    """A correction of one or more values of a known test."""
    if not life.tests:
        return
    name = life.rng.choice(list(life.tests)[-4:])
    at = papers.moment(life, 0.2)
    if at is not None and at < life.tests[name]:
        at = None
    choices = {
        "result": life.rng.choice(("negative", "negative", "positive", "indeterminate")),
        "sensitivity": life.rng.choice((10, 25, 50, 51, 26, 100)),
        "setting": life.rng.choice(("lab", "clinic", "home")),
        "home_allowed": life.chance(0.7),
    }
    keys = dict(life.rng.sample(list(choices.items()), life.rng.choice((1, 1, 2))))
    if life.chance(0.3):
        moved = min(life.tests[name] + timedelta(seconds=life.rng.randint(-3 * 86400, 86400)), at or life.now)
        keys["collected_at"] = life.text(moved)
        life.tests[name] = moved
    life.fact("test.corrected", at, test=name, reason=life.rng.choice(REASONS), **keys)


def void(life: Life) -> None:
    """A test that never counts again."""
    if life.tests:
        name = life.rng.choice(list(life.tests)[-4:])
        life.fact("test.voided", papers.moment(life, 0.2), test=name, reason=life.rng.choice(REASONS))


def lose_every_test(life: Life) -> None:
    """A laboratory withdraws all it has reported."""
    for name in life.tests:
        life.fact("test.voided", test=name, reason="laboratory withdrew its results")


def weak_test(life: Life) -> None:
    """A test that counts in some programs only, or nowhere."""
    papers.take_test(
        life,
        papers.moment(life, 0.5),
        sensitivity=life.rng.choice((24, 25, 26, 49, 50, 51, 100)),
        setting=life.rng.choice(("lab", "clinic", "home")),
        **({"home_allowed": life.chance(0.7)} if life.chance(0.7) else {}),
    )


def switch_category(life: Life) -> None:
    """Another category of the program, or the same once more."""
    names = list(life.edition().categories)
    same_age = [name for name in names if life.edition().categories[name].age == life.category.age]
    papers.change_category(life, life.rng.choice(same_age if life.chance(0.8) else names), papers.moment(life, 0.25))
    if life.chance(0.8):
        papers.agree(life, papers.beside(life, "category.changed"))


def enrol_again(life: Life) -> None:
    """A re-enrolment, mostly with its new agreement."""
    papers.enrol(life, life.category_name if life.chance(0.7) else life.rng.choice(list(life.edition().categories)))
    if life.chance(0.8):
        papers.agree(life, papers.beside(life, "patient.enrolled"))


def wrong_agreement(life: Life) -> None:
    life.fact("agreement.signed", papers.moment(life), category=life.rng.choice(list(life.edition().categories)))


def placed_agreement(life: Life) -> None:
    """An agreement to the second: beside a change, or on the day on which the months were up."""
    edges = [edge for edge in life.edges if edge.kind == "months-up" and edge.at + timedelta(seconds=1) <= life.now]
    if edges:
        offset = life.offset()
        papers.agree(life, edges[-1].at + offset)
        life.hit(edges[-1], int(offset.total_seconds()))
    else:
        papers.agree(life, papers.beside(life, "category.changed", "patient.enrolled"))


def lose_certificate(life: Life) -> None:
    """A prescriber or a pharmacy loses the certificate, perhaps at the very moment of the next try."""
    if life.chance(0.5):
        life.fact("prescriber.decertified", papers.moment(life, 0.2), prescriber=life.rng.choice(("dr-a", "dr-b")))
    else:
        life.fact("pharmacy.decertified", papers.moment(life, 0.2), pharmacy=life.rng.choice(("harbour", "hilltop")))


def certify_again(life: Life) -> None:
    """A pharmacy's certificate once more, perhaps after a move to another zone."""
    papers.certify_pharmacy(life, life.rng.choice(("harbour", "hilltop")))


def report(life: Life) -> None:
    life.fact("pregnancy.reported", papers.moment(life, 0.3), who=life.rng.choice(("patient", "patient", "partner")))


def exclude(life: Life) -> None:
    at = papers.beside(life, "pregnancy.reported", "test.resulted") if life.chance(0.5) else None
    life.fact("pregnancy.excluded", at)


def start(life: Life) -> None:
    at = papers.beside(life, "treatment.stopped", "dispense", "category.changed") if life.chance(0.4) else None
    life.fact("treatment.started", at or papers.moment(life, 0.3))


def interrupt(life: Life) -> None:
    life.fact(life.rng.choice(("treatment.held", "treatment.resumed")), reason="counts")


def pattern(life: Life) -> None:
    life.fact(
        "menses.pattern", papers.moment(life), pattern=life.rng.choice(("regular", "irregular", "irregular", "none"))
    )


def counsel_again(life: Life) -> None:
    at = papers.beside(life, "agreement.signed") if life.chance(0.5) else papers.moment(life, 0.4)
    papers.counsel(life, life.rng.choice([None, *life.written]), at)


def state_ahead(life: Life) -> None:
    """A statement that begins some days from now, or one that leaves a gap."""
    since = life.today + timedelta(days=life.rng.randint(-35, 20))
    papers.state(life, good=life.chance(0.5), since=since)


def odd_form(life: Life) -> None:
    if life.written:
        form = life.rng.choice(("paf", "t-prescription", "other"))
        life.fact("form.signed", form=form, prescription=life.rng.choice(list(life.written)))


def test_on_midnight(life: Life) -> None:
    """A test collected beside a midnight of the program's zone."""
    at = midnight(life.today, life.zone) + life.offset()
    papers.take_test(life, min(at, life.now))


UPSETS: tuple[tuple[Callable[[Life], object], float], ...] = (
    (correct, 3),
    (void, 1),
    (lose_every_test, 0.4),
    (weak_test, 2),
    (test_on_midnight, 1.5),
    (place, 4),
    (papers.positive, 0.8),
    (lambda life: papers.take_test(life, papers.moment(life, 0.4), "indeterminate"), 0.8),
    (switch_category, 1),
    (enrol_again, 0.8),
    (wrong_agreement, 0.6),
    (placed_agreement, 1.2),
    (lose_certificate, 0.8),
    (certify_again, 0.4),
    (report, 0.8),
    (exclude, 1),
    (papers.odd_bleeding, 1),
    (pattern, 1),
    (start, 1.5),
    (papers.stop, 2),
    (interrupt, 0.5),
    (counsel_again, 1),
    (state_ahead, 1),
    (lambda life: papers.state(life, good=life.chance(0.6)), 1),
    (papers.survey, 1),
    (odd_form, 0.4),
)
MAKERS, WEIGHTS = zip(*UPSETS, strict=True)


def upset(life: Life) -> None:
    """One random fact."""
    life.rng.choices(MAKERS, WEIGHTS)[0](life)
