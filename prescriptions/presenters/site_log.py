"""The site's log in words. Numbers and moments; no patient, no reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from prescriptions.models import Confirmation, Decision
from prescriptions.presenters.desk import act_words


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingLine:
    authorization_id: UUID
    number: str
    medicine: str
    confirmed_at: datetime
    expires_at: datetime | None
    good: bool
    tone: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    words: str
    tone: str
    number: str
    who: str
    decided_at: datetime
    receipt_id: UUID | None


def holding_lines(held: Iterable[Confirmation], *, at: datetime) -> list[HoldingLine]:
    """What the site holds; what is void, withdrawn or over has to be given back."""
    return [_holding(confirmation, at) for confirmation in held]


def _holding(confirmation: Confirmation, at: datetime) -> HoldingLine:
    authorization = confirmation.authorization
    tone, word = "good", _("Held")
    if authorization.voided_at is not None:
        tone, word = "stop", _("Void: give it back")
    elif authorization.prescription.withdrawn_at is not None:
        tone, word = "stop", _("Withdrawn: give it back")
    elif confirmation.expires_at is not None and confirmation.expires_at <= at:
        tone, word = "wait", _("Over: confirm again or give it back")
    good = tone == "good"
    return HoldingLine(
        authorization_id=authorization.pk,
        number=authorization.number,
        medicine=authorization.prescription.medicine,
        confirmed_at=confirmation.confirmed_at,
        expires_at=confirmation.expires_at if good else None,
        good=good,
        tone=tone,
        word=word,
    )


def act_lines(decisions: Iterable[Decision]) -> list[ActLine]:
    """The latest acts, refused ones too."""
    return [
        ActLine(
            words=act_words(decision),
            tone="good" if decision.allowed else "stop",
            number=_number_then(decision),
            who=decision.user.name if decision.user else "",
            decided_at=decision.decided_at,
            receipt_id=decision.dispense.pk if hasattr(decision, "dispense") else None,
        )
        for decision in decisions
    ]


def _number_then(decision: Decision) -> str:
    """The number that was in force when it was decided."""
    releases = decision.prescription.authorizations.all()
    return next((release.number for release in releases if release.issued_at <= decision.decided_at), "")
