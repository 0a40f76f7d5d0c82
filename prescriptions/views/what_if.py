"""When could this be released if a test were collected on …? Asked of the gate itself; nothing is stored."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from compliance.access import Member, Permission, demand
from compliance.forms.base import About
from compliance.forms.what_if import WhatIfForm
from compliance.services.audit import note_read
from prescriptions.models import Prescription
from prescriptions.presenters.preview import PreviewShown
from prescriptions.presenters.what_if import foreseen_shown
from prescriptions.selectors.prescriptions import under_way
from prescriptions.selectors.preview import facts_for_form
from prescriptions.selectors.what_if import Supposed, foresee
from prescriptions.views.case import Case, case_of


@demand(Permission.PREPARE_FORMS)
@require_http_methods(["GET", "POST"])
def what_if(request: Member, patient_id: UUID, program: str) -> HttpResponse:
    """A small form, and the answer beside it."""
    case = case_of(request, patient_id, program)
    edition = case.program.gates_at(case.at) if case.terms else None
    if edition is None:
        raise Http404
    about = About(patient=case.patient, program=case.program, edition=edition, facts=case.facts, now=case.at)
    if not WhatIfForm.shown_for(about):
        raise Http404
    held = held_by(case)
    form = WhatIfForm(request.POST or None, about=about)
    shown = answered(case, form, held) if request.method == "POST" and form.is_valid() else None
    note_read(case.patient.pk, user=request.user, what="what if")
    context = {"form": form, "about": about, "patient": case.patient, "case": case, "held": held, "shown": shown}
    return render(request, "prescriptions/what_if.html", context)


def held_by(case: Case) -> Prescription | None:
    """The prescription that waits, if one does."""
    found = under_way(case.patient.pk, case.program.code, case.at)
    return found if found is not None and hasattr(found, "hold") else None


def answered(case: Case, form: WhatIfForm, held: Prescription | None) -> PreviewShown:
    """The gate's answer in words."""
    data, facts = form.cleaned_data, case.facts
    if held is not None and held.prescriber_id != case.prescriber.pk:
        facts = facts_for_form(case.patient.pk, case.program, held.prescriber_id)
    supposed = Supposed(
        collected_at=data["collected_at"],
        sensitivity=data["sensitivity"],
        setting=data["setting"],
        home_allowed=data["home_allowed"],
    )
    foreseen = foresee(
        facts,
        case.program,
        supposed,
        prescriber_id=case.prescriber.pk,
        at=case.at,
        held=str(held.pk) if held else None,
    )
    return foreseen_shown(foreseen, case.program.zone)
