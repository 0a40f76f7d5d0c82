"""A prescriber signs again: a prescription whose number expired or was voided asks for a new one."""

from uuid import UUID

from compliance.models import User
from compliance.rules.verdict import Code, Gate
from compliance.services.session import Session
from compliance.services.sign import sign
from prescriptions.models import Decision, Hold, Prescription
from prescriptions.services.acts import Act, act, keys_of
from prescriptions.services.decisions import Asked
from prescriptions.services.release import is_freeable, issue
from prescriptions.services.write import NotTheirs

MEANING_AGAIN = "I still prescribe this medicine as stated above and ask for a new authorization number."


def ask_again(prescription_id: UUID, *, by: User, document: str, attempt_id: UUID) -> Act:
    """Keep the signature and decide the release in one transaction, yes or no.

    A no that a later fact can lift leaves the prescription held again, so that the system asks for this signature as it
    does for the first one: once. Raises `NotTheirs`, `NoSuchPrescription`, `PrescriptionWithdrawn`, `AttemptRefused`.
    """
    keys_of(prescription_id)
    prescription = Prescription.objects.select_related("prescriber").get(pk=prescription_id)
    if prescription.prescriber.user_id != by.pk:
        raise NotTheirs

    def signed(session: Session, asked: Asked) -> None:
        sign(
            session,
            patient_id=asked.prescription.patient_id,
            subject_id=asked.prescription.pk,
            document=document,
            role="prescriber",
            meaning=MEANING_AGAIN,
        )

    return act(
        prescription_id,
        Gate.RELEASE,
        by=by,
        attempt_id=attempt_id,
        first=signed,
        effect=issue,
        otherwise=_hold_again,
        also_said={"document": document},
    )


def _hold_again(session: Session, asked: Asked, _decision: Decision) -> None:
    """What is open, confirmed or dispensed is not held: its end must not be followed by a number nobody asked for."""
    verdict = asked.verdict
    if Code.PRESCRIPTION_CLOSED in verdict.codes or not is_freeable(verdict):
        return
    Hold.objects.update_or_create(
        prescription=asked.prescription,
        defaults={
            "patient_seq": session.seqs[asked.prescription.patient_id],
            "prescriber_seq": session.seqs[asked.prescription.prescriber_id],
            "next_change_at": verdict.next_change_at,
            "asked_at": session.at,
            "blockers": list(verdict.codes),
            "attempts": 0,
            "freeable": True,
        },
    )
