"""Every stored decision must come out again from exactly what was known then.

The chains are read up to the places the decision saw, the edition is the one in force on its date, and the whole
verdict, the hash of the program's file with it, is compared byte for byte with what was stored.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from compliance.programs import load_programs
from compliance.rules.decide import decide
from compliance.rules.events import Method
from compliance.rules.program import NoEdition
from compliance.rules.verdict import Gate, Verdict
from compliance.selectors.facts import Reach, facts_of
from compliance.services.ledger import canonical
from prescriptions.models import Decision
from prescriptions.services.decisions import verdict_json


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that does not come out again: which, and in what. No words about the patient."""

    decision: UUID
    what: str

    def __str__(self) -> str:
        return f"decision {self.decision}: {self.what}"


def replay(decisions: Iterable[Decision]) -> Iterator[Difference]:
    """What differs, decision by decision; nothing where all come out again. One query a decision."""
    for decision in decisions:
        yield from (Difference(decision.pk, what) for what in differences(decision))


def differences(decision: Decision) -> Iterator[str]:
    """In what a decision differs from what the rules say today about what was known then."""
    try:
        verdict = decide_again(decision)
    except (KeyError, NoEdition) as error:
        yield f"cannot be asked again ({type(error).__name__})"
        return
    again, stored = json.loads(canonical(verdict_json(verdict))), json.loads(bytes(decision.verdict))
    for key in sorted(again.keys() | stored.keys()):
        if again.get(key) != stored.get(key):
            yield f"{key} was {json.dumps(stored.get(key))}, is {json.dumps(again.get(key))}"
    if (decision.allowed, decision.blockers) != (stored["allowed"], [one["code"] for one in stored["blockers"]]):
        yield "its columns and its verdict disagree"


def decide_again(decision: Decision) -> Verdict:
    """The verdict from what the decision saw. Raises `KeyError` for a program or prescription unknown today."""
    others = [Reach(decision.prescription.prescriber_id, decision.prescriber_seq)]
    if decision.pharmacy_id is not None:
        others.append(Reach(decision.pharmacy_id, decision.pharmacy_seq))
    return decide(
        facts_of(Reach(decision.patient_id, decision.patient_seq), program=decision.program, others=others),
        load_programs()[decision.program],
        gate=Gate(decision.gate),
        at=decision.decided_at,
        prescription=str(decision.prescription_id),
        pharmacy=None if decision.pharmacy_id is None else str(decision.pharmacy_id),
        method=cast("Method | None", decision.method),
        counselled=decision.counselled,
        guide_given=decision.guide_given,
    )
