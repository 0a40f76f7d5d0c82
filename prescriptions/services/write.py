"""A prescriber writes a prescription by signing the authorization form; it is held until everything is met."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction

from compliance.models import Counselling, Prescriber, PrescriptionForm, Survey, User
from compliance.services import attempts
from compliance.services.session import Session, patient_session
from compliance.services.sign import sign
from prescriptions.models import CapsuleLine, Dispense, Hold, Prescription
from prescriptions.services.acts import keys_of, stamp
from prescriptions.services.doorbell import ring_for_release
from prescriptions.services.voids import tell_holders

MEANING = "I prescribe this medicine, counselled the patient, and attest what is stated above."


class NotTheirs(PermissionError):
    """Only the prescriber whose prescription it is may sign or withdraw it."""


class AlreadyDispensed(Exception):
    """The supply has left the pharmacy: there is nothing to withdraw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the form says. Dose in mg on a dosing day; `capsules` maps strength in mg to capsules a dose.

    `counselled`, `surveyed` and `forms` are what the prescriber attests together with it.
    """

    program: str
    medicine: str
    daily_dose_mg: Decimal
    capsules: Mapping[Decimal, int]
    dosing_days: int
    days_supply: int
    refills: int = 0
    verbal: bool = False
    counselled: bool = True
    surveyed: bool = True
    forms: tuple[str, ...] = ()


def write_prescription(
    patient_id: UUID,
    order: Order,
    *,
    by: User,
    prescriber: Prescriber,
    document: str,
    attempt_id: UUID,
    replaces: UUID | None = None,
) -> Prescription:
    """Sign `document`, the exact text on the screen, and write the prescription it shows. It is held from then on.

    `replaces` names a prescription of theirs for the same patient that is still held: it is withdrawn with this one.
    A repeat of the same attempt gives the same prescription back. Raises `NotTheirs`, `AttemptRefused`, `NoSuchChain`.
    """
    if prescriber.user_id != by.pk:
        raise NotTheirs
    payload = {"patient": patient_id, "document": document}
    with patient_session(patient_id, by=by, also=(prescriber.pk,)) as session:
        earlier = attempts.earlier_result(session, attempt_id, act="write", payload=payload)
        if earlier is not None:
            return Prescription.objects.get(pk=earlier)
        prescription = record_order(session, patient_id, order, prescriber=prescriber, document=document)
        if replaces is not None:
            _take_the_place_of(session, replaces, prescription)
        attempts.remember(session, attempt_id, act="write", payload=payload, result=prescription.pk)
        transaction.on_commit(partial(ring_for_release, prescription.pk), robust=True)
    return prescription


def record_order(
    session: Session,
    patient_id: UUID,
    order: Order,
    *,
    prescriber: Prescriber,
    document: str | None,
    key: UUID | None = None,
    at: datetime | None = None,
) -> Prescription:
    """The prescription, what is attested with it, and its hold, in the session's transaction.

    `document` None writes it unsigned: for histories that come from elsewhere and name no signer, but may name the
    prescription before it is written (`key`) and tell of it late (`at`).
    """
    prescription = Prescription(
        id=key or uuid4(),
        patient_id=patient_id,
        program=order.program,
        prescriber=prescriber,
        medicine=order.medicine,
        daily_dose_mg=order.daily_dose_mg,
        dosing_days=order.dosing_days,
        days_supply=order.days_supply,
        refills=order.refills,
        verbal=order.verbal,
    )
    if document is not None:
        prescription.signature = sign(
            session,
            patient_id=patient_id,
            subject_id=prescription.pk,
            document=document,
            role="prescriber",
            meaning=MEANING,
        )
    session.record(prescription, at=at)
    CapsuleLine.objects.bulk_create(
        CapsuleLine(prescription=prescription, strength_mg=strength, per_dose=count)
        for strength, count in order.capsules.items()
    )
    _record_attestations(session, prescription, order)
    Hold.objects.create(
        prescription=prescription,
        patient_seq=session.seqs[patient_id],
        prescriber_seq=session.seqs[prescriber.pk],
        next_change_at=session.at,
        asked_at=session.at,
    )
    return prescription


def _record_attestations(session: Session, prescription: Prescription, order: Order) -> None:
    about = {
        "patient_id": prescription.patient_id,
        "program": prescription.program,
        "prescription_id": prescription.pk,
    }
    if order.counselled:
        session.record(Counselling(**about))
    if order.surveyed:
        session.record(Survey(by=Survey.By.PRESCRIBER, **about))
    for form in order.forms:
        session.record(PrescriptionForm(form=form, **about))


def withdraw(prescription_id: UUID, *, by: User, reason: str) -> Prescription:
    """Its prescriber takes it back: it is never released, confirmed or dispensed any more, and who holds it is told.

    Withdrawing twice, or what has lapsed, changes nothing.

    Raises `NoSuchPrescription`, `NotTheirs`, `AlreadyDispensed`.
    """
    owner, prescriber_id = keys_of(prescription_id)
    with patient_session(owner, by=by, also=(prescriber_id,)) as session:
        prescription = Prescription.objects.select_related("prescriber").get(pk=prescription_id)
        if prescription.prescriber.user_id != by.pk:
            raise NotTheirs
        if Dispense.objects.filter(authorization__prescription=prescription_id, reversed_at=None).exists():
            raise AlreadyDispensed(str(prescription_id))
        if prescription.withdrawn_at is None and prescription.lapsed_at is None:
            _take_back(session, prescription, reason=reason)
            prescription.refresh_from_db()
    return prescription


def _take_the_place_of(session: Session, earlier: UUID, prescription: Prescription) -> None:
    """Withdraw the earlier one, where it is held, and the same prescriber's for the same patient."""
    same = {"prescription__patient": prescription.patient_id, "prescription__prescriber": prescription.prescriber_id}
    hold = Hold.objects.select_related("prescription").filter(pk=earlier, **same).first()
    if hold is not None:
        _take_back(session, hold.prescription, reason=Prescription.WithdrawnReason.REWRITTEN)


def _take_back(session: Session, prescription: Prescription, *, reason: str) -> None:
    stamp(
        Prescription.objects.filter(pk=prescription.pk, withdrawn_at=None, lapsed_at=None),
        withdrawn_at=session.at,
        withdrawn_reason=reason,
    )
    Hold.objects.filter(pk=prescription.pk).delete()
    for authorization in prescription.authorizations.filter(voided_at=None, lapsed_at=None):
        tell_holders(session, authorization)
    session.append(
        "note.prescription-withdrawn",
        program=prescription.program,
        at=session.at,
        step={"act": "prescription-withdrawn", "prescription": str(prescription.pk), "reason": reason},
    )
