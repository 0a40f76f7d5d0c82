"""Enrolling a patient, with a draft to come back to."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance import clock
from compliance.access import Member, Permission, demand
from compliance.forms.enrol import EnrolForm, draft_values
from compliance.selectors.drafts import draft_of
from compliance.selectors.people import prescribers_of
from compliance.services.drafts import drop_draft, keep_draft

FORM = "enrol"


@demand(Permission.RECORD_FACTS)
@require_http_methods(["GET", "POST"])
def enrol(request: Member) -> HttpResponse:
    """One page, grouped. Saving a draft asks nothing and has no effect."""
    draft = draft_of(request.user, FORM)
    start = draft_values(draft.data) if draft else None
    practice = request.membership.practice
    if practice is None or not prescribers_of(request.membership).exists():
        raise PermissionDenied  # a delegate whom nobody lets prepare anything any more
    form = EnrolForm(request.POST or None, initial=start, practice=practice, now=clock.now())
    if request.method == "POST" and "save_draft" in request.POST:
        return _keep(request, form)
    if request.method == "POST" and form.is_valid():
        patient = form.save(by=request.user)
        drop_draft(request.user, FORM)
        messages.success(request, _("%(code)s is enrolled. Next: the agreement.") % {"code": patient.code})
        return redirect("patient", patient.pk)
    return render(request, "compliance/enrol.html", {"form": form, "draft": draft})


def _keep(request: Member, form: EnrolForm) -> HttpResponse:
    keep_draft(request.user, FORM, data=form.typed())
    messages.success(request, _("Your draft is kept. Nobody is enrolled yet."))
    return redirect("enrol")
