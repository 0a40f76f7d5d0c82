"""Appending to a chain: canonical bytes made here, place and hash made by the database under its lock."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

from compliance.models import Chain, LedgerFact
from compliance.models.instants import utc_text
from compliance.rules.wire import read_event


def canonical(step: Mapping[str, object]) -> bytes:
    """The bytes that are hashed and kept: JSON, keys sorted, no spaces, UTF-8. The step holds JSON values only."""
    return json.dumps(step, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def genesis(kind: str, owner: UUID) -> bytes:
    """The head of an empty chain: 32 bytes that name its owner."""
    return hashlib.sha256(f"{kind}:{owner}".encode()).digest()


def open_chain(kind: Chain.Kind, owner: UUID) -> Chain:
    """Begin the chain of a new owner, empty."""
    return Chain.objects.create(id=owner, kind=kind, head=genesis(kind, owner))


def append(
    chain: UUID,
    *,
    kind: str,
    program: str,
    at: datetime,
    recorded_at: datetime,
    actor: UUID | None,
    step: Mapping[str, object],
) -> tuple[UUID, int]:
    """Put one entry at the end of `chain`; the caller holds its lock. Returns the entry's key and its place.

    Raises `IntegrityError` where the chain does not exist or would go back in time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entry_id, entry_seq FROM ledger_append(%s, %s, %s, %s, %s, %s, %s)",
            [chain, kind, program, at, recorded_at, actor, canonical(step)],
        )
        entry, seq = cursor.fetchone()
    return entry, seq


def fact_step(row: LedgerFact) -> dict[str, object]:
    """The contract's step for a typed row. Raises `ValueError` where the contract would not accept it."""
    step = {"fact": row.kind, "at": utc_text(row.at), **row.step()}
    if row.recorded_at != row.at:
        step["recorded_at"] = utc_text(row.recorded_at)
    read_event(step)
    return step
