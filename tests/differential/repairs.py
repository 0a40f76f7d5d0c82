"""What clears each blocker: a refused try is mended and tried again, so that a good share of tries is allowed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.differential import papers
from tests.differential.life import Life
from tests.oracle.days import add_months, days, midnight, on

Mend = Callable[[Life, str, str, dict], None]


def inside(life: Life, first: datetime, last: datetime) -> datetime:
    """A past moment between two, sometimes on an edge of the span."""
    last = min(last, life.now)
    if last <= first:
        return min(first, life.now)
    roll = life.rng.random()
    if roll < 0.25:
        return first + timedelta(seconds=life.rng.choice((0, 1)))
    if roll < 0.5:
        return last - timedelta(seconds=1)
    return first + timedelta(seconds=life.rng.randint(0, int((last - first).total_seconds())))


def mend_agreement(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    papers.agree(life)


def mend_age(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    old = life.category_name
    other = old.replace("child", "adult") if old.startswith("child") else old.replace("adult", "child")
    papers.change_category(life, other)
    life.tick()
    papers.agree(life)


def mend_form(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    for form in life.edition().forms:
        life.fact("form.signed", form=form, prescription=rx)


def mend_statement(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    need = life.edition().contraception_days_before
    papers.state(life, since=life.today - days(need + life.rng.choice((0, 0, 1, 3, 20, 35))))


def mend_too_recent(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    if life.chance(0.5):
        life.to(verdict["opens_at"]["contraception-too-recent"] + life.offset())
    else:
        mend_statement(life, rx, pharmacy, verdict)


def mend_test(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    """A negative test now, or one learnt late, a few days old."""
    window = life.edition().test_window
    collected_at = life.now
    if life.chance(0.3):
        oldest = midnight(life.today - days(window[0] - 1 if window else 2), life.zone)
        collected_at = inside(life, oldest, life.now)
    papers.take_test(life, collected_at)


def mend_second(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    """A second test: in the last 24 hours before the written moment, three days before it, or now."""
    if life.chance(0.4):
        edges = [e for e in life.collections if e.kind in {"second-24h", "collected-3-days", "second-from-run"}]
        if edges and edges[-1].at + timedelta(seconds=1) <= life.now:
            edge = edges[-1]
            place(life, edge.kind)
            return
    papers.take_test(life)


def mend_first(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    """A first test, learnt late."""
    if life.edition().tests == "us":
        ends = life.today if life.chance(0.5) else max(on(at, life.zone) for at in [*life.tests.values(), life.now])
        first, last = midnight(ends - days(14), life.zone), midnight(ends - days(9), life.zone)
    else:
        recent = [at for at in life.tests.values() if at > life.now - timedelta(days=7)]
        ends = on(min(recent), life.zone) if recent else life.today
        first, last = midnight(ends - days(40), life.zone), midnight(ends - days(29), life.zone)
    if last <= life.now:
        papers.take_test(life, inside(life, first, last))


def mend_locked(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    if life.to(verdict["opens_at"]["test-locked"] + life.offset()):
        papers.take_test(life)


def mend_pregnancy(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    life.fact(
        "pregnancy.excluded", papers.beside(life, "pregnancy.reported", "test.resulted") if life.chance(0.2) else None
    )
    life.tick()
    papers.take_test(life)


def mend_survey(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    at = None
    if life.chance(0.3):
        oldest = midnight(add_months(life.today, -(life.category.survey_months or 1)), life.zone)
        at = inside(life, oldest, life.now)
    papers.survey(life, at)


def mend_release(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    life.attempt("release", rx)


def mend_confirm(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    life.attempt("confirm", rx, pharmacy=pharmacy)


def mend_in_use(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    other = "hilltop" if pharmacy == "harbour" else "harbour"
    life.attempt("reverse", rx, pharmacy=other)


def mend_too_early(life: Life, rx: str, pharmacy: str, verdict: dict) -> None:
    life.to(verdict["opens_at"]["supply-too-early"] + life.offset())


MENDS: dict[str, Mend] = {
    "not-enrolled": lambda life, *_: papers.enrol(life),
    "prescriber-not-certified": lambda life, rx, *_: papers.certify(life, life.written[rx]["prescriber"]),
    "agreement-missing": mend_agreement,
    "agreement-category-differs": mend_agreement,
    "re-enrolment-due": mend_agreement,
    "category-outdated": mend_age,
    "counselling-missing": lambda life, rx, *_: papers.counsel(life, rx),
    "form-missing": mend_form,
    "contraception-missing": mend_statement,
    "contraception-insufficient": mend_statement,
    "contraception-too-recent": mend_too_recent,
    "evaluation-open": mend_test,
    "pregnancy-reported": mend_pregnancy,
    "test-positive": mend_pregnancy,
    "test-unclear": mend_test,
    "test-missing": mend_test,
    "test-too-old": mend_test,
    "test-second-missing": mend_second,
    "test-first-missing": mend_first,
    "test-locked": mend_locked,
    "survey-patient-due": mend_survey,
    "survey-prescriber-missing": lambda life, rx, *_: life.fact("survey.completed", by="prescriber", prescription=rx),
    "pharmacy-not-certified": lambda life, _, pharmacy, *__: papers.certify_pharmacy(life, pharmacy),
    "authorization-missing": mend_release,
    "authorization-void": mend_release,
    "confirmation-in-use": mend_in_use,
    "confirmation-missing": mend_confirm,
    "confirmation-expired": mend_confirm,
    "ship-same-day": lambda life, rx, pharmacy, *_: life.attempt("reverse", rx, pharmacy=pharmacy),
    "supply-too-early": mend_too_early,
}
HOPELESS = {
    "prescription-closed",
    "already-dispensed",
    "prescription-too-old",
    "supply-too-long",
    "refills-not-allowed",
    "verbal-not-allowed",
}


def mend(life: Life, rx: str, pharmacy: str, verdict: dict) -> bool:
    """Clear what blocks, mostly; False where only a new prescription helps."""
    if HOPELESS & set(verdict["codes"]):
        return False
    for code in life.rng.sample(verdict["codes"], len(verdict["codes"])):
        if code in MENDS and life.chance(0.92):
            MENDS[code](life, rx, pharmacy, verdict)
    if "authorization-expired" in verdict["codes"] and verdict["gate"] == "release":
        papers.counsel(life, rx)
    elif "authorization-expired" in verdict["codes"]:
        mend_release(life, rx, pharmacy, verdict)
    return True


def place(life: Life, kind: str | None = None) -> bool:
    """Collect a test a second before, on, or after one of the remembered instants."""
    found = [edge for edge in life.collections if kind is None or edge.kind == kind]
    if not found:
        return False
    wanted = life.rng.choice(sorted({edge.kind for edge in found}))
    edge = life.rng.choice([edge for edge in found if edge.kind == wanted])
    offset = life.offset()
    at = edge.at + offset
    if at > life.now and not (at < life.now + timedelta(days=40) and life.to(at)):
        return False
    papers.take_test(life, at)
    life.hit(edge, int(offset.total_seconds()))
    return True
