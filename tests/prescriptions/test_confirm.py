"""One pharmacy holds a prescription, for some hours."""

from datetime import timedelta
from uuid import uuid4

import pytest
from stdnum import verhoeff

from compliance import clock
from compliance.models import LedgerEntry
from compliance.rules.verdict import Code
from compliance.services import certify, enrol, record_evidence
from compliance.services.attempts import AttemptRefused
from compliance.services.session import NoSuchChain
from prescriptions.models import Confirmation, Decision
from prescriptions.services import reverse
from prescriptions.services.acts import NoSuchPrescription
from prescriptions.services.confirm import confirm, held_confirmation
from tests.factories import (
    CANNOT,
    MALE,
    PROGRAM,
    make_confirmed,
    make_dispensed,
    make_held,
    make_ready_patient,
    make_released,
    make_test,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def released(clinic):
    return make_released(clinic)


@pytest.fixture
def ask(clinic, released):
    """The first pharmacy asks to hold it; keywords change who asks and how."""

    def asked(**changes):
        named = {"pharmacy_id": clinic.pharmacy.pk, "by": clinic.pharmacist} | changes
        return confirm(released.prescription_id, **named)

    return asked


def test_a_pharmacy_holds_it_for_a_day(ask, released, clinic, morning):
    act = ask()
    held = act.decision.confirmation
    assert (held.authorization, held.pharmacy, held.confirmed_at) == (released, clinic.pharmacy, morning)
    assert held.expires_at == act.decision.expires_at == morning + 24 * HOUR
    assert verhoeff.is_valid(held.number)
    assert act.decision.user == clinic.pharmacist


def test_it_does_not_hold_it_longer_than_the_number_lives(ask, released):
    with clock.moved_to(released.expires_at - HOUR):
        assert ask().decision.confirmation.expires_at == released.expires_at


def test_the_decision_saw_the_pharmacys_chain_too(ask, clinic):
    assert ask().decision.pharmacy_seq == LedgerEntry.objects.filter(chain=clinic.pharmacy.pk).count() == 1


def test_the_same_pharmacy_gets_its_own_back_unchanged(ask, morning):
    first = ask()
    with clock.moved_to(morning + 2 * HOUR):
        again = ask()
    assert again.allowed
    assert again.now.unchanged
    assert again.decision.expires_at == first.decision.expires_at
    assert Confirmation.objects.count() == 1
    assert again.decision.entry.kind == "note.confirm-again"


def test_after_its_expiry_it_gets_a_new_one(ask, clinic, morning):
    first = ask().decision.confirmation
    with clock.moved_to(morning + 24 * HOUR):
        second = ask().decision.confirmation
    first.refresh_from_db()
    assert (first.replaced_at, second.replaced_at) == (morning + 24 * HOUR, None)
    assert second.number != first.number
    assert held_confirmation(second.authorization.prescription_id, clinic.pharmacy.pk) == second


def test_another_pharmacy_waits_until_it_is_over(ask, clinic, morning):
    ask()
    other = {"pharmacy_id": clinic.other_pharmacy.pk, "by": clinic.other_pharmacist}
    with clock.moved_to(morning + 24 * HOUR - timedelta(seconds=1)):
        assert ask(**other).decision.blockers == [Code.CONFIRMATION_IN_USE]
    with clock.moved_to(morning + 24 * HOUR):
        assert ask(**other).allowed


def test_another_pharmacy_may_hold_it_once_it_was_given_back(ask, released, clinic):
    ask()
    reverse.reverse(
        released.prescription_id, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist, reason="other-pharmacy"
    )
    act = ask(pharmacy_id=clinic.other_pharmacy.pk, by=clinic.other_pharmacist)
    assert act.allowed
    assert act.decision.confirmation.pharmacy == clinic.other_pharmacy


def test_a_refusal_writes_a_decision_and_nothing_else(ask, clinic, released):
    make_confirmed(clinic, released, pharmacy=clinic.other_pharmacy)
    act = ask()
    assert not act.allowed
    assert (Confirmation.objects.count(), act.decision.entry.kind) == (1, "confirm.refused")


@pytest.mark.parametrize("code", [Code.AUTHORIZATION_EXPIRED, Code.PHARMACY_NOT_CERTIFIED, Code.EVALUATION_OPEN])
def test_each_confirmation_is_decided_afresh(ask, clinic, released, code):
    at = clock.now()
    if code is Code.AUTHORIZATION_EXPIRED:
        at = released.expires_at
    elif code is Code.PHARMACY_NOT_CERTIFIED:
        certify.certify_pharmacy(clinic.pharmacy, by=None, program=PROGRAM, certified=False)
    else:
        record_evidence.report_abnormal_menses(released.prescription.patient_id, by=clinic.doctor)
    with clock.moved_to(at):
        assert ask().decision.blockers == [code]


def test_a_category_change_in_between_is_seen(ask, clinic, released):
    enrol.change_category(
        released.prescription.patient_id, by=clinic.doctor, program=PROGRAM, category=CANNOT, reason="surgery"
    )
    assert set(ask().decision.blockers) == {Code.AGREEMENT_CATEGORY_DIFFERS, Code.AUTHORIZATION_VOID}


def test_a_positive_test_in_between_is_seen(ask, clinic, released):
    make_test(clinic, released.prescription.patient, result="positive")
    assert set(ask().decision.blockers) == {Code.TEST_POSITIVE, Code.AUTHORIZATION_VOID}


def test_the_next_supply_waits_until_seven_days_are_left(clinic, morning):
    patient = make_ready_patient(clinic, category=MALE)
    make_dispensed(clinic, make_confirmed(clinic, make_released(clinic, patient)))
    with clock.moved_to(morning + timedelta(days=19)):
        next_one = make_released(clinic, patient)
        asked = {"pharmacy_id": clinic.pharmacy.pk, "by": clinic.pharmacist}
        assert confirm(next_one.prescription_id, **asked).decision.blockers == [Code.SUPPLY_TOO_EARLY]
    with clock.moved_to(morning + timedelta(days=20)):
        assert confirm(next_one.prescription_id, **asked).allowed


def test_what_was_dispensed_is_not_confirmed_again(clinic):
    supply = make_dispensed(clinic)
    for pharmacy in (clinic.pharmacy, clinic.other_pharmacy):
        act = confirm(supply.authorization.prescription_id, pharmacy_id=pharmacy.pk, by=clinic.pharmacist)
        assert Code.ALREADY_DISPENSED in act.decision.blockers


def test_what_was_never_released_is_not_confirmed(clinic):
    held = make_held(clinic, make_ready_patient(clinic))
    act = confirm(held.pk, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist)
    assert act.decision.blockers == [Code.AUTHORIZATION_MISSING]


def test_one_press_is_one_confirmation_and_says_what_holds_now(ask, clinic, released):
    attempt = uuid4()
    first = ask(attempt_id=attempt)
    make_test(clinic, released.prescription.patient, result="positive")
    again = ask(attempt_id=attempt)
    assert (again.decision, again.repeated) == (first.decision, True)
    assert again.decision.allowed
    assert Code.TEST_POSITIVE in again.now.codes
    assert Decision.objects.filter(gate="confirm").count() == 1


def test_the_same_press_for_another_pharmacy_or_user_is_refused(ask, clinic):
    attempt = uuid4()
    ask(attempt_id=attempt)
    with pytest.raises(AttemptRefused):
        ask(attempt_id=attempt, pharmacy_id=clinic.other_pharmacy.pk)
    with pytest.raises(AttemptRefused):
        ask(attempt_id=attempt, by=clinic.other_pharmacist)
    assert Decision.objects.filter(gate="confirm").count() == 1


def test_unknown_prescriptions_and_pharmacies_are_refused(ask, clinic, morning):
    with pytest.raises(NoSuchPrescription):
        confirm(uuid4(), pharmacy_id=clinic.pharmacy.pk, by=None)
    with pytest.raises(NoSuchChain):
        ask(pharmacy_id=uuid4())
