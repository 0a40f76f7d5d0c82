"""Ledger rows to `rules.Facts`: what was known about a patient in one program, in the order it was learnt."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from uuid import UUID

from django.db.models import Q

from compliance.models import LedgerEntry
from compliance.rules.events import Event
from compliance.rules.facts import Facts
from compliance.rules.wire import read_event

NOT_EVENTS = Q(kind__startswith="note.") | Q(kind__endswith=".refused")
"""Entries that are on the chain for the record alone: acts that are no facts, and refusals."""


ENVELOPE = frozenset({"decision", "verdict_sha256"})
"""What an outcome's body says about the decision behind it; no part of the event."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a chain was seen: entries up to and including `seq`; None means all of it."""

    owner: UUID
    seq: int | None = None


def facts_of(patient: Reach, *, program: str, others: Iterable[Reach] = ()) -> Facts:
    """Facts of one patient in one program, with the certificates of `others` (prescribers, pharmacies). One query.

    Evidence that belongs to the person serves every program; entries of another program are left out.
    """
    return Facts.of(event for _, event in learnt([patient, *others], program=program))


def facts_of_many(patients: Collection[UUID], *, program: str, others: Collection[UUID] = ()) -> dict[UUID, Facts]:
    """The same for many patients at once, as far as their chains go. One query, however many there are."""
    rows = (
        LedgerEntry.objects.filter(chain__in=[*patients, *others], program__in=("", program))
        .exclude(NOT_EVENTS)
        .order_by("recorded_at", "chain", "seq")
        .values_list("recorded_at", "chain_id", "seq", "body")
    )
    by_chain: dict[UUID, list[tuple[datetime, int, Event]]] = {owner: [] for owner in (*patients, *others)}
    order = {owner: -place for place, owner in enumerate(others, start=1)}
    for recorded_at, chain, _, body in rows:
        by_chain[chain].append((recorded_at, order.get(chain, 0), event_in(bytes(body))))
    shared = [entry for owner in others for entry in by_chain[owner]]
    return {
        patient: Facts.of(event for _, _, event in sorted([*by_chain[patient], *shared], key=itemgetter(0, 1)))
        for patient in patients
    }


def learnt(reaches: Iterable[Reach], *, program: str) -> list[tuple[datetime, Event]]:
    """Events of several chains, each with the moment it was learnt, in that order; ties as the chains were named."""
    seen = Q(pk=None)
    order: dict[UUID, int] = {}
    for place, reach in enumerate(reaches):
        order[reach.owner] = place
        within = Q(chain=reach.owner) if reach.seq is None else Q(chain=reach.owner, seq__lte=reach.seq)
        seen |= within
    rows = (
        LedgerEntry.objects.filter(seen, program__in=("", program))
        .exclude(NOT_EVENTS)
        .values_list("recorded_at", "chain_id", "seq", "body")
    )
    ranked = sorted(
        ((recorded_at, -order[chain], seq, body) for recorded_at, chain, seq, body in rows), key=itemgetter(0, 1, 2)
    )
    return [(recorded_at, event_in(bytes(body))) for recorded_at, _, _, body in ranked]


def event_in(body: bytes) -> Event:
    """The event that a ledger body states."""
    step = json.loads(body)
    return read_event({key: value for key, value in step.items() if key not in ENVELOPE})
