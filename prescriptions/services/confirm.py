"""Confirm: one pharmacy holds the prescription, for some hours."""

from uuid import UUID

from compliance.models import User
from compliance.rules.verdict import Gate
from compliance.services.session import Session
from prescriptions.models import Authorization, Confirmation, Decision
from prescriptions.numbers import new_number
from prescriptions.services.acts import Act, act
from prescriptions.services.decisions import Asked


def confirm(
    prescription_id: UUID,
    *,
    pharmacy_id: UUID,
    by: User | None,
    authorization_id: UUID | None = None,
    attempt_id: UUID | None = None,
) -> Act:
    """Ask the confirm gate for a pharmacy and store its answer.

    A pharmacy that already holds it gets its own confirmation back, unchanged. Raises `NoSuchPrescription`,
    `PrescriptionWithdrawn`, `NumberReplaced`, `AttemptRefused`.
    """
    return act(
        prescription_id,
        Gate.CONFIRM,
        by=by,
        pharmacy_id=pharmacy_id,
        authorization_id=authorization_id,
        attempt_id=attempt_id,
        effect=_take_hold,
    )


def held_confirmation(prescription_id: UUID, pharmacy_id: UUID) -> Confirmation | None:
    """The one confirmation of a prescription a pharmacy has neither given back nor renewed, also an expired one."""
    held = Confirmation.objects.filter(
        authorization__prescription=prescription_id, pharmacy=pharmacy_id, reversed_at=None, replaced_at=None
    )
    return held.order_by("-confirmed_at").first()


def _take_hold(session: Session, asked: Asked, decision: Decision) -> None:
    authorization = (
        Authorization.objects.filter(prescription=asked.prescription).order_by("-decision__patient_seq").first()
    )
    if asked.verdict.unchanged or authorization is None or asked.pharmacy_id is None:
        return  # nothing new to hold; a retired program confirms without any number
    Confirmation.objects.filter(
        authorization__prescription=asked.prescription, pharmacy=asked.pharmacy_id, reversed_at=None, replaced_at=None
    ).update(replaced_at=session.at)
    Confirmation.objects.create(
        authorization=authorization,
        pharmacy_id=asked.pharmacy_id,
        decision=decision,
        number=new_number(),
        confirmed_at=session.at,
        expires_at=asked.verdict.expires_at,
    )
