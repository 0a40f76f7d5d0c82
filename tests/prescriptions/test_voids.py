"""A fact that voids a number stamps it in the same transaction, and who holds it is told."""

from datetime import timedelta

import pytest

from compliance import clock
from compliance.models import LedgerEntry, PregnancyReport
from compliance.rules.verdict import Code
from compliance.services import correct_evidence, enrol, record_evidence
from prescriptions.models import Authorization, PharmacyNotice
from prescriptions.services import release, reverse, voids
from prescriptions.services.confirm import confirm
from tests.factories import (
    CAN,
    CANNOT,
    PROGRAM,
    make_confirmed,
    make_dispensed,
    make_patient,
    make_released,
    make_test,
)


@pytest.fixture
def issued(clinic):
    """An open number, counted from the patient's second test."""
    return make_released(clinic)


def counted_test(authorization):
    """The test that its window was counted from."""
    return authorization.prescription.patient.pregnancytests.order_by("-collected_at").first()


def earlier_test(authorization):
    return authorization.prescription.patient.pregnancytests.order_by("collected_at").first()


def positive_test(clinic, authorization):
    return make_test(clinic, authorization.prescription.patient, result="positive")


def positive_at_home(clinic, authorization):
    patient = authorization.prescription.patient
    return make_test(clinic, patient, result="positive", setting="home", sensitivity=500)


def corrected_to_positive(clinic, authorization):
    test = earlier_test(authorization)
    return correct_evidence.correct_test(test, by=clinic.doctor, reason="misread", result="positive")


def counted_test_corrected(clinic, authorization):
    test = counted_test(authorization)
    return correct_evidence.correct_test(test, by=clinic.doctor, reason="typing error", sensitivity=20)


def counted_test_voided(clinic, authorization):
    return correct_evidence.void_test(counted_test(authorization), by=clinic.doctor, reason="spoiled sample")


def pregnancy_of_the_patient(clinic, authorization):
    return record_evidence.report_pregnancy(authorization.prescription.patient_id, by=clinic.doctor, who="patient")


def category_changed(clinic, authorization):
    patient_id = authorization.prescription.patient_id
    return enrol.change_category(patient_id, by=clinic.doctor, program=PROGRAM, category=CANNOT, reason="surgery")


def enrolled_again(clinic, authorization):
    return enrol.enrol_again(authorization.prescription.patient, by=clinic.doctor, program=PROGRAM, category=CAN)


def negative_test(clinic, authorization):
    return make_test(clinic, authorization.prescription.patient)


def unclear_test(clinic, authorization):
    return make_test(clinic, authorization.prescription.patient, result="indeterminate")


def other_test_corrected(clinic, authorization):
    test = earlier_test(authorization)
    return correct_evidence.correct_test(test, by=clinic.doctor, reason="typing error", sensitivity=20)


def other_test_voided(clinic, authorization):
    return correct_evidence.void_test(earlier_test(authorization), by=clinic.doctor, reason="spoiled sample")


def pregnancy_of_a_partner(clinic, authorization):
    return record_evidence.report_pregnancy(authorization.prescription.patient_id, by=clinic.doctor, who="partner")


def enrolled_elsewhere(clinic, authorization):
    patient = authorization.prescription.patient
    return enrol.enrol_again(patient, by=clinic.doctor, program="us-thalidomide", category=CAN)


VOIDING = [
    positive_test,
    positive_at_home,
    corrected_to_positive,
    counted_test_corrected,
    counted_test_voided,
    pregnancy_of_the_patient,
    category_changed,
    enrolled_again,
]
HARMLESS = [
    negative_test,
    unclear_test,
    other_test_corrected,
    other_test_voided,
    pregnancy_of_a_partner,
    enrolled_elsewhere,
]


@pytest.mark.parametrize("happen", VOIDING)
def test_it_voids_the_open_number(clinic, issued, morning, happen):
    with clock.moved_to(morning + timedelta(hours=2)):
        fact = happen(clinic, issued)
    issued.refresh_from_db()
    assert (issued.voided_at, issued.voided_by_id) == (morning + timedelta(hours=2), fact.entry_id)
    act = confirm(issued.prescription_id, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist)
    assert Code.AUTHORIZATION_VOID in act.decision.blockers


@pytest.mark.parametrize("happen", HARMLESS)
def test_it_voids_nothing(clinic, issued, happen):
    happen(clinic, issued)
    issued.refresh_from_db()
    assert (issued.voided_at, issued.voided_by_id) == (None, None)
    act = confirm(issued.prescription_id, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist)
    assert Code.AUTHORIZATION_VOID not in act.decision.blockers


def test_a_fact_learnt_late_voids_too(clinic, issued, morning):
    with clock.moved_to(morning + timedelta(days=2)):
        make_test(
            clinic,
            issued.prescription.patient,
            result="positive",
            collected_at=morning - timedelta(days=20),
            at=morning,
        )
    issued.refresh_from_db()
    assert issued.voided_at == morning + timedelta(days=2)


def test_every_number_of_the_patient_is_voided_and_nobody_elses(clinic, issued):
    second, stranger = make_released(clinic, issued.prescription.patient), make_released(clinic)
    positive_test(clinic, issued)
    voided = set(Authorization.objects.exclude(voided_at=None))
    assert voided == {issued, second}
    assert stranger not in voided


def test_a_number_is_voided_once_by_the_first_fact(clinic, issued, morning):
    first = positive_test(clinic, issued)
    with clock.moved_to(morning + timedelta(days=1)):
        pregnancy_of_the_patient(clinic, issued)
    issued.refresh_from_db()
    assert (issued.voided_by_id, issued.voided_at) == (first.entry_id, morning)


def test_void_is_for_good(clinic, issued, morning):
    test = positive_test(clinic, issued)
    correct_evidence.correct_test(test, by=clinic.doctor, reason="wrong patient", result="negative")
    act = confirm(issued.prescription_id, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist)
    assert act.decision.blockers == [Code.AUTHORIZATION_VOID]


def test_a_voided_prescription_may_be_released_again_by_its_prescriber(clinic, issued):
    counted_test_corrected(clinic, issued)
    act = release.release(issued.prescription_id, by=clinic.doctor)
    assert act.allowed, act.decision.blockers
    issued.refresh_from_db()
    assert (issued.lapsed_at, act.decision.authorization.voided_at) == (None, None)


def test_a_new_number_is_not_void_because_the_old_one_was(clinic, issued):
    counted_test_corrected(clinic, issued)
    release.release(issued.prescription_id, by=clinic.doctor)
    negative_test(clinic, issued)
    assert Authorization.objects.filter(prescription=issued.prescription_id, voided_at=None).count() == 1


def test_a_dispensed_number_is_voided_too_and_a_reversal_does_not_reopen_it(clinic):
    supply = make_dispensed(clinic)
    positive_test(clinic, supply.authorization)
    supply.authorization.refresh_from_db()
    assert supply.authorization.voided_at is not None
    prescription = supply.authorization.prescription_id
    reverse.reverse(prescription, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist, reason="returned")
    act = confirm(prescription, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist)
    assert Code.AUTHORIZATION_VOID in act.decision.blockers


def test_the_site_that_holds_it_is_told_once(clinic, issued, morning):
    make_confirmed(clinic, issued)
    positive_test(clinic, issued)
    pregnancy_of_the_patient(clinic, issued)
    notice = PharmacyNotice.objects.get()
    assert (notice.pharmacy, notice.authorization) == (clinic.pharmacy, issued)
    assert (notice.planned_at, notice.sent_at, notice.seen_at) == (morning, None, None)


def test_a_site_that_gave_it_back_is_told_nothing(clinic, issued):
    make_confirmed(clinic, issued)
    reverse.reverse(issued.prescription_id, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist, reason="mistake")
    positive_test(clinic, issued)
    assert not PharmacyNotice.objects.exists()


def test_an_error_while_stamping_undoes_the_fact(clinic, issued, monkeypatch):
    patient_id = issued.prescription.patient_id
    before = LedgerEntry.objects.filter(chain=patient_id).count()

    def fail(*_args):
        raise LookupError

    monkeypatch.setattr(voids, "tell_holders", fail)
    with pytest.raises(LookupError):
        pregnancy_of_the_patient(clinic, issued)
    assert not PregnancyReport.objects.exists()
    assert LedgerEntry.objects.filter(chain=patient_id).count() == before


def test_a_fact_rings_for_what_is_held(clinic, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("prescriptions.receivers.ring_for_held", rung.append)
    patient = make_patient(clinic)
    with django_capture_on_commit_callbacks(execute=True):
        record_evidence.record_menses_pattern(patient.pk, by=clinic.doctor, pattern="none")
    assert rung == [patient.pk]
