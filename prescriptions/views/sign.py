"""Check and sign: the exact text, and the password on the same page."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from compliance.access import Member, Permission, demand
from compliance.services.attempts import AttemptRefused
from compliance.services.audit import note_read
from prescriptions.forms.authorization import AuthorizationForm
from prescriptions.forms.signing import SignForm
from prescriptions.models import Prescription
from prescriptions.presenters.document import authorization_document, fingerprint
from prescriptions.presenters.preview import preview_shown
from prescriptions.selectors.drafts import own_draft
from prescriptions.selectors.prescriptions import prescriptions_of, written_by_attempt
from prescriptions.services.drafts import drop_signed
from prescriptions.services.write import Order, write_prescription
from prescriptions.views.case import Case, case_of
from prescriptions.views.password import too_many_wrong_passwords


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What lies ready to be signed."""

    order: Order
    document: str
    replaces: Prescription | None


@demand(Permission.SIGN_FORMS)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
def check_and_sign(request: Member, patient_id: UUID, program: str) -> HttpResponse:
    """Show the text that is signed; sign it where the password is right and the text is still the same."""
    case = case_of(request, patient_id, program)
    written = _already_written(request)
    if written is not None:
        return redirect("prescription", written)
    paper = paper_of(request, case)
    if paper is None:
        messages.info(request, _("Nothing lies ready to be signed, or something changed. Check the form first."))
        return redirect("prescribe", patient_id, program)
    if request.method == "POST":
        return _sign(request, case, paper)
    note_read(case.patient.pk, user=request.user, what="check and sign")
    return _show(request, case, paper, blank(request, paper.document))


def paper_of(request: Member, case: Case) -> Paper | None:
    """The text that the signer's own draft makes of the facts of this moment; None where it makes none."""
    draft = own_draft(request.user, case.patient.pk, case.program.code)
    if draft is None or case.terms is None:
        return None
    form = AuthorizationForm(draft.data, terms=case.terms, attests=True)
    if not form.is_valid():
        return None
    replaces = _held(draft.data.get("again"), case)
    order = form.order()
    document = authorization_document(
        order, case.terms, patient=case.patient, prescriber=case.prescriber, replaces=replaces
    )
    return Paper(order=order, document=document, replaces=replaces)


def blank(request: Member, document: str) -> SignForm:
    """A page's own attempt, and the fingerprint of the text it shows."""
    return SignForm(user=request.user, initial={"attempt": uuid4(), "shown": fingerprint(document)})


def _sign(request: Member, case: Case, paper: Paper) -> HttpResponse:
    form = SignForm(request.POST, user=request.user)
    if not form.is_valid():
        if too_many_wrong_passwords(request, form):
            return redirect("sign-in")
        if "attempt" in form.errors or "shown" in form.errors:
            form = blank(request, paper.document)
        return _show(request, case, paper, form)
    if form.cleaned_data["shown"] != fingerprint(paper.document):
        return _show_anew(
            request, case, paper, _("Something changed since you read the text. Read it again, then sign.")
        )
    try:
        prescription = write_prescription(
            case.patient.pk,
            paper.order,
            by=request.user,
            prescriber=case.prescriber,
            document=paper.document,
            attempt_id=form.cleaned_data["attempt"],
            replaces=paper.replaces.pk if paper.replaces else None,
        )
    except AttemptRefused:
        says = _("That button belonged to another form. Nothing was signed. Read the text, then sign.")
        return _show_anew(request, case, paper, says)
    drop_signed(request.user, case.prescriber, case.patient.pk, case.program.code)
    return redirect("prescription", prescription.pk)


def _show_anew(request: Member, case: Case, paper: Paper, says: str) -> HttpResponse:
    form = blank(request, paper.document)
    return _show(request, case, paper, form, notice=says, status=409)


def _show(
    request: Member, case: Case, paper: Paper, form: SignForm, *, notice: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "case": case,
        "paper": paper,
        "form": form,
        "notice": notice,
        "shown": preview_shown(case.preview, case.program.zone, signed_by=case.prescriber.user.name),
    }
    return render(request, "prescriptions/sign.html", context, status=status)


def _already_written(request: Member) -> UUID | None:
    """A second press of a button that was pressed: its prescription, whatever became of the draft."""
    try:
        attempt = UUID(request.POST.get("attempt", ""))
    except ValueError:
        return None
    return written_by_attempt(attempt, request.user)


def _held(key: str | None, case: Case) -> Prescription | None:
    """The prescription that is written again, where it is this prescriber's and still held."""
    try:
        earlier = UUID(key or "")
    except ValueError:
        return None
    held = prescriptions_of(case.patient.pk, case.program.code).filter(hold__isnull=False)
    return held.filter(pk=earlier, prescriber=case.prescriber).first()
