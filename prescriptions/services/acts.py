"""What every act on a prescription shares: locks, the attempt that counts once, and what comes back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from compliance.models import User
from compliance.rules.verdict import Gate, Verdict
from compliance.services import attempts
from compliance.services.session import Session, patient_session
from prescriptions.models import Authorization, Decision, Prescription
from prescriptions.services.decisions import Asked, ask, keep


class NoSuchPrescription(LookupError):
    """Nobody wrote a prescription of that key."""


class PrescriptionWithdrawn(Exception):
    """Its prescriber took it back: nothing is asked any more but the gate that gives a confirmation back."""


class NumberReplaced(Exception):
    """A later release of the same prescription issued another number: this one opens nothing any more."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a gate answered and what came of it.

    `decision` is the stored one. `now` is the verdict of this moment: the decision's own for a first try; for a
    repeated attempt (`repeated`) it may differ, because something happened meanwhile.
    """

    decision: Decision
    now: Verdict
    repeated: bool = False

    @property
    def allowed(self) -> bool:
        return self.decision.allowed


def act(
    prescription_id: UUID,
    gate: Gate,
    *,
    by: User | None,
    effect: Callable[[Session, Asked, Decision], None],
    first: Callable[[Session, Asked], None] | None = None,
    otherwise: Callable[[Session, Asked, Decision], None] | None = None,
    pharmacy_id: UUID | None = None,
    authorization_id: UUID | None = None,
    attempt_id: UUID | None = None,
    how: Mapping[str, Any] | None = None,
    also_said: Mapping[str, Any] | None = None,
) -> Act:
    """Ask a gate under the patient's lock; store the decision either way; where it is allowed, let `effect` write.

    `first` writes what stands whatever the answer, such as a signature; `otherwise` what follows from a no.
    `authorization_id` is that of the number somebody holds in their hands: it has to be the latest.

    Raises `NoSuchPrescription`, `PrescriptionWithdrawn`, `NumberReplaced`, `AttemptRefused`.
    """
    owner, prescriber = keys_of(prescription_id)
    also = (prescriber,) if pharmacy_id is None else (prescriber, pharmacy_id)
    payload = {"prescription": prescription_id, "pharmacy": pharmacy_id, **(how or {}), **(also_said or {})}
    with patient_session(owner, by=by, also=also) as session:
        prescription = Prescription.objects.get(pk=prescription_id)
        if gate is not Gate.REVERSE:  # what a pharmacy holds it can always give back
            refuse_withdrawn(prescription)
        earlier = attempts.earlier_result(session, attempt_id, act=gate, payload=payload) if attempt_id else None
        if earlier is None and authorization_id is not None:
            refuse_replaced(prescription, authorization_id)
        asked = ask(session, prescription, gate, pharmacy_id=pharmacy_id, **(how or {}))
        if earlier is not None:
            return Act(Decision.objects.get(pk=earlier), asked.verdict, repeated=True)
        if first is not None:
            first(session, asked)
        decision = keep(session, asked)
        if decision.allowed:
            effect(session, asked, decision)
        elif otherwise is not None:
            otherwise(session, asked, decision)
        if attempt_id:
            attempts.remember(session, attempt_id, act=gate, payload=payload, result=decision.pk)
        return Act(decision, asked.verdict)


def keys_of(prescription_id: UUID) -> tuple[UUID, UUID]:
    """Whose chains to lock: the patient's and the prescriber's. Written once, so they need no lock to be read."""
    keys = Prescription.objects.filter(pk=prescription_id).values_list("patient_id", "prescriber_id").first()
    if keys is None:
        raise NoSuchPrescription(str(prescription_id))
    return keys


def refuse_withdrawn(prescription: Prescription) -> None:
    """Raises `PrescriptionWithdrawn`. The row must have been read under the lock."""
    if prescription.withdrawn_at is not None:
        raise PrescriptionWithdrawn(str(prescription.pk))


def refuse_replaced(prescription: Prescription, authorization_id: UUID) -> None:
    """Raises `NumberReplaced` where a later release exists. The patient must be locked: no other can come between."""
    latest = Authorization.objects.filter(prescription=prescription).order_by("-decision__patient_seq")
    if latest.values_list("pk", flat=True).first() != authorization_id:
        raise NumberReplaced(str(authorization_id))


def stamp(rows: Any, **stamps: Any) -> None:
    """Set-once stamps by a conditional update of exactly one row. Raises `RuntimeError` where somebody was faster.

    Under the patient's lock nobody can be: this is the second net, and it rolls the act back.
    """
    if rows.update(**stamps) != 1:
        raise RuntimeError("A stamp met more or fewer than one row.")
