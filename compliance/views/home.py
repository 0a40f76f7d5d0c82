"""The front door, by role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from compliance.access import membership_of, signed_in
from compliance.models import Membership

FIRST_PAGE = {
    Membership.Role.PRESCRIBER: "work-list",
    Membership.Role.DELEGATE: "work-list",
    Membership.Role.PHARMACIST: "verify",
    Membership.Role.ADMINISTRATOR: "program",
    Membership.Role.AUDITOR: "decisions",
}


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the page a role begins its day with; a sentence for somebody whose role has ended."""
    membership = membership_of(request.user)  # type: ignore[arg-type]
    if membership is None:
        return render(request, "compliance/no_role.html", status=403)
    return redirect(FIRST_PAGE[Membership.Role(membership.role)])
