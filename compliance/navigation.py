"""Where a role can go from any page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.access import Permission, may, membership_of
from compliance.models import Membership

PLACES: list[tuple[Permission | None, str, Promise]] = [
    (Permission.SEE_PATIENTS, "work-list", _("Work-list")),
    (Permission.RECORD_FACTS, "enrol", _("Enrol a patient")),
    (Permission.VERIFY, "verify", _("Verify and dispense")),
    (Permission.VERIFY, "pharmacy-log", _("This site's log")),
    (Permission.SEE_COUNTS, "program", _("Program")),
    (Permission.SEE_DECISIONS, "decisions", _("Decisions")),
    (Permission.CERTIFY, "certificates", _("Certificates")),
    (None, "programs", _("Program rules")),  # for everybody who has a role
    (Permission.SEE_OUTBOX, "outbox", _("Outbox")),
]


def head_of_page(request: HttpRequest | None) -> dict[str, Any]:
    """Links of the role with the current page marked, and who is signed in as what, where."""
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return {}
    membership = getattr(request, "membership", None) or membership_of(user)
    return {
        "person": user.name,
        "role": membership.get_role_display() if membership else None,
        "place": (membership.practice or membership.pharmacy) if membership else None,
        "links": links_of(membership, here=getattr(request.resolver_match, "url_name", None)),
    }


def links_of(membership: Membership | None, *, here: str | None) -> list[dict[str, Any]]:
    """The pages that need no record to be named and that the role may open."""
    links = []
    for permission, name, label in PLACES:
        open_to_them = may(membership, permission) if permission else membership is not None
        if not open_to_them or (name == "outbox" and not getattr(settings, "SHOW_OUTBOX", False)):
            continue
        try:
            links.append({"label": label, "address": reverse(name), "current": name == here})
        except NoReverseMatch:
            continue
    return links
