"""A stored prescription's history as a case of docs/contract.md, which re-decides to the same answers.

It is personal data: whoever takes it out is noted on the program office's chain, and nothing here writes a file.
"""

import json
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from compliance.models import LedgerEntry, User
from compliance.models.instants import utc_text
from compliance.rules.cases import MAX_STEPS
from compliance.services import audit
from prescriptions.models import Decision, Prescription
from prescriptions.services.acts import NoSuchPrescription


class TooLong(Exception):
    """The history has more steps than a case may have."""


def take_out(prescription_id: UUID, *, by: User | None) -> dict[str, Any]:
    """The case, and a note of who took it out. Raises `NoSuchPrescription`, `TooLong`."""
    case = export_case(prescription_id)
    with transaction.atomic():
        audit.note(audit.PROGRAM_OFFICE, "case-taken-out", by=by, about={"prescription": prescription_id})
    return case


def export_case(prescription_id: UUID) -> dict[str, Any]:
    """Everything known in the prescription's program, up to the last decision about it; ids stay keys.

    All of the patient's prescriptions are in it, because supplies and numbers of one bear on another. Raises
    `NoSuchPrescription`, `TooLong`.
    """
    prescription = Prescription.objects.filter(pk=prescription_id).first()
    if prescription is None:
        raise NoSuchPrescription(str(prescription_id))
    steps = list(_steps(prescription))
    if len(steps) > MAX_STEPS:
        raise TooLong(f"{len(steps)} steps, a case has at most {MAX_STEPS}")
    return {"id": str(prescription_id), "program": prescription.program, "steps": steps}


def _steps(prescription: Prescription) -> Iterator[dict[str, Any]]:
    decisions = {
        decision.entry_id: decision
        for decision in Decision.objects.filter(
            patient=prescription.patient_id, program=prescription.program
        ).select_related("prescription", "entry")
    }
    about_it = [decision.entry.seq for decision in decisions.values() if decision.prescription_id == prescription.pk]
    own = _entries(prescription.program, Q(chain=prescription.patient_id))
    certificates = Certificates(prescription, decisions.values())
    for entry in own.filter(seq__lte=max(about_it)) if about_it else own:
        decision = decisions.get(entry.pk)
        if decision is not None:
            yield from certificates.seen_by(decision)
            yield _try(decision)
        elif not entry.kind.startswith("note."):
            yield from certificates.before(entry.recorded_at)
            yield json.loads(bytes(entry.body))


def _entries(program: str, which: Q) -> Any:
    return LedgerEntry.objects.filter(which, program__in=("", program)).order_by("recorded_at", "chain", "seq")


class Certificates:
    """Certificates of everybody concerned, each handed out once, where the decisions show that it was known."""

    def __init__(self, prescription: Prescription, decisions: Any) -> None:
        owners = {prescription.prescriber_id}
        owners |= {decision.prescription.prescriber_id for decision in decisions}
        owners |= {decision.pharmacy_id for decision in decisions if decision.pharmacy_id}
        self.waiting = deque(_entries(prescription.program, Q(chain__in=owners)))

    def before(self, moment: datetime) -> Iterator[dict[str, Any]]:
        """Those learnt before a moment; of the same second none, as nothing shows that they came first."""
        yield from self._take(lambda entry: entry.recorded_at < moment)

    def seen_by(self, decision: Decision) -> Iterator[dict[str, Any]]:
        """Those a decision knew of, by the places of the chains that it saw."""
        seen = {
            decision.prescription.prescriber_id: decision.prescriber_seq,
            decision.pharmacy_id: decision.pharmacy_seq,
        }

        def known(entry: LedgerEntry) -> bool:
            place = seen.get(entry.chain_id)
            return entry.recorded_at < decision.decided_at if place is None else entry.seq <= place

        yield from self._take(known)

    def _take(self, wanted: Any) -> Iterator[dict[str, Any]]:
        left: deque[LedgerEntry] = deque()
        for entry in self.waiting:
            if wanted(entry):
                yield json.loads(bytes(entry.body))
            else:
                left.append(entry)
        self.waiting = left


def _try(decision: Decision) -> dict[str, Any]:
    step: dict[str, Any] = {
        "try": decision.gate,
        "at": utc_text(decision.decided_at),
        "prescription": str(decision.prescription_id),
    }
    if decision.pharmacy_id is not None:
        step["pharmacy"] = str(decision.pharmacy_id)
    if decision.gate == Decision.Gate.DISPENSE:
        how = {"method": decision.method, "counselled": decision.counselled, "guide_given": decision.guide_given}
        step.update(how)
    step["expect"] = {
        "allowed": decision.allowed,
        "blockers": decision.blockers,
        "expires_at": utc_text(decision.expires_at) if decision.expires_at else None,
    }
    return step
