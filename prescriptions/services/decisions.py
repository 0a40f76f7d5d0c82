"""Every gate's common path: facts seen under the lock, a verdict, and a row that keeps it either way."""

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from compliance.models.instants import utc_text
from compliance.programs import load_programs
from compliance.rules.decide import decide
from compliance.rules.facts import Facts
from compliance.rules.program import Program
from compliance.rules.verdict import Blocker, Gate, Verdict
from compliance.rules.wire import write_event
from compliance.selectors.facts import Reach, facts_of
from compliance.services.doorbell import ring_for_reassessment
from compliance.services.ledger import canonical
from compliance.services.session import Session
from prescriptions.models import Decision, Prescription


@dataclass(frozen=True, slots=True)
class Asked:
    """What a gate was asked, and what it answered from what."""

    verdict: Verdict
    facts: Facts
    program: Program
    prescription: Prescription
    pharmacy_id: UUID | None
    question: dict[str, Any]

    @property
    def is_retired(self) -> bool:
        """The program has no gates any more: every try is allowed and none issues anything."""
        return self.program.gates_at(self.verdict.at) is None


def ask(
    session: Session, prescription: Prescription, gate: Gate, *, pharmacy_id: UUID | None = None, **how: Any
) -> Asked:
    """Decide from the rows as they are under the session's locks. Writes nothing.

    `how` is `method`, `counselled` and `guide_given`, for a dispense. The session has locked the prescriber's chain,
    and the pharmacy's where one is named.
    """
    program = load_programs()[prescription.program]
    others = [Reach(owner) for owner in (prescription.prescriber_id, pharmacy_id) if owner is not None]
    facts = facts_of(Reach(prescription.patient_id), program=prescription.program, others=others)
    verdict = decide(
        facts,
        program,
        gate=gate,
        at=session.at,
        prescription=str(prescription.pk),
        pharmacy=None if pharmacy_id is None else str(pharmacy_id),
        **how,
    )
    return Asked(verdict, facts, program, prescription, pharmacy_id, dict(how))


def keep(session: Session, asked: Asked) -> Decision:
    """Store the decision with its entry on the patient's chain: an outcome where allowed, a refusal where not."""
    verdict = asked.verdict
    seen = dict(session.seqs)
    shown = canonical(verdict_json(verdict))
    decision_id = uuid4()
    kind, step = _entry(asked)
    envelope = {"decision": str(decision_id), "verdict_sha256": hashlib.sha256(shown).hexdigest()}
    entry_id, _ = session.append(kind, program=asked.prescription.program, at=session.at, step=step | envelope)
    if verdict.outcome is not None:
        transaction.on_commit(partial(ring_for_reassessment, asked.prescription.patient_id), robust=True)
    return Decision.objects.create(
        id=decision_id,
        gate=verdict.gate,
        patient_id=asked.prescription.patient_id,
        prescription=asked.prescription,
        pharmacy_id=asked.pharmacy_id,
        user=session.by,
        program=asked.prescription.program,
        edition=verdict.edition,
        edition_sha256=verdict.edition_sha256,
        patient_seq=seen[asked.prescription.patient_id],
        prescriber_seq=seen[asked.prescription.prescriber_id],
        pharmacy_seq=seen[asked.pharmacy_id] if asked.pharmacy_id else None,
        allowed=verdict.allowed,
        expires_at=verdict.expires_at,
        blockers=list(verdict.codes),
        verdict=shown,
        decided_at=session.at,
        entry_id=entry_id,
        **asked.question,
    )


def verdict_json(verdict: Verdict) -> dict[str, object]:
    """A verdict as it is stored and compared: codes, parties, moments and sources; sentences may be reworded."""
    return {
        "gate": verdict.gate,
        "at": utc_text(verdict.at),
        "prescription": verdict.prescription,
        "pharmacy": verdict.pharmacy,
        "allowed": verdict.allowed,
        "expires_at": utc_text(verdict.expires_at) if verdict.expires_at else None,
        "edition": verdict.edition,
        "edition_sha256": verdict.edition_sha256,
        "blockers": [_blocker_json(blocker) for blocker in verdict.blockers],
    }


def _blocker_json(blocker: Blocker) -> dict[str, object]:
    return {
        "code": blocker.code,
        "owner": blocker.owner,
        "opens_at": utc_text(blocker.opens_at) if blocker.opens_at else None,
        "fix_by": utc_text(blocker.fix_by) if blocker.fix_by else None,
        "cite": blocker.cite,
    }


def _entry(asked: Asked) -> tuple[str, dict[str, object]]:
    """An outcome that changes what is known is an event; a refusal, or the same confirmation again, is a note."""
    verdict = asked.verdict
    if verdict.outcome is not None:
        return str(verdict.gate), dict(write_event(verdict.outcome))
    kind = f"note.{verdict.gate}-again" if verdict.allowed else f"{verdict.gate}.refused"
    return kind, verdict_json(verdict) | asked.question
