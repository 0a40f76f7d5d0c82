"""What is counted, in which words, and which rows stand behind each number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.period import Period
from reports.selectors import duties, holds, numbers, pregnancy_tests

Row = Mapping[str, Any]
Rows = QuerySet[Any, dict[str, Any]] | Sequence[Row]


@dataclass(frozen=True, slots=True)
class Column:
    """One value of a row. `words` says how a code reads: `duty`, `method`, `reversal`, `owner`, `kind`, `yes-no`."""

    key: str
    heading: Promise
    words: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of the page, the sentence that says what it counts, and its rows."""

    slug: str
    title: Promise
    says: Promise
    columns: tuple[Column, ...]
    rows: Callable[[Period], Rows]


def as_rows(found: Iterable[Any], *keys: str) -> list[Row]:
    """Rows out of objects, by attribute."""
    return [{key: getattr(thing, key) for key in keys} for thing in found]


PATIENT = Column("patient_code", _("Patient code"))
DECISION = Column("decision", _("Decision"))
SITE = Column("site", _("Pharmacy"))
TEST = (
    PATIENT,
    Column("duty", _("Test"), "duty"),
    Column("opens_on", _("From")),
    Column("due_on", _("Due")),
    Column("met_on", _("Collected")),
)
AUTHORIZATION = (
    PATIENT,
    Column("issued_at", _("Released")),
    Column("expires_at", _("Expires")),
    Column("voided_at", _("Voided")),
    Column("voided_kind", _("Voided by"), "kind"),
    Column("supplied", _("Dispensed"), "yes-no"),
    DECISION,
)
EPISODE = (
    PATIENT,
    Column("reason", _("Reason")),
    Column("began_at", _("Held since")),
    Column("cleared_at", _("Cleared")),
    Column("ended_at", _("Withdrawn or lapsed")),
    Column("hours", _("Hours to clear")),
    DECISION,
)
CONFIRMATION = (
    PATIENT,
    SITE,
    Column("confirmed_at", _("Confirmed")),
    Column("expires_at", _("Expires")),
    Column("reversed_at", _("Given back")),
    DECISION,
)
DISPENSE = (
    PATIENT,
    SITE,
    Column("dispensed_at", _("Dispensed")),
    Column("method", _("How"), "method"),
    Column("covers_to", _("Covers to")),
    Column("reversed_at", _("Given back")),
    DECISION,
)
REVERSAL = (
    PATIENT,
    SITE,
    Column("reversed_at", _("Given back")),
    Column("reason", _("Why"), "reversal"),
    DECISION,
)
DUTY = (
    PATIENT,
    Column("duty", _("Duty"), "duty"),
    Column("owner", _("Whose"), "owner"),
    Column("due_on", _("Was due")),
    Column("days", _("Days over")),
)


def held(period: Period) -> list[Row]:
    return as_rows(
        holds.episodes(period), "patient_code", "reason", "began_at", "cleared_at", "ended_at", "hours", "decision"
    )


def still_held(period: Period) -> list[Row]:
    return [row for row in held(period) if row["cleared_at"] is None and row["ended_at"] is None]


def overdue_duties(period: Period) -> list[Row]:
    return as_rows(duties.overdue(period), "patient_code", "duty", "owner", "due_on", "days")


COUNTS: tuple[Count, ...] = (
    Count(
        "tests-due",
        _("Tests due"),
        _("Pregnancy tests whose day fell in the period, without advice and what was no longer asked on its day."),
        TEST,
        pregnancy_tests.due,
    ),
    Count(
        "tests-on-time",
        _("On time"),
        _("Collected on the due day or before it."),
        TEST,
        lambda period: pregnancy_tests.due(period, pregnancy_tests.ON_TIME),
    ),
    Count(
        "tests-late",
        _("Late"),
        _("Collected after the due day."),
        TEST,
        lambda period: pregnancy_tests.due(period, pregnancy_tests.LATE),
    ),
    Count(
        "tests-missed",
        _("Missed"),
        _("The due day has passed and no test has met it."),
        TEST,
        lambda period: pregnancy_tests.due(period, pregnancy_tests.missed(period)),
    ),
    Count(
        "tests-not-yet",
        _("Not yet over"),
        _("Due today or later in the period; there is time."),
        TEST,
        lambda period: pregnancy_tests.due(period, pregnancy_tests.not_yet_over(period)),
    ),
    Count(
        "holds",
        _("Reasons that held a prescription"),
        _("Each reason of each prescription, from the first decision that named it. A prescription may have several."),
        EPISODE,
        held,
    ),
    Count(
        "still-held",
        _("Still holding"),
        _("Reasons that began in the period and are neither cleared nor ended by a withdrawal."),
        EPISODE,
        still_held,
    ),
    Count(
        "releases",
        _("Releases"),
        _("Authorizations issued in the period."),
        AUTHORIZATION,
        lambda period: numbers.authorizations(period, numbers.issued(period)),
    ),
    Count(
        "expired-unused",
        _("Expired unused"),
        _("Authorizations whose end came in the period while they were neither dispensed nor void."),
        AUTHORIZATION,
        lambda period: numbers.authorizations(period, numbers.expired_unused(period)),
    ),
    Count(
        "voided",
        _("Voided"),
        _("Authorizations that a fact voided in the period, whatever had become of them."),
        AUTHORIZATION,
        lambda period: numbers.authorizations(period, numbers.voided(period)),
    ),
    Count(
        "confirmations",
        _("Confirmations"),
        _("New confirmations by a pharmacy; the same one handed out again is not counted twice."),
        CONFIRMATION,
        numbers.confirmations,
    ),
    Count(
        "dispenses",
        _("Dispenses"),
        _("Supplies that left a pharmacy, also those given back later."),
        DISPENSE,
        numbers.dispenses,
    ),
    Count(
        "reversals",
        _("Reversals"),
        _("Confirmations that a pharmacy gave back, with the supply under them where there was one."),
        REVERSAL,
        numbers.reversals,
    ),
    Count(
        "overdue",
        _("Overdue duties"),
        _("Open at this moment, whatever the period: what should have been done by a day that has passed."),
        DUTY,
        overdue_duties,
    ),
)
BY_SLUG: Mapping[str, Count] = {count.slug: count for count in COUNTS}


@dataclass(frozen=True, slots=True)
class Tally:
    """All numbers of the page, by slug, and the holds by reason."""

    numbers: Mapping[str, int]
    reasons: Sequence[holds.Reason]


def tally(period: Period) -> Tally:
    """Count everything, in five queries whatever there is."""
    tests, issued = pregnancy_tests.tallies(period), numbers.tallies(period)
    episodes = holds.episodes(period)
    reasons = holds.by_reason(episodes)
    return Tally(
        numbers={
            "tests-due": tests["due"],
            "tests-on-time": tests["on_time"],
            "tests-late": tests["late"],
            "tests-missed": tests["missed"],
            "tests-not-yet": tests["not_yet"],
            "holds": len(episodes),
            "still-held": sum(reason.still_held for reason in reasons),
            "releases": issued["released"],
            "expired-unused": issued["expired"],
            "voided": issued["voided"],
            "confirmations": issued["confirmed"],
            "dispenses": issued["dispensed"],
            "reversals": issued["reversed"],
            "overdue": len(duties.overdue(period)),
        },
        reasons=reasons,
    )
