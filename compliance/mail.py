"""Mail: what the demonstration keeps of it, and how a message is known again.

`OutboxBackend` hands messages to the backend that `OUTBOX_DELIVERS_BY` names, and keeps each that was taken where the
outbox page can show it. Only the demonstration uses it: a deployment keeps no copies of what it sent.
"""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from compliance import clock
from compliance.models import Outbox


class OutboxBackend(BaseEmailBackend):
    """Deliver through another backend, then keep what was delivered."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self.delivers = get_connection(settings.OUTBOX_DELIVERS_BY, fail_silently=fail_silently, **options)

    def open(self) -> bool | None:
        return self.delivers.open()

    def close(self) -> None:
        self.delivers.close()

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """One by one, so that nothing is kept that was refused. Returns how many were taken."""
        taken = [message for message in email_messages if self.delivers.send_messages([message])]
        Outbox.objects.bulk_create(
            Outbox(to=", ".join(message.to), subject=str(message.subject), body=str(message.body), sent_at=clock.now())
            for message in taken
        )
        return len(taken)


def message_id(kind: str, key: UUID) -> str:
    """The Message-ID of a row's message: the same each time, so that a second copy is known as one."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{kind}.{key}@{domain}>"
