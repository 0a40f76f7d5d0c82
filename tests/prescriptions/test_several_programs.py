"""One person in two programs: what is known of the person serves both, what a program asks is asked by each."""

from datetime import timedelta

import pytest

from compliance import clock
from compliance.programs import load_programs
from compliance.rules.verdict import Code
from compliance.services import certify, record_evidence
from prescriptions.models import Authorization
from prescriptions.selectors.preview import facts_for_form, preview
from tests import factories as make
from tests.compliance.pages import client_of

OLD, NEW = "us-lenalidomide", make.PROGRAM
CATEGORY = f"{NEW}/{make.CAN}"


@pytest.fixture
def patient(clinic, monkeypatch):
    """Ready for a first release of lenalidomide, and known to no other program."""
    monkeypatch.setattr(make, "PROGRAM", OLD)
    certify.certify_prescriber(clinic.prescriber, by=None, program=OLD)
    patient = make.make_ready_patient(clinic)
    monkeypatch.setattr(make, "PROGRAM", NEW)
    return patient


def enrol_in_new(clinic, patient, category=CATEGORY):
    return client_of(clinic.doctor).post(f"/patients/{patient.pk}/enrol/", {"category": category})


def missing(clinic, patient, program):
    facts = facts_for_form(patient.pk, load_programs()[program], clinic.prescriber.pk)
    looked = preview(facts, load_programs()[program], prescriber_id=clinic.prescriber.pk, at=clock.now())
    return {blocker.code for blocker in looked.remaining}


def test_a_switch_from_lenalidomide_to_pomalidomide(clinic, patient, morning):
    assert missing(clinic, patient, OLD) == set()
    done = enrol_in_new(clinic, patient)
    assert done.headers["Location"] == f"/patients/{patient.pk}/?program={NEW}"

    assert missing(clinic, patient, NEW) == {Code.AGREEMENT_MISSING, Code.SURVEY_PATIENT_DUE}, "tests came along"
    record_evidence.sign_agreement(patient.pk, by=clinic.doctor, program=NEW, category=make.CAN)
    record_evidence.record_survey(patient.pk, by=clinic.doctor, program=NEW, answered_by="patient")

    assert make.make_released(clinic, patient).prescription.program == NEW
    assert missing(clinic, patient, OLD) == set(), "the old program is as it was"


def test_a_positive_test_voids_in_one_program_and_blocks_in_the_other(clinic, patient, morning):
    enrol_in_new(clinic, patient)
    record_evidence.sign_agreement(patient.pk, by=clinic.doctor, program=NEW, category=make.CAN)
    record_evidence.record_survey(patient.pk, by=clinic.doctor, program=NEW, answered_by="patient")
    issued = make.make_released(clinic, patient)
    with clock.moved_to(morning + timedelta(hours=1)):
        make.make_test(clinic, patient, result="positive")
        assert Authorization.objects.get(pk=issued.pk).voided_at is not None
        assert Code.TEST_POSITIVE in missing(clinic, patient, OLD) & missing(clinic, patient, NEW)


def test_the_page_leads_there_and_shows_both_programs(clinic, patient):
    client = client_of(clinic.doctor)
    assert f"/patients/{patient.pk}/enrol/" in client.get(f"/patients/{patient.pk}/").text
    enrol_in_new(clinic, patient)
    assert "Also enrolled in:" in client.get(f"/patients/{patient.pk}/?program={NEW}").text


def test_a_program_one_is_in_is_not_offered_again(clinic, patient):
    page = client_of(clinic.doctor).get(f"/patients/{patient.pk}/enrol/")
    assert f'value="{CATEGORY}"' in page.text
    assert f'value="{OLD}/' not in page.text


@pytest.mark.parametrize(
    "category", ["", "us-lenalidomide/adult-male", "us-pomalidomide/child-male", "us-macitentan/can"]
)
def test_what_cannot_be_is_asked_again_and_enrols_nobody(clinic, patient, category):
    assert enrol_in_new(clinic, patient, category).status_code == 200
    assert set(patient.enrolments.values_list("program", flat=True)) == {OLD}
