"""A stored decision asked again from what was known then: every check of its gate, and whether it answers the same."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from compliance.programs import load_programs
from compliance.rules.decide import CHECKS, decide
from compliance.rules.facts import Facts
from compliance.rules.program import Program
from compliance.rules.question import Question
from compliance.rules.verdict import Blocker, Gate
from compliance.selectors.facts import Reach, facts_of
from compliance.services.ledger import canonical
from prescriptions.models import Decision
from prescriptions.services.decisions import verdict_json


@dataclass(frozen=True, slots=True)
class Checked:
    """One check, by the name of its function, and its objection. None: it has none, or asks nothing of this case."""

    name: str
    blocker: Blocker | None


@dataclass(frozen=True, slots=True)
class Recheck:
    """`same_answer`: byte for byte the verdict that is stored. `same_file`: the edition's file is the one used then.

    `sealed`: the ledger entry of the decision holds the hash of the verdict that is stored.
    """

    checks: tuple[Checked, ...]
    same_answer: bool
    same_file: bool
    sealed: bool


def ask_again(decision: Decision) -> Recheck:
    """Decide from the ledgers as far as the decision saw them, with the program files of today. One query.

    `decision.prescription` and `decision.entry` should be loaded already.
    """
    program, facts = load_programs()[decision.program], _facts_then(decision)
    how = _question(decision)
    prescription, gate = str(decision.prescription_id), Gate(decision.gate)
    verdict = decide(facts, program, gate=gate, at=decision.decided_at, prescription=prescription, **how)
    return Recheck(
        checks=_checks(decision, facts, program, how),
        same_answer=canonical(verdict_json(verdict)) == bytes(decision.verdict),
        same_file=verdict.edition_sha256 == decision.edition_sha256,
        sealed=_verdict_in_ledger(decision) == hashlib.sha256(bytes(decision.verdict)).hexdigest(),
    )


def _question(decision: Decision) -> dict[str, Any]:
    """What was said with the question."""
    return {
        "pharmacy": str(decision.pharmacy_id) if decision.pharmacy_id else None,
        "method": decision.method,
        "counselled": bool(decision.counselled),
        "guide_given": bool(decision.guide_given),
    }


def _facts_then(decision: Decision) -> Facts:
    others = [Reach(decision.prescription.prescriber_id, decision.prescriber_seq)]
    if decision.pharmacy_id is not None:
        others.append(Reach(decision.pharmacy_id, decision.pharmacy_seq))
    return facts_of(Reach(decision.patient_id, decision.patient_seq), program=decision.program, others=others)


def _checks(decision: Decision, facts: Facts, program: Program, how: dict[str, Any]) -> tuple[Checked, ...]:
    """Each check of the gate by itself. None where the program had retired: then no gate asks anything."""
    edition = program.gates_at(decision.decided_at)
    if edition is None:
        return ()
    written = facts.prescriptions.written[str(decision.prescription_id)]
    question = Question(facts, edition, at=decision.decided_at, prescription=written, **how)
    return tuple(Checked(check.__name__, check(question)) for check in CHECKS[Gate(decision.gate)])


def _verdict_in_ledger(decision: Decision) -> str:
    return str(json.loads(bytes(decision.entry.body)).get("verdict_sha256", ""))
