"""A button counts once, for who pressed it and for what they sent."""

import hashlib
import threading
from uuid import uuid4

import pytest
from django.db import connection

from compliance.models import Attempt, Signature
from compliance.services import attempts
from compliance.services.attempts import AttemptRefused
from compliance.services.session import patient_session
from compliance.services.sign import NobodySigned, sign
from tests.factories import make_clinic, make_patient

SAID = {"act": "write", "payload": {"document": "what was shown"}}


@pytest.fixture
def patient(clinic):
    return make_patient(clinic)


def press(patient, attempt, *, by, result=None, **changes):
    """One pressing; returns what it did, or what the first pressing did."""
    said = SAID | changes
    with patient_session(patient.pk, by=by) as held:
        earlier = attempts.earlier_result(held, attempt, **said)
        if earlier is None:
            attempts.remember(held, attempt, result=result or uuid4(), **said)
        return earlier


def test_a_first_press_is_remembered(clinic, patient, morning):
    attempt, result = uuid4(), uuid4()
    assert press(patient, attempt, by=clinic.doctor, result=result) is None
    kept = Attempt.objects.get(pk=attempt)
    assert (kept.user, kept.act, kept.result_id, kept.made_at) == (clinic.doctor, "write", result, morning)


def test_a_second_press_gives_the_first_ones_result(clinic, patient):
    attempt, result = uuid4(), uuid4()
    press(patient, attempt, by=clinic.doctor, result=result)
    assert press(patient, attempt, by=clinic.doctor) == result
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"act": "withdraw"}, {"payload": {"document": "another"}}, {"payload": {}}],
    ids=["act", "page", "empty"],
)
def test_something_else_under_the_same_id_is_refused(clinic, patient, changes):
    attempt = uuid4()
    press(patient, attempt, by=clinic.doctor)
    with pytest.raises(AttemptRefused):
        press(patient, attempt, by=clinic.doctor, **changes)


def test_somebody_else_under_the_same_id_is_refused(clinic, patient):
    attempt = uuid4()
    press(patient, attempt, by=clinic.doctor)
    with pytest.raises(AttemptRefused):
        press(patient, attempt, by=clinic.delegate)


def test_the_system_presses_no_buttons(patient):
    with pytest.raises(AttemptRefused):
        press(patient, uuid4(), by=None)
    assert not Attempt.objects.exists()


def test_the_hash_does_not_depend_on_the_order_of_what_was_sent():
    assert attempts.payload_hash("a", {"x": 1, "y": None}) == attempts.payload_hash("a", {"y": None, "x": 1})
    assert attempts.payload_hash("a", {"x": 1}) != attempts.payload_hash("b", {"x": 1})


def test_one_id_pressed_for_two_patients_at_once_counts_once(cloned_database):
    clinic = make_clinic()
    first, second = make_patient(clinic), make_patient(clinic)
    attempt, refused = uuid4(), []

    def press_second():
        try:
            press(second, attempt, by=clinic.doctor)
        except AttemptRefused as error:
            refused.append(error)
        finally:
            connection.close()

    with patient_session(first.pk, by=clinic.doctor) as held:
        attempts.remember(held, attempt, result=uuid4(), **SAID)
        other = threading.Thread(target=press_second)
        other.start()
        other.join(0.3)
        assert other.is_alive(), "the second press must wait for the first to be decided"
    other.join(10)
    assert len(refused) == Attempt.objects.count() == 1


def test_a_signature_keeps_the_page_and_its_hash(clinic, patient, morning):
    subject = uuid4()
    with patient_session(patient.pk, by=clinic.doctor) as held:
        sign(
            held, patient_id=patient.pk, subject_id=subject, document="«4 mg»", role="prescriber", meaning="I mean it."
        )
    kept = Signature.objects.get(subject_id=subject)
    assert bytes(kept.sha256) == hashlib.sha256("«4 mg»".encode()).digest()
    assert (kept.signer, kept.printed_name, kept.signed_at) == (clinic.doctor, clinic.doctor.name, morning)


def test_the_system_signs_nothing(patient):
    with pytest.raises(NobodySigned), patient_session(patient.pk, by=None) as held:
        sign(held, patient_id=patient.pk, subject_id=uuid4(), document="x", role="prescriber", meaning="x")
    assert not Signature.objects.exists()
