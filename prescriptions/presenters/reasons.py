"""Blockers in the words of whoever reads them: all of them for the practice, its own for a pharmacy."""

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import wording
from compliance.rules.verdict import Blocker, Gate, Party
from prescriptions.presenters.moments import before, since, since_yours

CLEARED_BY = {
    Party.PATIENT: gettext_lazy("The patient can clear this."),
    Party.PRESCRIBER: gettext_lazy("The prescriber can clear this."),
    Party.PHARMACY: gettext_lazy("The pharmacy can clear this."),
    Party.PROGRAM: gettext_lazy("The program can clear this."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason why not, in ready sentences; what does not apply is empty."""

    says: str
    next: str
    owner_says: str = ""
    opens: str = ""
    fix_by: str = ""


def for_practice(blockers: Iterable[Blocker], zone: ZoneInfo, *, gate: Gate = Gate.RELEASE) -> list[Reason]:
    """Every reason, who can clear it, from when and by when, in the program's zone."""
    return [
        Reason(
            says=wording.says(blocker.code, gate),
            next=wording.next_step(blocker.code, gate),
            owner_says=str(CLEARED_BY[blocker.owner]),
            opens=_("Can be cleared %(since)s.") % {"since": since(blocker.opens_at, zone)} if blocker.opens_at else "",
            fix_by=_("Clear it %(before)s.") % {"before": before(blocker.fix_by, zone)} if blocker.fix_by else "",
        )
        for blocker in blockers
    ]


def for_pharmacy(blockers: Iterable[Blocker], zone: str, *, gate: Gate) -> list[Reason]:
    """The pharmacy's own, the number's and the supply's reasons in full; all others as one neutral sentence.

    Neither code, count, date nor owner of a clinical reason is in what this returns.
    """
    blockers = list(blockers)
    shown = [blocker for blocker in blockers if wording.seen_by_pharmacy(blocker.code)]
    hidden = [blocker for blocker in blockers if not wording.seen_by_pharmacy(blocker.code)]
    reasons = [
        Reason(
            says=wording.says(blocker.code, gate),
            next=wording.next_step(blocker.code, gate),
            owner_says=str(CLEARED_BY[blocker.owner]),
            opens=_("Possible %(since)s.") % {"since": since_yours(blocker.opens_at, zone)} if blocker.opens_at else "",
        )
        for blocker in shown
    ]
    return [*reasons, neutral()] if hidden else reasons


def neutral() -> Reason:
    """What every clinical reason looks like from a pharmacy."""
    return Reason(
        says=str(wording.NEUTRAL.says),
        next=str(wording.NEUTRAL.next),
        owner_says=str(CLEARED_BY[Party.PRESCRIBER]),
    )
