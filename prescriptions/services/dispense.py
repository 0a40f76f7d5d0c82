"""Dispense: supply leaves the pharmacy."""

from uuid import UUID

from compliance.models import User
from compliance.rules.calendar import add_days, date_of
from compliance.rules.verdict import Gate
from compliance.services.session import Session
from prescriptions.models import Decision, Dispense
from prescriptions.numbers import new_number
from prescriptions.services.acts import Act, act
from prescriptions.services.confirm import held_confirmation
from prescriptions.services.decisions import Asked


def dispense(
    prescription_id: UUID,
    *,
    pharmacy_id: UUID,
    by: User | None,
    method: str,
    counselled: bool,
    guide_given: bool,
    authorization_id: UUID | None = None,
    attempt_id: UUID | None = None,
) -> Act:
    """Ask the dispense gate and store its answer. `method` is `handover` or `ship`.

    Raises `NoSuchPrescription`, `PrescriptionWithdrawn`, `NumberReplaced`, `AttemptRefused`.
    """
    return act(
        prescription_id,
        Gate.DISPENSE,
        by=by,
        pharmacy_id=pharmacy_id,
        authorization_id=authorization_id,
        attempt_id=attempt_id,
        effect=_hand_out,
        how={"method": method, "counselled": counselled, "guide_given": guide_given},
    )


def _hand_out(session: Session, asked: Asked, decision: Decision) -> None:
    confirmation = asked.pharmacy_id and held_confirmation(asked.prescription.pk, asked.pharmacy_id)
    if not confirmation:
        return  # a retired program asks for no confirmation, so there is none to dispense under
    Dispense.objects.create(
        authorization=confirmation.authorization,
        confirmation=confirmation,
        decision=decision,
        method=asked.question["method"],
        counselled=asked.question["counselled"],
        guide_given=asked.question["guide_given"],
        receipt=new_number(),
        covers_to=add_days(date_of(session.at, asked.program.zone), asked.prescription.days_supply - 1),
        dispensed_at=session.at,
    )
