"""Confirm, dispense, give back: each decided afresh, each pressing of a button counted once."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import Error as AnyDatabaseError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from compliance.access import Member, Permission, demand
from compliance.rules.decide import UnknownPrescription
from compliance.rules.program import NoEdition
from compliance.rules.verdict import Gate
from compliance.services.attempts import AttemptRefused
from prescriptions.forms.counter import ActForm, ConfirmForm, DispenseForm, ReverseForm
from prescriptions.models import Authorization
from prescriptions.presenters import desk as words
from prescriptions.selectors.desk import by_key
from prescriptions.services import confirm as confirming
from prescriptions.services import dispense as dispensing
from prescriptions.services import reverse as reversing
from prescriptions.services.acts import Act, NoSuchPrescription, NumberReplaced, PrescriptionWithdrawn
from prescriptions.views.desk import show, show_authorization, show_outage

CONFLICT = 409
Press = Callable[[Authorization, ActForm], Act]


@demand(Permission.DISPENSE)
@require_http_methods(["GET", "POST"])
def confirm(request: Member) -> HttpResponse:
    """This site takes the prescription."""

    def press(found: Authorization, form: ActForm) -> Act:
        return confirming.confirm(found.prescription_id, authorization_id=found.pk, **_by(request, form))

    return _act(request, ConfirmForm(request.POST), press)


@demand(Permission.DISPENSE)
@require_http_methods(["GET", "POST"])
def dispense(request: Member) -> HttpResponse:
    """The supply leaves this site."""

    def press(found: Authorization, form: ActForm) -> Act:
        said = {name: form.cleaned_data[name] for name in ("method", "counselled", "guide_given")}
        return dispensing.dispense(found.prescription_id, authorization_id=found.pk, **_by(request, form), **said)

    return _act(request, DispenseForm(request.POST), press, name="dispense_form")


@demand(Permission.REVERSE)
@require_http_methods(["GET", "POST"])
def reverse(request: Member) -> HttpResponse:
    """This site gives its confirmation back, and what it dispensed under it."""

    def press(found: Authorization, form: ActForm) -> Act:
        said = {name: form.cleaned_data[name] for name in ("reason", "note")}
        return reversing.reverse(found.prescription_id, **_by(request, form), **said)

    return _act(request, ReverseForm(request.POST), press, name="reverse_form")


def _by(request: Member, form: ActForm) -> dict[str, Any]:
    if request.membership.pharmacy_id is None:
        raise PermissionDenied
    return {
        "pharmacy_id": request.membership.pharmacy_id,
        "by": request.user,
        "attempt_id": form.cleaned_data["attempt"],
    }


def _act(request: Member, form: ActForm, press: Press, *, name: str = "") -> HttpResponse:
    if request.method == "GET":
        return redirect("verify")
    try:
        return _pressed(request, form, press, name)
    except (AnyDatabaseError, NoEdition, UnknownPrescription, KeyError):
        return _outage(request, form)


def _pressed(request: Member, form: ActForm, press: Press, name: str) -> HttpResponse:
    valid = form.is_valid()
    key = form.cleaned_data.get("authorization")
    found = by_key(key) if key else None
    if found is None or "attempt" not in form.cleaned_data:
        return show(request, outcome=words.unreadable_act(), status=CONFLICT)
    if not valid:
        refused: dict[str, Any] = {name: form} if name else {}
        return show_authorization(request, found, **refused)
    try:
        act = press(found, form)
    except AttemptRefused:
        return show_authorization(request, found, outcome=words.refused_attempt(), status=CONFLICT)
    except (PrescriptionWithdrawn, NumberReplaced, NoSuchPrescription):
        return show_authorization(request, _again(found))
    assert request.membership.pharmacy is not None  # noqa: S101 - `_by` asked
    if act.allowed and act.decision.gate == Gate.DISPENSE and not act.repeated:
        return show_authorization(request, _again(found), done=True)
    outcome = words.outcome_of(act, request.membership.pharmacy.zone)
    return show_authorization(request, _again(found), outcome=outcome)


def _again(found: Authorization) -> Authorization:
    """The rows as they are after the act."""
    return by_key(found.pk) or found


def _outage(request: Member, form: ActForm) -> HttpResponse:
    """Offer the very same button: its attempt tells whether it had been done."""
    sent = [(name, value) for name, value in request.POST.items() if name in form.fields]
    pressed = {"address": request.path, "fields": sent}
    return show_outage(request, said=words.cannot_tell_if_done(), pressed=pressed)
