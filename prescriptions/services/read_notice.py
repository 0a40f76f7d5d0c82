"""A site says that it has read that a number it holds is no longer good."""

from uuid import UUID

from compliance import clock
from compliance.models import Pharmacy
from prescriptions.models import PharmacyNotice


def mark_read(notice_id: UUID, *, pharmacy: Pharmacy) -> None:
    """Stamp the site's own notice as read, once; reading it twice changes nothing."""
    PharmacyNotice.objects.filter(pk=notice_id, pharmacy=pharmacy, seen_at=None).update(seen_at=clock.database_now())
