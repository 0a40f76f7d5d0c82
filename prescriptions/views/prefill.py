"""What the authorization form shows before anything is typed: known facts, or what was typed earlier."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from compliance.access import Member
from compliance.models import Draft
from prescriptions.forms.authorization import AuthorizationForm
from prescriptions.models import Prescription
from prescriptions.presenters.amounts import bare, capsules_field
from prescriptions.selectors.drafts import own_draft
from prescriptions.selectors.prescriptions import prescriptions_of
from prescriptions.views.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """`draft` is whose words these are, where they are a draft's; `again` the prescription that is written again."""

    form: AuthorizationForm
    again: str = ""
    draft: Draft | None = None


def prefill_of(request: Member, case: Case, prepared: Iterable[Draft]) -> Prefill:
    """In this order: the draft or prescription the address names, one's own draft, the patient's last prescription.

    `prepared` are the drafts that this person may open.
    """
    asked_for = _key(request.GET.get("draft"))
    opened = next((draft for draft in prepared if draft.pk == asked_for), None)
    if opened is not None:
        return Prefill(form=_form(case, from_draft(opened, case, attests=False)), draft=opened)
    earlier, key = prescriptions_of(case.patient.pk, case.program.code), _key(request.GET.get("again"))
    again = earlier.filter(pk=key).first() if key else None
    if again is not None:
        return Prefill(form=_form(case, from_prescription(again)), again=str(again.pk))
    own = own_draft(request.user, case.patient.pk, case.program.code)
    if own is not None:
        return Prefill(
            form=_form(case, from_draft(own, case, attests=case.signs)), again=own.data.get("again", ""), draft=own
        )
    last = earlier.first()
    return Prefill(form=_form(case, from_prescription(last) if last else {}))


def from_draft(draft: Draft, case: Case, *, attests: bool) -> dict[str, str]:
    """A draft's words. What somebody else ticked, or ticked for another category, is ticked anew."""
    data = {name: value for name, value in draft.data.items() if name != "category"}
    same = case.terms is not None and draft.data.get("category") == case.terms.category.code
    if attests and same:
        return data
    return {name: value for name, value in data.items() if not name.startswith("states_")}


def from_prescription(prescription: Prescription) -> dict[str, str]:
    """The same dose, capsules and days; nothing that was attested."""
    capsules = {capsules_field(line.strength_mg): str(line.per_dose) for line in prescription.capsules.all()}
    days = {"dosing_days": str(prescription.dosing_days), "days_supply": str(prescription.days_supply)}
    return {"dose_mg": str(bare(prescription.daily_dose_mg)), **capsules, **days}


def _form(case: Case, words: dict[str, str]) -> AuthorizationForm:
    assert case.terms is not None  # noqa: S101 - for the type checker: without terms there is no form
    return AuthorizationForm(initial=words, terms=case.terms, attests=case.signs)


def _key(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
