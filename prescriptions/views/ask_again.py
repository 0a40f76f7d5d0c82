"""The prescriber signs again and asks for a new number."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from compliance.access import Member, Permission, demand
from compliance.services.attempts import AttemptRefused
from prescriptions.forms.signing import SignForm
from prescriptions.presenters.document import again_document, fingerprint
from prescriptions.services import ask_again as service
from prescriptions.services.acts import PrescriptionWithdrawn
from prescriptions.services.write import NotTheirs
from prescriptions.views.password import too_many_wrong_passwords
from prescriptions.views.prescription import seen_or_404, show
from prescriptions.views.sign import blank


@demand(Permission.SIGN_FORMS)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
def ask_again(request: Member, prescription_id: UUID) -> HttpResponse:
    """Yes, no or held, the prescription's own page says it."""
    found = seen_or_404(request, prescription_id)
    if request.method == "GET":
        return redirect("prescription", prescription_id)
    document = again_document(found)
    form = SignForm(request.POST, user=request.user)
    if not form.is_valid():
        if too_many_wrong_passwords(request, form):
            return redirect("sign-in")
        broken = "attempt" in form.errors or "shown" in form.errors
        return show(request, found, sign_form=blank(request, document) if broken else form)
    if form.cleaned_data["shown"] != fingerprint(document):
        return show(request, found, status=409, notice=_("The text changed. Read it again, then sign."))
    try:
        act = service.ask_again(
            prescription_id, by=request.user, document=document, attempt_id=form.cleaned_data["attempt"]
        )
    except AttemptRefused:
        return show(request, found, status=409, notice=_("That button belonged to another act. Nothing was signed."))
    except NotTheirs:
        messages.error(request, _("Only the prescriber who signed it can ask for a new number."))
    except PrescriptionWithdrawn:
        messages.error(request, _("This prescription was withdrawn meanwhile, so no number can be issued for it."))
    else:
        if not act.repeated:
            messages.success(request, _("Signed. A new number was issued.") if act.allowed else _("Signed and kept."))
    return redirect("prescription", prescription_id)
