"""Supply leaves the pharmacy, or comes back as if it never had."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from stdnum import verhoeff

from compliance import clock
from compliance.models import LedgerEntry
from compliance.rules.verdict import Code
from compliance.services import certify
from compliance.services.attempts import AttemptRefused
from prescriptions.models import Confirmation, Dispense, Reversal
from prescriptions.services.confirm import confirm
from prescriptions.services.dispense import dispense
from prescriptions.services.reverse import reverse
from tests.factories import (
    CANNOT,
    MALE,
    PROGRAM,
    make_confirmed,
    make_dispensed,
    make_ready_patient,
    make_released,
    make_test,
    new_york,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def confirmed(clinic):
    return make_confirmed(clinic)


def hand_out(clinic, confirmation, **changes):
    said = {
        "pharmacy_id": clinic.pharmacy.pk,
        "by": clinic.pharmacist,
        "method": "handover",
        "counselled": True,
        "guide_given": True,
    }
    return dispense(confirmation.authorization.prescription_id, **(said | changes))


def give_back(clinic, confirmation, **changes):
    said = {"pharmacy_id": clinic.pharmacy.pk, "by": clinic.pharmacist, "reason": "not-collected"}
    return reverse(confirmation.authorization.prescription_id, **(said | changes))


@pytest.mark.parametrize("method", ["handover", "ship"])
def test_supply_leaves_with_a_receipt(clinic, confirmed, morning, method):
    decision = hand_out(clinic, confirmed, method=method).decision
    supply = decision.dispense
    assert (supply.confirmation, supply.authorization) == (confirmed, confirmed.authorization)
    assert (supply.method, supply.counselled, supply.guide_given) == (method, True, True)
    assert (supply.dispensed_at, supply.reversed_at) == (morning, None)
    assert verhoeff.is_valid(supply.receipt)
    assert (decision.method, decision.counselled, decision.guide_given) == (method, True, True)


def test_the_day_of_dispensing_is_the_first_it_covers(clinic, confirmed):
    assert hand_out(clinic, confirmed).decision.dispense.covers_to == date(2027, 3, 28)


def test_the_day_is_the_programs_not_the_servers(clinic):
    late = new_york(2027, 3, 1, 23, 30)  # already the second in London
    with clock.moved_to(late):
        assert make_dispensed(clinic).covers_to == date(2027, 3, 28)


def test_the_outcome_is_on_the_patients_chain(clinic, confirmed):
    decision = hand_out(clinic, confirmed).decision
    assert (decision.entry.kind, decision.entry.chain_id) == ("dispense", decision.patient_id)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"counselled": False}, Code.PHARMACY_COUNSELLING_MISSING),
        ({"guide_given": False}, Code.GUIDE_MISSING),
    ],
)
def test_what_was_not_done_blocks(clinic, confirmed, changes, code):
    act = hand_out(clinic, confirmed, **changes)
    assert act.decision.blockers == [code]
    assert not Dispense.objects.exists()
    assert hand_out(clinic, confirmed).allowed


def test_a_pharmacy_that_holds_nothing_dispenses_nothing(clinic, confirmed):
    act = hand_out(clinic, confirmed, pharmacy_id=clinic.other_pharmacy.pk, by=clinic.other_pharmacist)
    assert Code.CONFIRMATION_MISSING in act.decision.blockers


def test_a_confirmation_ends_at_its_moment(clinic, confirmed):
    with clock.moved_to(confirmed.expires_at):
        assert hand_out(clinic, confirmed).decision.blockers == [Code.CONFIRMATION_EXPIRED]
    with clock.moved_to(confirmed.expires_at - timedelta(seconds=1)):
        assert hand_out(clinic, confirmed, attempt_id=uuid4()).decision.blockers == [Code.CONFIRMATION_EXPIRED], (
            "the patient's clock does not go back"
        )


def test_the_last_second_of_a_confirmation_is_good(clinic, confirmed):
    with clock.moved_to(confirmed.expires_at - timedelta(seconds=1)):
        assert hand_out(clinic, confirmed).allowed


def test_a_parcel_leaves_on_the_day_of_its_confirmation(clinic, confirmed):
    with clock.moved_to(new_york(2027, 3, 2, 0)):
        assert hand_out(clinic, confirmed, method="ship").decision.blockers == [Code.SHIP_SAME_DAY]
        assert hand_out(clinic, confirmed, method="handover").allowed


def test_who_cannot_get_pregnant_may_be_sent_it_the_next_day(clinic):
    confirmed = make_confirmed(clinic, make_released(clinic, make_ready_patient(clinic, category=CANNOT)))
    with clock.moved_to(new_york(2027, 3, 2, 0)):
        assert hand_out(clinic, confirmed, method="ship").allowed


def test_a_positive_test_after_the_confirmation_blocks_at_once(clinic, confirmed):
    make_test(clinic, confirmed.authorization.prescription.patient, result="positive")
    blockers = hand_out(clinic, confirmed).decision.blockers
    assert {Code.TEST_POSITIVE, Code.AUTHORIZATION_VOID} <= set(blockers)


def test_a_certificate_taken_back_blocks_at_once(clinic, confirmed):
    certify.certify_pharmacy(clinic.pharmacy, by=None, program=PROGRAM, certified=False)
    assert hand_out(clinic, confirmed).decision.blockers == [Code.PHARMACY_NOT_CERTIFIED]


def test_nothing_leaves_twice(clinic, confirmed):
    hand_out(clinic, confirmed)
    assert Code.ALREADY_DISPENSED in hand_out(clinic, confirmed).decision.blockers
    assert Dispense.objects.count() == 1


def test_one_press_hands_out_once(clinic, confirmed):
    attempt = uuid4()
    first = hand_out(clinic, confirmed, attempt_id=attempt)
    again = hand_out(clinic, confirmed, attempt_id=attempt)
    assert (again.decision, again.repeated, again.decision.dispense) == (first.decision, True, first.decision.dispense)
    assert Code.ALREADY_DISPENSED in again.now.codes
    with pytest.raises(AttemptRefused):
        hand_out(clinic, confirmed, attempt_id=attempt, method="ship")


def test_giving_back_opens_the_number_again(clinic, confirmed, morning):
    act = give_back(clinic, confirmed, note="wrong bag")
    confirmed.refresh_from_db()
    row = Reversal.objects.get(confirmation=confirmed)
    assert (act.allowed, confirmed.reversed_at) == (True, morning)
    assert (row.reason, row.note, row.reversed_at) == ("not-collected", "wrong bag", morning)
    prescription = confirmed.authorization.prescription_id
    assert confirm(prescription, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist).allowed
    assert Confirmation.objects.count() == 2


def test_giving_back_undoes_the_dispense_under_it(clinic, confirmed, morning):
    supply = hand_out(clinic, confirmed).decision.dispense
    with clock.moved_to(morning + HOUR):
        assert give_back(clinic, confirmed).allowed
    supply.refresh_from_db()
    assert supply.reversed_at == morning + HOUR
    prescription = confirmed.authorization.prescription_id
    assert confirm(prescription, pharmacy_id=clinic.other_pharmacy.pk, by=clinic.other_pharmacist).allowed


def test_what_was_given_back_is_not_supply(clinic, morning):
    patient = make_ready_patient(clinic, category=MALE)
    confirmed = make_confirmed(clinic, make_released(clinic, patient))
    hand_out(clinic, confirmed)
    give_back(clinic, confirmed)
    assert make_confirmed(clinic, make_released(clinic, patient)).confirmed_at == morning


def test_only_what_is_held_can_be_given_back(clinic, confirmed):
    stranger = give_back(clinic, confirmed, pharmacy_id=clinic.other_pharmacy.pk, by=clinic.other_pharmacist)
    assert stranger.decision.blockers == [Code.CONFIRMATION_MISSING]
    give_back(clinic, confirmed)
    assert give_back(clinic, confirmed).decision.blockers == [Code.CONFIRMATION_MISSING]
    assert Reversal.objects.count() == 1


def test_what_expired_can_still_be_given_back(clinic, confirmed):
    with clock.moved_to(confirmed.expires_at + 48 * HOUR):
        assert give_back(clinic, confirmed).allowed


def test_what_is_void_can_still_be_given_back_and_stays_void(clinic, confirmed):
    make_test(clinic, confirmed.authorization.prescription.patient, result="positive")
    assert give_back(clinic, confirmed).allowed
    act = confirm(confirmed.authorization.prescription_id, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist)
    assert Code.AUTHORIZATION_VOID in act.decision.blockers


def test_the_same_press_with_another_reason_is_refused(clinic, confirmed):
    attempt = uuid4()
    give_back(clinic, confirmed, attempt_id=attempt)
    assert give_back(clinic, confirmed, attempt_id=attempt).repeated
    with pytest.raises(AttemptRefused):
        give_back(clinic, confirmed, attempt_id=attempt, reason="mistake")


def test_every_try_leaves_one_decision_and_one_entry(clinic, confirmed):
    patient = confirmed.decision.patient
    before = LedgerEntry.objects.filter(chain=patient.pk).count()
    hand_out(clinic, confirmed, guide_given=False)
    hand_out(clinic, confirmed)
    give_back(clinic, confirmed)
    kinds = LedgerEntry.objects.filter(chain=patient.pk, seq__gt=before).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["dispense.refused", "dispense", "reverse"]
    assert patient.decisions.count() == 5
