"""A stored decision asked again from what was known then: every check of its gate, and whether it answers the same."""

import hashlib
import json
from dataclasses import dataclass

from compliance.programs import load_programs
from compliance.rules.decide import CHECKS
from compliance.rules.program import NoEdition
from compliance.rules.question import Question
from compliance.rules.verdict import Blocker, Gate
from compliance.selectors.facts import Reach, facts_of
from prescriptions.models import Decision
from prescriptions.services.replay import differences


@dataclass(frozen=True, slots=True)
class Checked:
    """One check, by the name of its function, and its objection. None: it has none, or asks nothing of this case."""

    name: str
    blocker: Blocker | None


@dataclass(frozen=True, slots=True)
class Recheck:
    """`differences`: in what the rules would answer otherwise today; empty where byte for byte the same.

    `checks` is empty where the program had retired, or is unknown today. `sealed`: the ledger entry of the decision
    holds the hash of the verdict that is stored.
    """

    checks: tuple[Checked, ...]
    differences: tuple[str, ...]
    sealed: bool


def ask_again(decision: Decision) -> Recheck:
    """Decide from the ledgers as far as the decision saw them, with the program files of today. Two queries.

    `decision.prescription` and `decision.entry` should be loaded already.
    """
    return Recheck(
        checks=_checks(decision),
        differences=tuple(differences(decision)),
        sealed=_verdict_in_ledger(decision) == hashlib.sha256(bytes(decision.verdict)).hexdigest(),
    )


def _checks(decision: Decision) -> tuple[Checked, ...]:
    """Each check of the gate by itself."""
    try:
        question = _question(decision)
    except (KeyError, NoEdition):
        return ()
    if question is None:
        return ()
    return tuple(Checked(check.__name__, check(question)) for check in CHECKS[Gate(decision.gate)])


def _question(decision: Decision) -> Question | None:
    """What the gate was asked, from what was known then; None in a retired program. Raises `KeyError`, `NoEdition`."""
    program = load_programs()[decision.program]
    edition = program.gates_at(decision.decided_at)
    if edition is None:
        return None
    others = [Reach(decision.prescription.prescriber_id, decision.prescriber_seq)]
    if decision.pharmacy_id is not None:
        others.append(Reach(decision.pharmacy_id, decision.pharmacy_seq))
    facts = facts_of(Reach(decision.patient_id, decision.patient_seq), program=decision.program, others=others)
    return Question(
        facts,
        edition,
        at=decision.decided_at,
        prescription=facts.prescriptions.written[str(decision.prescription_id)],
        pharmacy=str(decision.pharmacy_id) if decision.pharmacy_id else None,
        method="ship" if decision.method == Decision.Method.SHIP else "handover",
        counselled=bool(decision.counselled),
        guide_given=bool(decision.guide_given),
    )


def _verdict_in_ledger(decision: Decision) -> str:
    return str(json.loads(bytes(decision.entry.body)).get("verdict_sha256", ""))
