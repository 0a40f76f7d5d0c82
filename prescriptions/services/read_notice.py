"""A site says that it has read that a number it holds is no longer good."""

from uuid import UUID

from compliance import clock
from compliance.models import Pharmacy
from prescriptions.models import PharmacyNotice


def mark_read(notice_id: UUID, *, pharmacy: Pharmacy) -> bool:
    """Stamp it as read, once. False where the site has no such notice; reading it twice changes nothing."""
    own = PharmacyNotice.objects.filter(pk=notice_id, pharmacy=pharmacy)
    own.filter(seen_at=None).update(seen_at=clock.database_now())
    return own.exists()
