"""What a pharmacy may ask and see: one number at a time, and what its own site holds and did."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from compliance.models import Pharmacy
from compliance.programs import load_programs
from compliance.rules.decide import decide
from compliance.rules.facts import Facts
from compliance.rules.program import Program
from compliance.rules.verdict import Code, Gate, Verdict
from compliance.selectors.facts import Reach, facts_of
from prescriptions.models import Authorization, Confirmation, Decision, Dispense, PharmacyNotice

ACTS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What may be done at this counter with one authorization, decided at `at` without locks and kept nowhere.

    `verdict` answers `Gate.DISPENSE` where this site holds it, else `Gate.CONFIRM`; None where no gate is asked any
    more: the number was replaced by a later one, or the prescription was withdrawn. `category` is its official name;
    `guide` that of the guide to hand out, empty where none is asked. `confirmation` is this site's own, also an expired
    one; `dispense` the supply under it.
    """

    authorization: Authorization
    pharmacy: Pharmacy
    at: datetime
    verdict: Verdict | None
    category: str
    guide: str
    shippable: bool
    confirmation: Confirmation | None
    dispense: Dispense | None
    replaced: bool
    withdrawn: bool

    @property
    def allowed(self) -> bool:
        return self.verdict is not None and self.verdict.allowed

    @property
    def held_here(self) -> bool:
        """This site can hand it out without confirming anything first."""
        return self.verdict is not None and self.verdict.gate is Gate.DISPENSE


def by_number(number: str) -> Authorization | None:
    """The release that issued a number; None where nobody issued it."""
    return _for_answer(Authorization.objects.filter(number=number))


def by_key(authorization_id: UUID) -> Authorization | None:
    """The same by its key, for the buttons of a page that has shown it."""
    return _for_answer(Authorization.objects.filter(pk=authorization_id))


def answer_for(authorization: Authorization, pharmacy: Pharmacy, at: datetime) -> Answer:
    """Ask the gate that is next at this counter. Raises `NoEdition`."""
    prescription = authorization.prescription
    confirmation = _held(authorization, pharmacy)
    dispense = next((supply for supply in authorization.dispenses.all() if supply.reversed_at is None), None)
    replaced, withdrawn = bool(getattr(authorization, "replaced", False)), prescription.withdrawn_at is not None
    program = load_programs()[prescription.program]
    facts = facts_of(
        Reach(prescription.patient_id),
        program=program.code,
        others=[Reach(prescription.prescriber_id), Reach(pharmacy.pk)],
    )
    at = max(at, facts.last_learnt_at or at)
    edition = program.gates_at(at)
    verdict, shippable = None, False
    if not (replaced or withdrawn):
        held = confirmation is not None and (confirmation.expires_at is None or confirmation.expires_at > at)
        verdict, shippable = _decide(facts, program, authorization, pharmacy, at, held=held)
    return Answer(
        authorization=authorization,
        pharmacy=pharmacy,
        at=at,
        verdict=verdict,
        category=_category_name(facts, program),
        guide=edition.guide.name if edition is not None and edition.guide is not None else "",
        shippable=shippable,
        confirmation=confirmation,
        dispense=dispense if dispense and confirmation and dispense.confirmation_id == confirmation.pk else None,
        replaced=replaced,
        withdrawn=withdrawn,
    )


def _decide(
    facts: Facts, program: Program, authorization: Authorization, pharmacy: Pharmacy, at: datetime, *, held: bool
) -> tuple[Verdict, bool]:
    """The verdict, and whether it could be sent by carrier as well.

    A dispense is asked as if counselling and guide were ticked: the form on the page brings those along.
    """
    ask = partial(
        decide, facts, program, at=at, prescription=str(authorization.prescription_id), pharmacy=str(pharmacy.pk)
    )
    if not held:
        return ask(gate=Gate.CONFIRM), False
    dispense = partial(ask, gate=Gate.DISPENSE, counselled=True, guide_given=True)
    over_the_counter, by_carrier = dispense(method="handover"), dispense(method="ship")
    return over_the_counter, Code.SHIP_SAME_DAY not in by_carrier.codes


def _for_answer(rows: QuerySet[Authorization]) -> Authorization | None:
    later = Authorization.objects.filter(
        prescription=OuterRef("prescription"), decision__patient_seq__gt=OuterRef("decision__patient_seq")
    )
    return (
        rows.annotate(replaced=Exists(later))
        .select_related("prescription__patient", "prescription__prescriber__practice")
        .prefetch_related("prescription__capsules", "confirmations", "dispenses")
        .first()
    )


def _held(authorization: Authorization, pharmacy: Pharmacy) -> Confirmation | None:
    mine = (row for row in authorization.confirmations.all() if row.pharmacy_id == pharmacy.pk)
    return next((row for row in mine if row.reversed_at is None and row.replaced_at is None), None)


def _category_name(facts: Facts, program: Program) -> str:
    code = facts.standing.category
    category = program.categories.get(code) if code is not None else None
    return category.name if category is not None else ""


def unread_notices(pharmacy: Pharmacy) -> QuerySet[PharmacyNotice]:
    """What somebody at the site still has to read: numbers it holds that are void."""
    notices = PharmacyNotice.objects.filter(pharmacy=pharmacy, seen_at=None)
    return notices.select_related("authorization__prescription__prescriber__practice").order_by("planned_at")


def notice_at(pharmacy: Pharmacy, notice_id: UUID) -> bool:
    """Whether the notice is one of this very site's, read or not."""
    return PharmacyNotice.objects.filter(pk=notice_id, pharmacy=pharmacy).exists()


def holdings_of(pharmacy: Pharmacy) -> QuerySet[Confirmation]:
    """What the site holds and has neither dispensed nor given back, the soonest end first."""
    held = Confirmation.objects.filter(pharmacy=pharmacy, reversed_at=None, replaced_at=None)
    return (
        held.exclude(dispenses__reversed_at=None, dispenses__isnull=False)
        .select_related("authorization__prescription")
        .order_by("expires_at", "confirmed_at")
    )


def acts_of(pharmacy: Pharmacy) -> list[Decision]:
    """The latest acts tried at the site, refused ones too, newest first."""
    releases = Authorization.objects.order_by("-decision__patient_seq")
    acts = (
        Decision.objects.filter(pharmacy=pharmacy)
        .select_related("user", "dispense", "prescription")
        .prefetch_related(Prefetch("prescription__authorizations", queryset=releases))
    )
    return list(acts[:ACTS_SHOWN])


def receipt_at(pharmacy: Pharmacy, dispense_id: UUID) -> Dispense | None:
    """A supply that left this very site; None for any other."""
    own = Dispense.objects.filter(pk=dispense_id, confirmation__pharmacy=pharmacy)
    return (
        own.select_related(
            "authorization__prescription__patient", "confirmation", "decision__user", "confirmation__pharmacy"
        )
        .prefetch_related("authorization__prescription__capsules")
        .first()
    )
