"""What a site holds and did: its log, its receipts, and the notices somebody has to read."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from compliance import clock
from compliance.access import Member, Permission, demand
from compliance.services.audit import note_read
from prescriptions.presenters.amounts import capsules_text
from prescriptions.presenters.site_log import act_lines, holding_lines
from prescriptions.selectors.desk import acts_of, holdings_of, notice_at, receipt_at, unread_notices
from prescriptions.services.read_notice import mark_read


@demand(Permission.VERIFY)
@require_safe
def log(request: Member) -> HttpResponse:
    """Notices first, then what is held with the time left, then the latest acts."""
    pharmacy = request.membership.pharmacy
    if pharmacy is None:
        raise Http404
    context = {
        "pharmacy": pharmacy,
        "notices": list(unread_notices(pharmacy)),
        "holdings": holding_lines(holdings_of(pharmacy), at=clock.now()),
        "acts": act_lines(acts_of(pharmacy)),
    }
    return render(request, "prescriptions/log.html", context)


@demand(Permission.VERIFY)
@require_safe
def receipt(request: Member, dispense_id: UUID) -> HttpResponse:
    """Proof of a supply that left this site, to print."""
    pharmacy = request.membership.pharmacy
    found = receipt_at(pharmacy, dispense_id) if pharmacy else None
    if found is None:
        raise Http404
    prescription = found.authorization.prescription
    note_read(prescription.patient_id, user=request.user, what="receipt")
    capsules = capsules_text({line.strength_mg: line.per_dose for line in prescription.capsules.all()})
    context = {"dispense": found, "pharmacy": pharmacy, "prescription": prescription, "capsules": capsules}
    return render(request, "prescriptions/receipt.html", context)


@demand(Permission.VERIFY)
@require_http_methods(["GET", "POST"])
def read_notice(request: Member, notice_id: UUID) -> HttpResponse:
    """Somebody at the site has read it."""
    pharmacy = request.membership.pharmacy
    if pharmacy is None or not notice_at(pharmacy, notice_id):
        raise Http404
    if request.method == "POST":
        mark_read(notice_id, pharmacy=pharmacy)
    return redirect("pharmacy-log" if request.POST.get("from") == "log" else "verify")
