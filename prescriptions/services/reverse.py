"""Reverse: a pharmacy gives its confirmation back, and the dispense under it, because the product stayed."""

from uuid import UUID

from compliance.models import User
from compliance.rules.verdict import Gate
from compliance.services.session import Session
from prescriptions.models import Confirmation, Decision, Dispense, Reversal
from prescriptions.services.acts import Act, act, stamp
from prescriptions.services.confirm import held_confirmation
from prescriptions.services.decisions import Asked


def reverse(
    prescription_id: UUID,
    *,
    pharmacy_id: UUID,
    by: User | None,
    reason: str,
    note: str = "",
    attempt_id: UUID | None = None,
) -> Act:
    """Ask the reverse gate and store its answer. Asking says that the product never reached the patient.

    Raises `NoSuchPrescription`, `PrescriptionWithdrawn`, `AttemptRefused`.
    """

    def give_back(session: Session, _asked: Asked, decision: Decision) -> None:
        confirmation = held_confirmation(prescription_id, pharmacy_id)
        if confirmation is None:
            return  # a retired program lets nothing be reversed, too
        stamp(Confirmation.objects.filter(pk=confirmation.pk, reversed_at=None), reversed_at=session.at)
        Dispense.objects.filter(confirmation=confirmation, reversed_at=None).update(reversed_at=session.at)
        Reversal.objects.create(
            confirmation=confirmation, decision=decision, reason=reason, note=note, reversed_at=session.at
        )

    return act(
        prescription_id,
        Gate.REVERSE,
        by=by,
        pharmacy_id=pharmacy_id,
        attempt_id=attempt_id,
        effect=give_back,
        also_said={"reason": reason, "note": note},
    )
