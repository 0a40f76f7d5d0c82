"""What was done that is no fact about a patient goes on the chain of the organisation concerned.

Organisation heads come last in the lock order: note things at the end of a transaction.
"""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from compliance import clock
from compliance.models import AccessEvent, Chain, User
from compliance.models.instants import utc_text
from compliance.services import ledger
from compliance.services.session import session_on

PROGRAM_OFFICE = UUID("00000000-0000-4000-8000-0000000f01d5")
"""The organisation of administrators and auditors; its chain exists from the first note on."""


def note(organisation: UUID, act: str, *, by: User | None, about: Mapping[str, UUID]) -> None:
    """Put `act` on an organisation's chain, inside the caller's transaction. `about` names rows by key, no words."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An audit note belongs in the transaction of what it notes.")
    if not Chain.objects.filter(pk=organisation).exists():
        Chain.objects.bulk_create(
            [
                Chain(
                    id=organisation,
                    kind=Chain.Kind.ORGANISATION,
                    head=ledger.genesis(Chain.Kind.ORGANISATION, organisation),
                )
            ],
            ignore_conflicts=True,
        )
    session = session_on(organisation, by=by)
    named = {key: str(value) for key, value in about.items()}
    step: dict[str, object] = {"act": act, "at": utc_text(session.at), **named}
    session.append(f"note.{act}", program="", at=session.at, step=step)


def note_read(patient_id: UUID, *, user: User, what: str) -> None:
    """Somebody read a patient's record. Takes no lock."""
    AccessEvent.objects.create(patient_id=patient_id, user=user, what=what, read_at=clock.now())
