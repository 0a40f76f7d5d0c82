"""A button counts once: its attempt id was made with the page that shows it."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction

from compliance.models import Attempt
from compliance.services.ledger import canonical
from compliance.services.session import Session


class AttemptRefused(Exception):
    """The same attempt id came from somebody else, or with something else: nothing was done."""


def payload_hash(act: str, payload: Mapping[str, object]) -> bytes:
    """A fingerprint of what was sent, so that a repeat is told from a change."""
    return hashlib.sha256(canonical({"act": act, **{key: str(value) for key, value in payload.items()}})).digest()


def earlier_result(session: Session, attempt_id: UUID, *, act: str, payload: Mapping[str, object]) -> UUID | None:
    """The row that this very attempt already wrote, or None for a first try.

    Raises `AttemptRefused` where the id is known from another user or another payload.
    """
    attempt = Attempt.objects.filter(pk=attempt_id).first()
    if attempt is None:
        return None
    if attempt.user_id != session.actor or bytes(attempt.payload_sha256) != payload_hash(act, payload):
        raise AttemptRefused(str(attempt_id))
    return attempt.result_id


def remember(session: Session, attempt_id: UUID, *, act: str, payload: Mapping[str, object], result: UUID) -> None:
    """Keep what the attempt did, in the same transaction.

    Raises `AttemptRefused`, which undoes the act, where the id was used for another patient meanwhile, or nobody is
    signed in: the system presses no buttons.
    """
    if session.by is None:
        raise AttemptRefused(str(attempt_id))
    try:
        with transaction.atomic():
            Attempt.objects.create(
                id=attempt_id,
                user=session.by,
                act=act,
                payload_sha256=payload_hash(act, payload),
                result_id=result,
                made_at=session.at,
            )
    except IntegrityError as known:
        raise AttemptRefused(str(attempt_id)) from known
