"""The authorization form: the verdict first, then at most six answers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance.access import Member, Permission, demand
from compliance.models import Draft
from compliance.services.audit import note_read
from prescriptions.forms.authorization import AuthorizationForm
from prescriptions.presenters.preview import preview_shown
from prescriptions.selectors.drafts import prepared_for
from prescriptions.selectors.prescriptions import under_way
from prescriptions.services.drafts import drop_draft, save_draft
from prescriptions.views.case import Case, case_of
from prescriptions.views.prefill import Prefill, prefill_of


@demand(Permission.PREPARE_FORMS)
@require_http_methods(["GET", "POST"])
def prescribe(request: Member, patient_id: UUID, program: str) -> HttpResponse:
    """Show the verdict and the form; keep what was typed, or take it on to be signed."""
    case = case_of(request, patient_id, program)
    if request.method == "GET" or case.terms is None:
        note_read(case.patient.pk, user=request.user, what="authorization form")
        prepared = _prepared(case)
        return _show(request, case, prefill_of(request, case, prepared) if case.terms else None, prepared)
    intent = request.POST.get("intent")
    if intent == "forget":
        drop_draft(request.user, patient_id, program)
        return redirect("prescribe", patient_id, program)
    return _keep(request, case, intent)


def _keep(request: Member, case: Case, intent: str | None) -> HttpResponse:
    assert case.terms is not None  # noqa: S101 - for the type checker: its caller asked
    form = AuthorizationForm(request.POST, terms=case.terms, attests=case.signs)
    again = request.POST.get("again", "")[:36]
    if intent == "check" and not case.signs:
        raise PermissionDenied
    whole = intent == "draft" or form.is_valid()
    if not whole:
        return _show(request, case, Prefill(form=form, again=again), _prepared(case))
    kept = form.typed() | {"prescriber": str(case.prescriber.pk), "again": again}
    save_draft(request.user, case.patient.pk, case.program.code, data=kept, ready=intent == "ready")
    if intent == "check":
        return redirect("check-and-sign", case.patient.pk, case.program.code)
    says = {
        "ready": _("Kept. %(name)s finds it ready to sign.") % {"name": case.prescriber.user.name},
    }.get(intent or "", _("Kept as a draft. It has no effect until it is signed."))
    messages.success(request, says)
    return redirect("prescribe", case.patient.pk, case.program.code)


def _prepared(case: Case) -> list[Draft]:
    """What delegates call complete, for whoever signs it."""
    if not case.signs:
        return []
    return list(prepared_for(case.prescriber).filter(patient=case.patient, program=case.program.code))


def _show(request: Member, case: Case, prefill: Prefill | None, prepared: list[Draft]) -> HttpResponse:
    context: dict[str, Any] = {
        "case": case,
        "shown": preview_shown(case.preview, case.program.zone, signed_by=case.prescriber.user.name),
        "prefill": prefill,
        "form": prefill.form if prefill else None,
        "under_way": under_way(case.patient.pk, case.program.code, case.at),
        "prepared": prepared,
    }
    return render(request, "prescriptions/prescribe.html", context)
