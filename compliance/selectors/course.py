"""One patient's own chain in one program, entry by entry, for projections that follow what was learnt."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from compliance.models import Enrolment, LedgerEntry
from compliance.rules.events import Event
from compliance.selectors.facts import NOT_EVENTS, event_in


@dataclass(frozen=True, slots=True)
class Learnt:
    """What one ledger entry says, its place in the chain, and when the system learnt it (UTC)."""

    seq: int
    recorded_at: datetime
    event: Event


def chain_of(patient_id: UUID, *, program: str) -> Iterator[Learnt]:
    """The patient's events in one program and those that belong to the person, in the order of the chain. One query."""
    rows = LedgerEntry.objects.filter(chain=patient_id, program__in=("", program)).exclude(NOT_EVENTS).order_by("seq")
    for seq, recorded_at, body in rows.values_list("seq", "recorded_at", "body"):
        yield Learnt(seq, recorded_at, event_in(bytes(body)))


def programs_of(patient_id: UUID) -> list[str]:
    """The programs a patient was ever enrolled in, by code."""
    programs = Enrolment.objects.filter(patient=patient_id).order_by("program").values_list("program", flat=True)
    return list(programs.distinct())
