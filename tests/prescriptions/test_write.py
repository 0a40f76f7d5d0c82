"""A signed form becomes a held prescription, once."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from compliance import clock
from compliance.models import Attempt, Counselling, LedgerEntry, Signature, Survey
from compliance.rules.verdict import Code
from compliance.services.attempts import AttemptRefused
from prescriptions.models import Hold, PharmacyNotice, Prescription
from prescriptions.services import confirm, release, reverse
from prescriptions.services.acts import NoSuchPrescription, PrescriptionWithdrawn
from prescriptions.services.write import MEANING, AlreadyDispensed, NotTheirs, withdraw, write_prescription
from tests.factories import (
    make_confirmed,
    make_dispensed,
    make_held,
    make_order,
    make_patient,
    make_prescriber,
    make_ready_patient,
    make_released,
    make_test,
)

SHOWN = "What this page shows: 4 mg, «naïve»."


def sign_again(clinic, prescription, **changes):
    """The same button of the same page, pressed again."""
    said = {
        "order": make_order(),
        "by": clinic.doctor,
        "prescriber": clinic.prescriber,
        "document": SHOWN,
        "attempt_id": Attempt.objects.get(result_id=prescription.pk).pk,
        "patient_id": prescription.patient_id,
    } | changes
    return write_prescription(said.pop("patient_id"), said.pop("order"), **said)


@pytest.fixture
def held(clinic):
    return make_held(clinic, make_patient(clinic), document=SHOWN)


def test_a_signed_prescription_is_held(held, morning):
    assert (held.at, held.withdrawn_at, held.lapsed_at) == (morning, None, None)
    assert held.hold.asked_at == held.hold.next_change_at == morning
    assert [(line.strength_mg, line.per_dose) for line in held.capsules.all()] == [(Decimal(4), 1)]
    assert not held.decisions.exists()


def test_the_signature_binds_exactly_what_was_shown(held, clinic, morning):
    signature = held.signature
    assert bytes(signature.document).decode() == SHOWN
    assert bytes(signature.sha256) == hashlib.sha256(SHOWN.encode()).digest()
    assert (signature.signer, signature.printed_name) == (clinic.doctor, clinic.doctor.name)
    assert (signature.meaning, signature.signed_at, signature.subject_id) == (MEANING, morning, held.pk)


def test_what_the_prescriber_attests_with_it_is_on_record(held):
    assert Counselling.objects.get(prescription_id=held.pk).patient == held.patient
    assert Survey.objects.get(prescription_id=held.pk).by == "prescriber"
    kinds = LedgerEntry.objects.filter(chain=held.patient_id).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["patient.enrolled", "prescription.written", "counselled", "survey.completed"]


def test_what_the_prescriber_does_not_attest_is_not(clinic):
    held = make_held(clinic, make_patient(clinic), counselled=False, surveyed=False, forms=("paf",))
    assert not Counselling.objects.filter(prescription_id=held.pk).exists()
    assert not Survey.objects.filter(prescription_id=held.pk).exists()
    assert LedgerEntry.objects.filter(chain=held.patient_id, kind="form.signed").count() == 1


def test_the_same_press_writes_one_prescription(held, clinic):
    assert sign_again(clinic, held) == held
    assert Prescription.objects.count() == Signature.objects.count() == 1


@pytest.mark.parametrize("change", ["user", "page", "patient"])
def test_a_press_that_differs_is_refused(held, clinic, change):
    other = make_prescriber(clinic.practice)
    changes = {
        "user": {"by": other.user, "prescriber": other},
        "page": {"document": "Another dose."},
        "patient": {"patient_id": make_patient(clinic).pk},
    }[change]
    with pytest.raises(AttemptRefused):
        sign_again(clinic, held, **changes)
    assert Prescription.objects.count() == 1


def test_nobody_signs_for_somebody_else(clinic):
    patient = make_patient(clinic)
    with pytest.raises(NotTheirs):
        write_prescription(
            patient.pk,
            make_order(),
            by=clinic.delegate,
            prescriber=clinic.prescriber,
            document=SHOWN,
            attempt_id=uuid4(),
        )
    assert not Prescription.objects.exists()


def test_the_doorbell_rings_once_it_is_written(clinic, django_capture_on_commit_callbacks, monkeypatch):
    rung = []
    monkeypatch.setattr("prescriptions.services.write.ring_for_release", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        held = make_held(clinic, make_patient(clinic))
    assert rung == [held.pk]


def test_a_withdrawn_prescription_is_asked_nothing_any_more(held, clinic, morning):
    withdrawn = withdraw(held.pk, by=clinic.doctor, reason="changed")
    assert (withdrawn.withdrawn_at, withdrawn.withdrawn_reason) == (morning, "changed")
    assert not Hold.objects.exists()
    assert release.release_if_ready(held.pk) is None
    with pytest.raises(PrescriptionWithdrawn):
        release.release(held.pk, by=clinic.doctor)


def test_withdrawing_is_on_the_patients_chain(held, clinic):
    withdraw(held.pk, by=clinic.doctor, reason="mistake")
    entry = LedgerEntry.objects.get(kind="note.prescription-withdrawn")
    assert entry.chain_id == held.patient_id
    assert json.loads(bytes(entry.body))["prescription"] == str(held.pk)


def test_withdrawing_twice_changes_nothing(held, clinic, morning):
    withdraw(held.pk, by=clinic.doctor, reason="mistake")
    with clock.moved_to(morning + timedelta(hours=1)):
        again = withdraw(held.pk, by=clinic.doctor, reason="changed")
    assert (again.withdrawn_at, again.withdrawn_reason) == (morning, "mistake")
    assert LedgerEntry.objects.filter(kind="note.prescription-withdrawn").count() == 1


def test_only_its_prescriber_withdraws(held, clinic):
    with pytest.raises(NotTheirs):
        withdraw(held.pk, by=make_prescriber(clinic.practice).user, reason="mistake")
    held.refresh_from_db()
    assert held.withdrawn_at is None


def test_what_nobody_wrote_cannot_be_withdrawn(clinic):
    with pytest.raises(NoSuchPrescription):
        withdraw(uuid4(), by=clinic.doctor, reason="mistake")


def test_a_pharmacy_that_holds_a_withdrawn_prescription_is_told_and_gives_it_back(clinic, morning):
    confirmation = make_confirmed(clinic)
    prescription = confirmation.authorization.prescription
    withdraw(prescription.pk, by=clinic.doctor, reason="changed")
    notice = PharmacyNotice.objects.get(authorization=confirmation.authorization)
    assert (notice.pharmacy, notice.planned_at) == (clinic.pharmacy, morning)
    with pytest.raises(PrescriptionWithdrawn):
        confirm.confirm(prescription.pk, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist)
    given_back = reverse.reverse(
        prescription.pk, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist, reason="prescriber-asked"
    )
    assert given_back.allowed


def test_a_site_told_of_a_withdrawal_is_not_told_again_of_a_void(clinic):
    confirmation = make_confirmed(clinic)
    prescription = confirmation.authorization.prescription
    withdraw(prescription.pk, by=clinic.doctor, reason="changed")
    make_test(clinic, prescription.patient, result="positive")
    confirmation.authorization.refresh_from_db()
    assert confirmation.authorization.voided_at is not None
    assert PharmacyNotice.objects.count() == 1


def test_what_left_the_pharmacy_is_not_withdrawn(clinic):
    supply = make_dispensed(clinic)
    with pytest.raises(AlreadyDispensed):
        withdraw(supply.authorization.prescription_id, by=clinic.doctor, reason="mistake")
    reverse.reverse(
        supply.authorization.prescription_id, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist, reason="returned"
    )
    assert withdraw(supply.authorization.prescription_id, by=clinic.doctor, reason="mistake").withdrawn_at is not None


def test_what_is_written_again_takes_the_place_of_what_is_held(held, clinic):
    again = write_prescription(
        held.patient_id,
        make_order(),
        by=clinic.doctor,
        prescriber=clinic.prescriber,
        document=SHOWN,
        attempt_id=uuid4(),
        replaces=held.pk,
    )
    held.refresh_from_db()
    assert held.withdrawn_reason == "rewritten"
    assert [hold.pk for hold in Hold.objects.all()] == [again.pk]


def test_nothing_of_somebody_else_is_replaced(held, clinic):
    other = make_prescriber(clinic.practice)
    write_prescription(
        held.patient_id,
        make_order(),
        by=other.user,
        prescriber=other,
        document=SHOWN,
        attempt_id=uuid4(),
        replaces=held.pk,
    )
    held.refresh_from_db()
    assert held.withdrawn_at is None


def test_nobody_is_told_where_nobody_holds_it(clinic):
    withdraw(make_released(clinic).prescription_id, by=clinic.doctor, reason="changed")
    assert not PharmacyNotice.objects.exists()


def test_a_prescription_that_is_no_good_is_still_written_and_held(clinic):
    held = make_held(clinic, make_ready_patient(clinic), days_supply=84, refills=1)
    decision = release.release_if_ready(held.pk)
    assert set(decision.blockers) == {Code.SUPPLY_TOO_LONG, Code.REFILLS_NOT_ALLOWED}
