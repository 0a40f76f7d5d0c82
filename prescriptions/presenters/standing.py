"""A prescription's page: where it stands, in plain words for its practice."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.templatetags.holdfast import day, moment, until
from prescriptions.models import Prescription
from prescriptions.presenters.reasons import Reason, for_practice
from prescriptions.selectors.prescriptions import Standing, State
from prescriptions.services.release import NO_LATER_FACT_FREES

DIGIT_WORDS = (
    gettext_lazy("zero"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
)

VOIDED_BY = {
    "test.resulted": lambda: _("A pregnancy test came back positive."),
    "test.corrected": lambda: _("The pregnancy test its time was counted from was corrected, or became positive."),
    "test.voided": lambda: _("The pregnancy test its time was counted from was declared invalid."),
    "pregnancy.reported": lambda: _("A pregnancy was reported."),
    "category.changed": lambda: _("The patient's category was changed."),
    "patient.enrolled": lambda: _("The patient was enrolled anew."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page says; empty where it does not apply."""

    tone: str
    word: str
    says: list[str]
    reasons: list[Reason] = field(default_factory=list)
    also: list[Reason] = field(default_factory=list)
    number: str = ""
    aloud: str = ""
    until: datetime | None = None
    polls: bool = False
    waits: bool = False

    @property
    def mark(self) -> str:
        """Tells one state of the page from another, so that an unchanged one need not be sent again."""
        told = [self.tone, self.word, *self.says, *(f"{r.says}{r.opens}{r.fix_by}" for r in self.reasons), self.number]
        return sha256("\n".join(told).encode()).hexdigest()[:16]


def shown_of(prescription: Prescription, standing: Standing, zone: ZoneInfo) -> Shown:
    """Where it stands, for how long, and what it waits for."""
    makers = {
        State.HELD: _held,
        State.RELEASED: _released,
        State.CONFIRMED: _confirmed,
        State.DISPENSED: _dispensed,
        State.VOIDED: _voided,
        State.EXPIRED: _expired,
        State.WITHDRAWN: _withdrawn,
        State.LAPSED: _lapsed,
    }
    return makers[standing.state](prescription, standing, zone)


def _held(_prescription: Prescription, standing: Standing, zone: ZoneInfo) -> Shown:
    verdict = standing.verdict
    if verdict is None or verdict.allowed:
        return Shown(
            tone="wait",
            word=_("Held: being released"),
            says=[_("Everything is met. The number is being issued; this takes a moment.")],
            polls=True,
            waits=True,
        )
    if not standing.freeable:
        own = [blocker for blocker in verdict.blockers if blocker.code in NO_LATER_FACT_FREES]
        others = [blocker for blocker in verdict.blockers if blocker.code not in NO_LATER_FACT_FREES]
        return Shown(
            tone="stop",
            word=_("Held: cannot be released"),
            says=[_("Nothing that happens later can free this prescription. Write it again, which can be done today.")],
            reasons=for_practice(own, zone),
            also=for_practice(others, zone),
        )
    return Shown(
        tone="wait",
        word=_("Held"),
        says=[_("Signed, and not released yet. It waits for what is listed here. The site asks again by itself.")],
        reasons=for_practice(verdict.blockers, zone),
        polls=True,
        waits=True,
    )


def _released(_prescription: Prescription, standing: Standing, zone: ZoneInfo) -> Shown:
    return _with_number(standing, zone, word=_("Released"), says=[_until(standing, zone)])


def _confirmed(_prescription: Prescription, standing: Standing, zone: ZoneInfo) -> Shown:
    held = standing.confirmation
    says = []
    if held is not None:
        says.append(
            _("%(pharmacy)s holds it %(until)s.")
            % {"pharmacy": held.pharmacy.name, "until": until(held.expires_at, zone)}
            if held.expires_at
            else _("%(pharmacy)s holds it.") % {"pharmacy": held.pharmacy.name}
        )
    return _with_number(standing, zone, word=_("Confirmed by a pharmacy"), says=[*says, _until(standing, zone)])


def _dispensed(_prescription: Prescription, standing: Standing, zone: ZoneInfo) -> Shown:
    return Shown(tone="good", word=_("Dispensed"), says=[_left_the_pharmacy(standing, zone)])


def _voided(_prescription: Prescription, standing: Standing, zone: ZoneInfo) -> Shown:
    authorization = standing.authorization
    says = []
    if authorization is not None and authorization.voided_by is not None:
        why = VOIDED_BY.get(authorization.voided_by.kind)
        says.append(why() if why else _("Something on record ended it."))
        when = moment(authorization.voided_at, zone)
        says.append(_("The number has not been good since %(when)s. No pharmacy may dispense on it.") % {"when": when})
    if standing.dispense is not None:
        says.append(_left_the_pharmacy(standing, zone))
        says.append(_("Call the patient now: the medicine may be with them."))
    return Shown(tone="stop", word=_("Void"), says=says, reasons=_still_missing(standing, zone))


def _expired(_prescription: Prescription, standing: Standing, zone: ZoneInfo) -> Shown:
    end = standing.authorization.expires_at if standing.authorization else None
    says = [_("The number was good %(until)s and was not used.") % {"until": until(end, zone)}]
    return Shown(tone="wait", word=_("Expired"), says=says, reasons=_still_missing(standing, zone))


def _withdrawn(prescription: Prescription, _standing: Standing, zone: ZoneInfo) -> Shown:
    says = _("Withdrawn at %(when)s: %(why)s.") % {
        "when": moment(prescription.withdrawn_at, zone),
        "why": prescription.get_withdrawn_reason_display(),
    }
    return Shown(tone="plain", word=_("Withdrawn"), says=[says])


def _lapsed(prescription: Prescription, _standing: Standing, zone: ZoneInfo) -> Shown:
    says = _("It was held until %(when)s and is now too old to be released. Write it again.") % {
        "when": moment(prescription.lapsed_at, zone)
    }
    return Shown(tone="plain", word=_("Lapsed"), says=[says])


def _with_number(standing: Standing, _zone: ZoneInfo, *, word: str, says: list[str]) -> Shown:
    number = standing.authorization.number if standing.authorization else ""
    end = standing.authorization.expires_at if standing.authorization else None
    return Shown(tone="good", word=word, says=says, number=number, aloud=said_aloud(number), until=end)


def _until(standing: Standing, zone: ZoneInfo) -> str:
    end = standing.authorization.expires_at if standing.authorization else None
    if end is None:
        return _("It may be dispensed; the number has no end of its own.")
    return _("It may be dispensed %(until)s.") % {"until": until(end, zone)}


def _left_the_pharmacy(standing: Standing, zone: ZoneInfo) -> str:
    supply = standing.dispense
    if supply is None:
        return ""
    return _("The supply left the pharmacy at %(when)s and covers until %(day)s.") % {
        "when": moment(supply.dispensed_at, zone),
        "day": day(supply.covers_to),
    }


def _still_missing(standing: Standing, zone: ZoneInfo) -> list[Reason]:
    return for_practice(standing.verdict.blockers, zone) if standing.verdict is not None else []


def said_aloud(number: str) -> str:
    """The digits as words, a comma after each group of four: how it is read over the telephone."""
    words = [str(DIGIT_WORDS[int(digit)]) for digit in number]
    return ", ".join(" ".join(words[place : place + 4]) for place in range(0, len(words), 4))
