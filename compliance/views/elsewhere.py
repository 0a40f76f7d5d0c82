"""A patient comes into another program, beside the one they are in or after it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance import clock
from compliance.access import Member, Permission, demand
from compliance.forms.elsewhere import ElsewhereForm
from compliance.services.audit import note_read
from compliance.views.patients import own_patient


@demand(Permission.RECORD_FACTS)
@require_http_methods(["GET", "POST"])
def enrol_elsewhere(request: Member, patient_id: UUID) -> HttpResponse:
    """Tests, contraception, periods and pregnancies come along; agreement and surveys are asked anew."""
    patient = own_patient(request, patient_id)
    enrolled_in: list[str] = patient.enrolled_in  # type: ignore[attr-defined]  # annotated by own_patient
    form = ElsewhereForm(request.POST or None, patient=patient, enrolled_in=enrolled_in, now=clock.now())
    if request.method == "POST" and form.is_valid():
        enrolment = form.save(by=request.user)
        messages.success(request, _("%(code)s is enrolled. Next: the agreement.") % {"code": patient.code})
        return redirect(f"{reverse('patient', args=[patient.pk])}?{urlencode({'program': enrolment.program})}")
    note_read(patient.pk, user=request.user, what="enrol elsewhere")
    return render(request, "compliance/elsewhere.html", {"form": form, "patient": patient})
