"""The prescriber takes a prescription back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from compliance.access import Member, Permission, demand
from prescriptions.forms.withdraw import WithdrawForm
from prescriptions.services import write
from prescriptions.views.prescription import seen_or_404, show


@demand(Permission.SIGN_FORMS)
@require_http_methods(["GET", "POST"])
def withdraw(request: Member, prescription_id: UUID) -> HttpResponse:
    """With a reason, by whose it is; what was dispensed stays."""
    found = seen_or_404(request, prescription_id)
    if request.method == "GET":
        return redirect("prescription", prescription_id)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return show(request, found, withdraw_form=form)
    try:
        write.withdraw(prescription_id, by=request.user, reason=form.cleaned_data["reason"])
    except write.NotTheirs:
        messages.error(request, _("Only the prescriber who signed it can withdraw it."))
    except write.AlreadyDispensed:
        messages.error(
            request, _("It was dispensed meanwhile, so it cannot be withdrawn. Call the patient if need be.")
        )
    return redirect("prescription", prescription_id)
