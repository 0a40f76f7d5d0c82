"""The pharmacist's answer in words: yes, no because, cannot tell. Nothing clinical is in what these return."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from compliance.models import Practice
from compliance.rules.verdict import Gate
from compliance.templatetags.holdfast import yours
from prescriptions.models import Decision
from prescriptions.presenters.amounts import capsules_text
from prescriptions.presenters.moments import until_yours
from prescriptions.presenters.reasons import Reason, for_pharmacy
from prescriptions.selectors.desk import Answer
from prescriptions.services.acts import Act

GOOD, STOP, UNSURE, PLAIN = "good", "stop", "unsure", "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer: `tone` picks icon and colour, `word` is what is shown at 48 px, `line` what follows it."""

    tone: str
    word: str
    line: str
    reasons: list[Reason] = field(default_factory=list)
    practice: Practice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The page below the answer: what to dispense to whom, and what can be done next. None in `acts` is offered."""

    said: Said
    number: str
    asked_at: str
    authorization_id: UUID
    facts: list[tuple[str, str]]
    receipt: str
    confirm: bool
    dispense: bool
    ship: bool
    guide: str
    give_back: bool
    receipt_id: UUID | None
    attempts: dict[str, UUID]


def desk_of(answer: Answer) -> Desk:
    """What one counter may see of one authorization at this moment."""
    authorization, zone = answer.authorization, answer.pharmacy.zone
    return Desk(
        said=said_of(answer),
        number=authorization.number,
        asked_at=yours(answer.at, zone),
        authorization_id=authorization.pk,
        facts=_goods(answer),
        receipt=answer.dispense.receipt if answer.dispense else "",
        confirm=answer.allowed and not answer.held_here,
        dispense=answer.allowed and answer.held_here,
        ship=answer.shippable,
        guide=answer.guide,
        give_back=answer.confirmation is not None,
        receipt_id=answer.dispense.pk if answer.dispense else None,
        attempts={"confirm": uuid4(), "dispense": uuid4(), "reverse": uuid4()},
    )


def said_of(answer: Answer) -> Said:
    """Yes until when, or no and every reason a pharmacy may know."""
    practice = answer.authorization.prescription.prescriber.practice
    if answer.allowed:
        return Said(tone=GOOD, word=_("YES"), line=_yes_line(answer))
    if answer.withdrawn:
        reasons = [
            Reason(
                says=_("The prescriber withdrew this prescription."),
                next=_("Dispense nothing on it. Ask the practice whether there is another one."),
            )
        ]
    elif answer.replaced or answer.verdict is None:
        reasons = [
            Reason(
                says=_("This number was replaced by a newer one for the same prescription."),
                next=_("Ask the practice for the number that is good now."),
            )
        ]
    else:
        reasons = for_pharmacy(answer.verdict.blockers, answer.pharmacy.zone, gate=answer.verdict.gate)
    return Said(tone=STOP, word=_("NO"), line=_("Do not dispense."), reasons=reasons, practice=practice)


def _yes_line(answer: Answer) -> str:
    zone = answer.pharmacy.zone
    if answer.held_here and answer.confirmation is not None:
        end, says = answer.confirmation.expires_at, _("Confirmed for this pharmacy. May be dispensed %(until)s.")
        forever = _("Confirmed for this pharmacy. May be dispensed.")
    else:
        end, says = answer.authorization.expires_at, _("May be dispensed %(until)s.")
        forever = _("May be dispensed; this number has no end of its own.")
    return says % {"until": until_yours(end, zone)} if end else forever


def _goods(answer: Answer) -> list[tuple[str, str]]:
    """Medicine, strengths, the most days, the category, and two cues that it is the right patient.

    With a no: only what tells which parcel is meant, and that only to the site that holds or supplied it.
    """
    prescription = answer.authorization.prescription
    patient = prescription.patient
    capsules = {line.strength_mg: line.per_dose for line in prescription.capsules.all()}
    cues = _("%(given)s. %(family)s., born %(year)d") % {
        "given": patient.given_name[:1],
        "family": patient.family_name[:1],
        "year": patient.birth_date.year,
    }
    medicine, person = (_("Medicine"), prescription.medicine), (_("The patient is"), cues)
    if not answer.allowed:
        return [medicine, person] if answer.confirmation is not None else []
    return [
        medicine,
        (_("Capsules a dose"), capsules_text(capsules)),
        (_("At most"), _("%(days)d days' supply") % {"days": prescription.days_supply}),
        (_("Category"), answer.category),
        person,
    ]


def done(answer: Answer) -> Said | None:
    """What stands in place of the answer right after dispensing; None where that did not happen."""
    if answer.dispense is None:
        return None
    return Said(tone=GOOD, word=_("DONE"), line=_("Dispensed and recorded. Nothing more may go out on this number."))


def unknown_number() -> Said:
    """Nobody issued it."""
    return Said(
        tone=STOP,
        word=_("NO"),
        line=_("Do not dispense."),
        reasons=[
            Reason(
                says=_("No authorization has this number."),
                next=_("Read the number again, digit by digit, with the patient's slip or the practice."),
            )
        ],
    )


def cannot_reach() -> Said:
    """An outage is no answer about the patient."""
    return Said(
        tone=UNSURE,
        word=_("CANNOT TELL"),
        line=_("This is neither a yes nor a no."),
        reasons=[
            Reason(
                says=_("The site cannot get at its records at this moment."),
                next=_(
                    "Keep the medicine here and ask again in a minute. If that does not help, "
                    "call the program's telephone line."
                ),
            )
        ],
    )


def cannot_tell_if_done() -> Said:
    """The same while something was being done: the same button may be pressed again without doing it twice."""
    return Said(
        tone=UNSURE,
        word=_("CANNOT TELL"),
        line=_("Nobody knows yet whether that was recorded."),
        reasons=[
            Reason(
                says=_("The site lost its records while it was at work."),
                next=_("Press the button below in a minute. It counts once, however often it is pressed."),
            )
        ],
    )


def too_many_unknown() -> Said:
    """Slowed down, not locked out."""
    return Said(
        tone=UNSURE,
        word=_("CANNOT TELL"),
        line=_("This is neither a yes nor a no."),
        reasons=[
            Reason(
                says=_("Many numbers that do not exist were asked for from this account."),
                next=_("One number is answered every 20 seconds for now. Wait, then ask again."),
            )
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What pressing a button came to."""

    tone: str
    says: str
    reasons: list[Reason] = field(default_factory=list)


DONE = {
    Gate.CONFIRM: lambda: _("Confirmed: this pharmacy holds the prescription."),
    Gate.DISPENSE: lambda: _("Dispensed by this pharmacy."),
    Gate.REVERSE: lambda: _("Given back: this pharmacy no longer holds the prescription."),
}
REFUSED = {
    Gate.CONFIRM: lambda: _("Not confirmed."),
    Gate.DISPENSE: lambda: _("Not dispensed."),
    Gate.REVERSE: lambda: _("Not given back: this pharmacy does not hold it."),
}


def outcome_of(act: Act, zone: str) -> Outcome:
    """What the stored decision came to; a repeat says when it was made. Reasons as far as a pharmacy may know them."""
    decision, gate = act.decision, Gate(act.decision.gate)
    says = (DONE if decision.allowed else REFUSED)[gate]()
    if act.repeated:
        says = _("%(outcome)s That was at %(when)s already; nothing was done twice.") % {
            "outcome": says,
            "when": yours(decision.decided_at, zone),
        }
    reasons = for_pharmacy(act.now.blockers, zone, gate=gate) if not decision.allowed and not act.repeated else []
    return Outcome(tone=GOOD if decision.allowed else STOP, says=says, reasons=reasons)


def refused_attempt() -> Outcome:
    """The button's id was used for something else."""
    return Outcome(
        tone=STOP,
        says=_("Nothing was done: that button belonged to another act. Below is how it stands now; press anew."),
    )


def unreadable_act() -> Outcome:
    """The page that sent this was broken or made up."""
    return Outcome(tone=STOP, says=_("Nothing was done: the page had lost its number. Type it again."))


def act_words(decision: Decision) -> str:
    """One line of the site's log; a refusal says no more than that."""
    done = {
        Gate.CONFIRM: (_("Confirmed"), _("Confirmation refused")),
        Gate.DISPENSE: (_("Dispensed"), _("Dispensing refused")),
        Gate.REVERSE: (_("Given back"), _("Giving back refused")),
    }
    yes, no = done[Gate(decision.gate)]
    return yes if decision.allowed else no
