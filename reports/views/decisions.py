"""Every decision with everything it was made from, by patient code, never by name."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from compliance.access import Member, Permission, demand
from compliance.services.audit import note_read
from reports.forms import ANSWERS, DecisionsForm, NumberForm
from reports.presenters import shown_decision
from reports.selectors.decisions import decision_by_number, decision_of, decisions, inputs_of
from reports.selectors.rechecks import ask_again
from reports.views.counts import asked_for

DECISIONS_A_PAGE = 50


@demand(Permission.SEE_DECISIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: Member) -> HttpResponse:
    """Decisions of a period, filtered; a number that somebody holds leads straight to the one that issued it."""
    number = NumberForm(request.POST or None, label_suffix="")
    if request.method == "POST" and number.is_valid():
        found = decision_by_number(number.cleaned_data["number"])
        if found is not None:
            return redirect("decision", found)
        number.add_error("number", _("No decision issued this number."))
    form = DecisionsForm(request.GET)
    context: dict[str, Any] = {"form": form, "number": number}
    if not form.is_valid():
        return render(request, "reports/decisions.html", context, status=400)
    return render(request, "reports/decisions.html", context | _page(form, request.GET.get("page")))


@demand(Permission.SEE_DECISIONS)
@require_safe
def one(request: Member, decision: UUID) -> HttpResponse:
    """One decision: inputs, edition, checks, signature, place in the chain. Reading it leaves an access event."""
    found = decision_of(decision)
    if found is None:
        raise Http404
    note_read(found.patient_id, user=request.user, what="decision")
    return render(request, "reports/decision.html", shown_decision(found, inputs_of(found), ask_again(found)))


def _page(form: DecisionsForm, number: str | None) -> dict[str, Any]:
    period, asked = form.period(), form.cleaned_data
    found = decisions(
        period,
        gate=asked["gate"],
        allowed=ANSWERS.get(asked["answer"]),
        reason=asked["reason"],
        patient=asked["patient"],
    )
    page = Paginator(found, DECISIONS_A_PAGE).get_page(number)
    return {"period": period, "page": page, "asked": asked_for(form)}
