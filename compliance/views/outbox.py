"""The messages the demonstration sent. Elsewhere there is no such page."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compliance.access import Member, Permission, demand
from compliance.selectors.outbox import sent_messages

A_PAGE = 50


@demand(Permission.SEE_OUTBOX)
@require_safe
def outbox(request: Member) -> HttpResponse:
    """Newest first."""
    if not getattr(settings, "SHOW_OUTBOX", False):
        raise Http404
    messages = Paginator(sent_messages(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "compliance/outbox.html", {"sent": messages})
