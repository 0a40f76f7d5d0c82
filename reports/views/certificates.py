"""Administrators certify prescribers and pharmacies, and take that back. A page in between says what it does."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance.access import Member, Permission, demand
from compliance.services import certify
from reports.forms import ChangeForm, ProgramForm
from reports.period import Period, last_days
from reports.selectors.certificates import (
    Holder,
    holder_of,
    pharmacies,
    pharmacy_called,
    prescriber_called,
    prescribers,
    waiting_on,
)


@demand(Permission.CERTIFY)
@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: Member) -> HttpResponse:
    """The list; with somebody named, the step before a change; sent from there, the change."""
    said = request.POST if request.method == "POST" else request.GET
    form = ProgramForm(said)
    if not form.is_valid():
        return render(request, "reports/certificates.html", {"form": form}, status=400)
    period = last_days(form.chosen)
    if "of" not in said:
        return _list(request, form, period)
    holder, certified = _change(said, period)
    if holder.certified is certified or (holder.certified is None and not certified):
        messages.info(request, _("Nothing to change: it is so already."))
    elif request.method == "POST":
        _record(holder, certified, by=request, program=period.program.code)
        messages.success(request, _("Done. It counts from this moment on, for every question asked."))
    else:
        touched = waiting_on(holder, period)
        context = {"form": form, "period": period, "holder": holder, "certified": certified, "touched": touched}
        return render(request, "reports/certify.html", context)
    return redirect(f"{reverse('certificates')}?program={period.program.code}")


def _list(request: HttpRequest, form: ProgramForm, period: Period) -> HttpResponse:
    context = {"form": form, "period": period, "prescribers": prescribers(period), "pharmacies": pharmacies(period)}
    return render(request, "reports/certificates.html", context)


def _change(said: Any, period: Period) -> tuple[Holder, bool]:
    """Who is to be changed, and to what. Nobody of ours, or no change of ours: there is no such page."""
    form = ChangeForm(said)
    holder = holder_of(period, form.cleaned_data["of"]) if form.is_valid() else None
    if holder is None:
        raise Http404
    return holder, form.cleaned_data["to"] == "certified"


def _record(holder: Holder, certified: bool, *, by: Member, program: str) -> None:
    what: dict[str, Any] = {"by": by.user, "program": program, "certified": certified}
    if holder.kind == "prescriber":
        certify.certify_prescriber(prescriber_called(holder), **what)
    else:
        certify.certify_pharmacy(pharmacy_called(holder), **what)
