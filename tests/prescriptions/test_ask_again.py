"""After an expiry or a void the prescriber signs again, and the system asks for that signature once more."""

from datetime import timedelta
from uuid import uuid4

import pytest

from compliance import clock
from compliance.models import Signature
from compliance.rules.verdict import Code
from compliance.services import record_evidence
from compliance.services.attempts import AttemptRefused
from prescriptions.models import Decision, Hold
from prescriptions.services import release
from prescriptions.services.acts import NoSuchPrescription, PrescriptionWithdrawn
from prescriptions.services.ask_again import MEANING_AGAIN, ask_again
from prescriptions.services.write import NotTheirs, withdraw
from tests.factories import make_prescriber, make_released, make_test

DAY = timedelta(days=1)


@pytest.fixture
def expired(clinic, morning):
    """A number that ended yesterday, and the tests for a new one. It is eight days later."""
    old = make_released(clinic)
    with clock.moved_to(morning + 8 * DAY):
        make_test(clinic, old.prescription.patient, collected_at=morning - 5 * DAY)
        make_test(clinic, old.prescription.patient, collected_at=morning + 7 * DAY)
        yield old


def sign_again(clinic, authorization, **changes):
    said = {"by": clinic.doctor, "document": "Once more, as stated above.", "attempt_id": uuid4()} | changes
    return ask_again(authorization.prescription_id, **said)


def test_a_new_signature_gets_a_new_number(clinic, expired):
    act = sign_again(clinic, expired)
    assert act.allowed, act.decision.blockers
    expired.refresh_from_db()
    assert expired.lapsed_at == act.decision.decided_at
    assert act.decision.authorization.number != expired.number


def test_the_signature_is_kept_whatever_the_answer(clinic, expired):
    record_evidence.report_abnormal_menses(expired.prescription.patient_id, by=clinic.doctor)
    act = sign_again(clinic, expired)
    assert act.decision.blockers == [Code.EVALUATION_OPEN]
    kept = Signature.objects.filter(subject_id=expired.prescription_id, meaning=MEANING_AGAIN)
    assert [bytes(each.document) for each in kept] == [b"Once more, as stated above."]


def test_a_no_that_a_fact_can_lift_is_held_and_released_once(clinic, expired):
    record_evidence.report_abnormal_menses(
        expired.prescription.patient_id, by=clinic.doctor, at=clock.database_now() - timedelta(hours=2)
    )
    assert not sign_again(clinic, expired).allowed
    assert Hold.objects.get().prescription_id == expired.prescription_id
    make_test(clinic, expired.prescription.patient)
    assert release.release_if_ready(expired.prescription_id).allowed
    assert not Hold.objects.exists()


def test_a_new_signature_forgets_the_tries_that_failed_before(clinic, expired):
    record_evidence.report_abnormal_menses(expired.prescription.patient_id, by=clinic.doctor)
    sign_again(clinic, expired)
    Hold.objects.filter(pk=expired.prescription_id).update(attempts=5, freeable=False)

    sign_again(clinic, expired)

    hold = Hold.objects.get(pk=expired.prescription_id)
    assert (hold.attempts, hold.freeable) == (0, True)


def test_a_no_that_nothing_can_lift_is_not_held(clinic, expired, morning):
    with clock.moved_to(morning + 31 * DAY):
        act = sign_again(clinic, expired)
    assert Code.PRESCRIPTION_TOO_OLD in act.decision.blockers
    assert not Hold.objects.exists()


def test_an_open_number_is_not_held_beside_itself(clinic):
    act = sign_again(clinic, make_released(clinic))
    assert Code.PRESCRIPTION_CLOSED in act.decision.blockers
    assert not Hold.objects.exists()


def test_a_second_press_signs_and_asks_nothing(clinic, expired):
    attempt = uuid4()
    first = sign_again(clinic, expired, attempt_id=attempt)
    again = sign_again(clinic, expired, attempt_id=attempt)
    assert (again.decision, again.repeated) == (first.decision, True)
    assert Decision.objects.filter(prescription=expired.prescription_id).count() == 2
    assert Signature.objects.filter(meaning=MEANING_AGAIN).count() == 1
    with pytest.raises(AttemptRefused):
        sign_again(clinic, expired, attempt_id=attempt, document="Something else.")


def test_only_its_prescriber_signs(clinic, expired):
    with pytest.raises(NotTheirs):
        sign_again(clinic, expired, by=make_prescriber(clinic.practice).user)
    with pytest.raises(NoSuchPrescription):
        ask_again(uuid4(), by=clinic.doctor, document="x", attempt_id=uuid4())
    assert not Signature.objects.filter(meaning=MEANING_AGAIN).exists()


def test_what_was_withdrawn_is_not_asked_for_again(clinic, expired):
    withdraw(expired.prescription_id, by=clinic.doctor, reason="not-needed")
    with pytest.raises(PrescriptionWithdrawn):
        sign_again(clinic, expired)
