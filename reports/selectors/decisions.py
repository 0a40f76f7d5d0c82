"""Decisions: which there are, and everything one of them was made from."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from compliance.models import LedgerEntry
from compliance.selectors.facts import ENVELOPE, NOT_EVENTS
from prescriptions.models import Decision
from reports.period import Period

NOT_VALUES = ENVELOPE | {"fact", "outcome", "at", "recorded_at"}
WITHHELD = frozenset({"birth_date", "reason"})
"""What could say who the person is: a date of birth, and text that somebody typed freely."""


@dataclass(frozen=True, slots=True)
class Input:
    """One ledger entry that a decision saw. `values` leave out what could name somebody; `withheld` says what."""

    chain: str
    entry: LedgerEntry
    values: dict[str, Any]
    withheld: tuple[str, ...]


def decisions(
    period: Period, *, gate: str = "", allowed: bool | None = None, reason: str = "", patient: str = ""
) -> QuerySet[Decision]:
    """The program's decisions in the period, latest first; empty filters let everything pass."""
    found = Decision.objects.filter(program=period.program.code, **period.within("decided_at"))
    if gate:
        found = found.filter(gate=gate)
    if allowed is not None:
        found = found.filter(allowed=allowed)
    if reason:
        found = found.filter(blockers__contains=[reason])
    if patient:
        found = found.filter(patient__code=patient)
    return found.select_related("patient", "pharmacy").defer("verdict").order_by("-decided_at", "-patient_seq")


def decision_of(decision_id: UUID) -> Decision | None:
    """One decision with what a page about it shows; None where there is none."""
    return (
        Decision.objects.select_related("patient", "pharmacy", "entry", "prescription__signature")
        .filter(pk=decision_id)
        .first()
    )


def decision_by_number(number: str) -> UUID | None:
    """The decision that issued an authorization, a confirmation or a receipt number; None for an unknown number."""
    asked = Q(authorization__number=number) | Q(confirmation__number=number) | Q(dispense__receipt=number)
    return Decision.objects.filter(asked).values_list("pk", flat=True).first()


def inputs_of(decision: Decision) -> list[Input]:
    """The ledger entries the decision saw, in the order in which they were learnt. One query."""
    seen = {
        decision.patient_id: ("patient", decision.patient_seq),
        decision.prescription.prescriber_id: ("prescriber", decision.prescriber_seq),
    }
    if decision.pharmacy_id is not None:
        seen[decision.pharmacy_id] = ("pharmacy", decision.pharmacy_seq or 0)
    reach = Q(pk=None)
    for owner, (_, seq) in seen.items():
        reach |= Q(chain=owner, seq__lte=seq)
    rows = LedgerEntry.objects.filter(reach, program__in=("", decision.program)).exclude(NOT_EVENTS)
    return [_input(seen[entry.chain_id][0], entry) for entry in rows.order_by("recorded_at", "chain", "seq")]


def _input(chain: str, entry: LedgerEntry) -> Input:
    body = json.loads(bytes(entry.body))
    values = {key: value for key, value in body.items() if key not in NOT_VALUES | WITHHELD}
    return Input(chain, entry, values, tuple(sorted(WITHHELD & body.keys())))
