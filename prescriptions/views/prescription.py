"""One prescription: where it stands, what it waits for, and what its prescriber can do."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compliance import clock
from compliance.access import Member, Permission, demand, may
from compliance.programs import load_programs
from compliance.services.audit import note_read
from config.middleware import does_not_prolong
from prescriptions.forms.signing import SignForm
from prescriptions.forms.withdraw import WithdrawForm
from prescriptions.models import Prescription
from prescriptions.presenters.amounts import capsules_text
from prescriptions.presenters.document import again_document
from prescriptions.presenters.standing import shown_of
from prescriptions.selectors.prescriptions import Standing, State, prescription_seen_by, standing_of
from prescriptions.views.sign import blank

ASK_AGAIN = frozenset({State.VOIDED, State.EXPIRED})
WITHDRAWABLE = frozenset({State.HELD, State.RELEASED, State.CONFIRMED, State.EXPIRED, State.VOIDED})
NOT_MODIFIED = 204


@demand(Permission.SEE_PATIENTS)
@require_safe
def prescription(request: Member, prescription_id: UUID) -> HttpResponse:
    """The whole page."""
    found = seen_or_404(request, prescription_id)
    note_read(found.patient_id, user=request.user, what="prescription")
    return show(request, found)


@does_not_prolong
@demand(Permission.SEE_PATIENTS)
@require_safe
def status(request: Member, prescription_id: UUID) -> HttpResponse:
    """What changes by itself, for a page that asks every few seconds. Nobody is at work when it does."""
    found = seen_or_404(request, prescription_id)
    context = context_of(request, found)
    if request.GET.get("seen") == context["shown"].mark:
        return HttpResponse(status=NOT_MODIFIED)
    return render(request, "prescriptions/prescription_status.html", context)


def seen_or_404(request: Member, prescription_id: UUID) -> Prescription:
    """A prescription of one of their patients; any other answers like one that does not exist."""
    found = prescription_seen_by(request.membership, prescription_id)
    if found is None:
        raise Http404
    return found


def show(request: Member, found: Prescription, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page, with forms that were not accepted in place of blank ones."""
    return render(request, "prescriptions/prescription.html", context_of(request, found, **forms), status=status)


def context_of(
    request: Member,
    found: Prescription,
    *,
    withdraw_form: WithdrawForm | None = None,
    sign_form: SignForm | None = None,
    notice: str = "",
) -> dict[str, Any]:
    zone = load_programs()[found.program].zone
    standing = standing_of(found, clock.now())
    own = may(request.membership, Permission.SIGN_FORMS) and found.prescriber.user_id == request.user.pk
    document = again_document(found)
    return {
        "prescription": found,
        "patient": found.patient,
        "zone": zone,
        "standing": standing,
        "shown": shown_of(found, standing, zone),
        "capsules": capsules_text({line.strength_mg: line.per_dose for line in found.capsules.all()}),
        "notice": notice,
        "document": document,
        "write_again": _write_again(request, standing),
        "ask_again": (sign_form or blank(request, document)) if own and _may_ask_again(standing) else None,
        "withdraw": (withdraw_form or WithdrawForm()) if own and _withdrawable(standing) else None,
    }


def _may_ask_again(standing: Standing) -> bool:
    return standing.state in ASK_AGAIN and standing.freeable and standing.dispense is None


def _withdrawable(standing: Standing) -> bool:
    return standing.state in WITHDRAWABLE and standing.dispense is None


def _write_again(request: Member, standing: Standing) -> bool:
    """Whether the page offers a new form with the same answers."""
    over = standing.state in {State.LAPSED, State.WITHDRAWN}
    return may(request.membership, Permission.PREPARE_FORMS) and (over or not standing.freeable)
