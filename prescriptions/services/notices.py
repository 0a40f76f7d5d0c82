"""A site that holds a number which was voided is told by mail: to look, and nothing about whom.

Its page says so first; the mail is for a site that is not looking. At least once: should the process die between the
mail server's yes and the stamp, the next sweep mails again, under the same Message-ID.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

import structlog
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from compliance import clock
from compliance.mail import message_id
from prescriptions.models import PharmacyNotice

log = structlog.get_logger(__name__)

STALE = timedelta(minutes=5)
"""A claim older than this is taken over: its holder died, or the mail server refused."""
MANY_ATTEMPTS = 10
SELDOM = timedelta(hours=1)
BATCH = 200


def unsent(at: datetime) -> Iterator[UUID]:
    """Notices to send or to try again."""
    rows = PharmacyNotice.objects.filter(claimable(at)).order_by("planned_at")
    yield from rows.values_list("pk", flat=True)[:BATCH]


def claimable(at: datetime) -> Q:
    """Not sent, and nobody's; after many attempts only now and then."""
    stale = Q(attempts__lt=MANY_ATTEMPTS, claimed_at__lte=at - STALE) | Q(claimed_at__lte=at - SELDOM)
    return Q(sent_at=None) & (Q(claimed_at=None) | stale)


def send(notice_id: UUID) -> bool:
    """Mail one notice, unless it was sent or somebody is at it. Returns whether it went. Safe to run twice."""
    at = clock.now()
    claimed = PharmacyNotice.objects.filter(claimable(at), pk=notice_id)
    if not claimed.update(claimed_at=at, attempts=F("attempts") + 1):
        return False
    notice = PharmacyNotice.objects.select_related("pharmacy").get(pk=notice_id)
    try:
        _message(notice).send()
    except (SMTPException, OSError) as error:
        log.warning("mail_refused", notice=str(notice_id), error=type(error).__name__)
        return False
    PharmacyNotice.objects.filter(pk=notice_id, sent_at=None).update(sent_at=max(clock.now(), at))
    return True


def _message(notice: PharmacyNotice) -> EmailMessage:
    return EmailMessage(
        subject=_("A number your site holds is no longer good"),
        body=render_to_string("emails/pharmacy_notice.txt"),
        to=[notice.pharmacy.email],
        headers={"Message-ID": message_id("notice", notice.pk)},
    )
