"""The messages the demonstration sent."""

from django.db.models import QuerySet

from compliance.models import Outbox


def sent_messages() -> QuerySet[Outbox]:
    """Newest first."""
    return Outbox.objects.order_by("-sent_at", "pk")
