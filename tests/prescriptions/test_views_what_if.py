"""What if a test were collected on …? The gate's own answer, and not a row more."""

from datetime import timedelta

import pytest

from compliance import clock, wording
from compliance.database import our_models
from compliance.models import AccessEvent
from compliance.rules.verdict import Code
from prescriptions.services import release
from tests import factories as make
from tests.compliance.pages import GET_QUERIES, at_most, client_of


@pytest.fixture
def patient(clinic):
    """Everything is there for a first release but the second test, and the first one is twelve days old."""
    patient = make.make_patient(clinic)
    by = clinic.doctor
    make.record_evidence.sign_agreement(patient.pk, by=by, program=make.PROGRAM, category=make.CAN)
    make.record_evidence.record_survey(patient.pk, by=by, program=make.PROGRAM, answered_by="patient")
    since = make.today() - timedelta(days=40)
    make.record_evidence.attest_contraception(patient.pk, by=by, methods=make.TWO_METHODS, since_on=since)
    make.make_test(clinic, patient, collected_at=make.ago(days=12))
    return patient


def ask(user, patient, at, **changes):
    typed = {"collected_on": f"{at:%Y-%m-%d}", "collected_time": f"{at:%H:%M}", "setting": "lab", "sensitivity": "25"}
    return client_of(user).post(f"/patients/{patient.pk}/what-if/{make.PROGRAM}/", typed | changes)


def test_a_test_tomorrow_tells_the_first_moment_and_until_when(clinic, patient, morning):
    page = ask(clinic.doctor, patient, morning + timedelta(days=1))
    assert "It could be released at 09:00 Tue 2 Mar 2027 (New York time) at the earliest" in page.text
    assert "dispensed until the end of Tue 9 Mar 2027 (New York time)" in page.text


def test_a_delegate_may_ask_too(clinic, patient, morning):
    assert "It could be released" in ask(clinic.delegate, patient, morning + timedelta(days=1)).text


def test_a_test_that_comes_too_late_for_the_first_one_says_what_still_holds(clinic, patient, morning):
    page = ask(clinic.doctor, patient, morning + timedelta(days=20))
    assert "Would still be held" in page.text
    assert "It could be released" not in page.text


def test_waiting_is_searched_for_the_day_on_which_it_ends(clinic, morning):
    """A single second test, and contraception that has run 25 days: three more days are waited for."""
    patient = make.make_patient(clinic)
    by = clinic.doctor
    make.record_evidence.sign_agreement(patient.pk, by=by, program=make.PROGRAM, category=make.CAN)
    make.record_evidence.record_survey(patient.pk, by=by, program=make.PROGRAM, answered_by="patient")
    since = make.today() - timedelta(days=25)
    make.record_evidence.attest_contraception(patient.pk, by=by, methods=make.TWO_METHODS, since_on=since)
    make.make_test(clinic, patient, collected_at=make.ago(days=8))
    page = ask(clinic.doctor, patient, morning + timedelta(days=2, hours=12))
    assert "It could be released at 00:00 Thu 4 Mar 2027 (New York time) at the earliest" in page.text


def test_a_held_prescription_is_the_one_that_is_asked_about(clinic, patient, morning):
    prescription = make.make_held(clinic, patient)
    assert not release.release_if_ready(prescription.pk).allowed
    soon = ask(clinic.doctor, patient, morning + timedelta(hours=3))
    assert "which is held" in soon.text
    assert "It could be released at 12:00 Mon 1 Mar 2027 (New York time) at the earliest" in soon.text
    late = ask(clinic.doctor, patient, morning + timedelta(days=31))
    assert wording.says(Code.PRESCRIPTION_TOO_OLD) in late.text


def test_what_was_foreseen_comes_true(clinic, patient, morning):
    later = morning + timedelta(days=1)
    assert "It could be released at 09:00 Tue 2 Mar 2027" in ask(clinic.doctor, patient, later).text
    with clock.moved_to(later):
        make.make_test(clinic, patient, collected_at=later)
        assert make.make_released(clinic, patient).expires_at == make.new_york(2027, 3, 10, 0)


def test_asking_stores_nothing_but_that_the_record_was_read(clinic, patient, morning):
    client_of(clinic.doctor)
    models = [model for model in our_models() if model is not AccessEvent]
    before = {model: model.objects.count() for model in models}
    reads = AccessEvent.objects.count()
    ask(clinic.doctor, patient, morning + timedelta(days=1))
    assert {model: model.objects.count() for model in models} == before
    assert AccessEvent.objects.count() == reads + 1


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sensitivity": "1e999"}, "Enter a number"),
        ({"collected_on": "2030-01-01"}, "Ask about a day within a year."),
        ({"collected_on": "2027-03-14", "collected_time": "02:30"}, "The clocks went forward that day"),
        ({"setting": "moon"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_asked_again(clinic, patient, morning, changes, says):
    page = ask(clinic.doctor, patient, morning, **changes)
    assert page.status_code == 200
    assert says in page.text


def test_who_cannot_get_pregnant_is_not_asked_about_tests(clinic):
    patient = make.make_patient(clinic, category=make.MALE)
    address = f"/patients/{patient.pk}/what-if/{make.PROGRAM}/"
    assert client_of(clinic.doctor).get(address).status_code == 404
    assert address not in client_of(clinic.doctor).get(f"/patients/{patient.pk}/").text


def test_the_patient_page_leads_to_it_within_the_budget(clinic, patient):
    client = client_of(clinic.doctor)
    address = f"/patients/{patient.pk}/what-if/{make.PROGRAM}/"
    assert address in client.get(f"/patients/{patient.pk}/").text
    with at_most(GET_QUERIES):
        assert client.get(address).status_code == 200
