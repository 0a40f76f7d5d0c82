"""May this go out now? One field, one answer, on one page."""

from typing import Any
from uuid import UUID

from django.db import Error as AnyDatabaseError
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from compliance import clock
from compliance.access import Member, Permission, demand
from compliance.rules.decide import UnknownPrescription
from compliance.rules.program import NoEdition
from compliance.services.audit import note_read
from prescriptions.forms.counter import DispenseForm, NumberForm, ReverseForm
from prescriptions.models import Authorization
from prescriptions.presenters import desk as words
from prescriptions.selectors.desk import answer_for, by_key, by_number, unread_notices
from prescriptions.services import lookups

CANNOT_ANSWER = (AnyDatabaseError, NoEdition, UnknownPrescription, KeyError)
"""What keeps the site from answering; none of it says anything about the patient."""
NOT_NOW = 503


@demand(Permission.VERIFY)
@require_http_methods(["GET", "POST"])
def verify(request: Member) -> HttpResponse:
    """The number is posted, never in an address; nothing is stored but that it was asked."""
    if request.method == "GET":
        return show(request)
    try:
        return _answer(request)
    except CANNOT_ANSWER:
        return show_outage(request)


def _answer(request: Member) -> HttpResponse:
    opened = _opened_from_the_log(request)
    if opened is not None:
        return show_authorization(request, opened)
    form = NumberForm(request.POST)
    if not form.is_valid():
        return show(request, form=form)
    if lookups.must_wait(request.user):
        return show(request, form=form, said=words.too_many_unknown())
    found = by_number(form.cleaned_data["number"])
    if found is None:
        lookups.note_unknown(request.user)
        return show(request, form=form, said=words.unknown_number())
    return show_authorization(request, found)


def _opened_from_the_log(request: Member) -> Authorization | None:
    """What this very site holds or held can be opened without typing its number."""
    key = key_in(request.POST.get("authorization"))
    found = by_key(key) if key else None
    if found is None or all(row.pharmacy_id != request.membership.pharmacy_id for row in found.confirmations.all()):
        return None
    return found


def show_authorization(
    request: Member,
    found: Authorization,
    *,
    outcome: words.Outcome | None = None,
    done: bool = False,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    """The verdict of this moment, and what can be done next. Reading it leaves an access event.

    `done`: it was dispensed by the very press that asks for this page.
    """
    assert request.membership.pharmacy is not None  # noqa: S101 - a constraint: pharmacists work at a pharmacy
    note_read(found.prescription.patient_id, user=request.user, what="pharmacy desk")
    answer = answer_for(found, request.membership.pharmacy, clock.now())
    desk = words.desk_of(answer)
    said = (words.done(answer) if done else None) or desk.said
    return show(request, said=said, desk=desk, outcome=outcome, status=status, **forms)


def show(
    request: Member,
    *,
    form: NumberForm | None = None,
    said: words.Said | None = None,
    desk: words.Desk | None = None,
    outcome: words.Outcome | None = None,
    status: int = 200,
    dispense_form: DispenseForm | None = None,
    reverse_form: ReverseForm | None = None,
) -> HttpResponse:
    """The page, or only its desk where htmx asks for that."""
    pharmacy = request.membership.pharmacy
    context: dict[str, Any] = {
        "pharmacy": pharmacy,
        "form": form or NumberForm(),
        "said": said,
        "desk": desk,
        "outcome": outcome,
        "dispense_form": dispense_form or DispenseForm(),
        "reverse_form": reverse_form or ReverseForm(),
        "notices": list(unread_notices(pharmacy)) if pharmacy else [],
    }
    return _send(request, context, status)


def show_outage(
    request: Member, *, said: words.Said | None = None, pressed: dict[str, Any] | None = None
) -> HttpResponse:
    """Cannot tell. Asks the database nothing; `pressed` offers the same button again, with the same attempt."""
    context: dict[str, Any] = {
        "pharmacy": request.membership.pharmacy,
        "form": NumberForm(initial={"number": request.POST.get("number", "")[:200]}),
        "said": said or words.cannot_reach(),
        "pressed": pressed,
        "notices": [],
    }
    return _send(request, context, NOT_NOW)


def _send(request: Member, context: dict[str, Any], status: int) -> HttpResponse:
    fragment = bool(getattr(request, "htmx", False))
    template = "prescriptions/desk_fragment.html" if fragment else "prescriptions/desk.html"
    response = render(request, template, context, status=status)
    response.headers["Desk-Answer"] = "1"  # desk.js shows what carries this, whatever its status
    return response


def key_in(text: str | None) -> UUID | None:
    """A key that a page sent; None for anything that is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
