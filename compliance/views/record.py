"""One plain page a kind of fact: fill in, see what it does where that matters, record."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance.access import Member, Permission, demand, may, may_change_test
from compliance.forms.base import About, FactForm
from compliance.forms.kinds import KINDS
from compliance.forms.tests import CorrectTestForm, VoidTestForm
from compliance.selectors.evidence import TestOnRecord, test_on_record
from compliance.services import audit
from compliance.views.patients import about_patient, own_patient, program_asked


@demand(Permission.RECORD_FACTS)
@require_http_methods(["GET", "POST"])
def record(request: Member, patient_id: UUID, kind: str) -> HttpResponse:
    """Record one fact of a kind. What only a prescriber attests is refused to a delegate."""
    form_class = KINDS.get(kind)
    if form_class is None:
        raise Http404
    patient = own_patient(request, patient_id)
    if form_class.attests and not may(request.membership, Permission.ATTEST):
        raise PermissionDenied
    about = about_patient(patient, program=program_asked(request, patient))
    if not form_class.shown_for(about):
        raise Http404
    if form_class.handed_over and "done" in request.GET and request.method == "GET":
        return render(request, "compliance/thanks.html", {"about": about, "patient": patient})
    return fill_in(request, about, form_class(request.POST or None, about=about), what=f"record {kind}")


@demand(Permission.RECORD_FACTS)
@require_http_methods(["GET", "POST"])
def correct_test(request: Member, patient_id: UUID, test_id: UUID) -> HttpResponse:
    """Say what was wrong about a test."""
    about, found = _test(request, patient_id, test_id)
    form = CorrectTestForm(request.POST or None, about=about, test=found.test, counts=found.counts)
    return fill_in(request, about, form, what="correct test")


@demand(Permission.RECORD_FACTS)
@require_http_methods(["GET", "POST"])
def void_test(request: Member, patient_id: UUID, test_id: UUID) -> HttpResponse:
    """Say that a test never counts."""
    about, found = _test(request, patient_id, test_id)
    return fill_in(request, about, VoidTestForm(request.POST or None, about=about, test=found.test), what="void test")


def _test(request: Member, patient_id: UUID, test_id: UUID) -> tuple[About, TestOnRecord]:
    patient = own_patient(request, patient_id)
    found = test_on_record(patient.pk, test_id)
    if found is None or found.voided is not None:
        raise Http404
    if not may_change_test(request.membership, found.counts.result):
        raise PermissionDenied
    return about_patient(patient, program=program_asked(request, patient)), found


def fill_in(request: Member, about: About, form: FactForm, *, what: str) -> HttpResponse:
    """Show the form, or its errors with everything still in it, or what it would do, or record it and go back."""
    context: dict[str, Any] = {"form": form, "about": about, "patient": about.patient}
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        preview = None if "confirmed" in request.POST else form.preview()
        if preview is not None:
            audit.note_read(about.patient.pk, user=request.user, what=what)
            return render(request, "compliance/preview.html", context | dict(preview))
        if (response := _save(request, about, form)) is not None:
            return response
    audit.note_read(about.patient.pk, user=request.user, what=what)
    return render(request, "compliance/record.html", context)


def _save(request: Member, about: About, form: FactForm) -> HttpResponse | None:
    try:
        form.save(by=request.user)
    except ValueError:
        form.add_error(None, _("This cannot be recorded as it stands. Check the days and times, and try again."))
        return None
    if form.handed_over:
        return redirect(f"{request.path}?{urlencode({'program': about.program.code, 'done': 'yes'})}")
    messages.success(request, str(form.done))
    back = reverse("patient", args=[about.patient.pk])
    return redirect(f"{back}?{urlencode({'program': about.program.code})}" if "program" in request.GET else back)
