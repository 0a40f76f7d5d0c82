"""The work-list: who needs what, by when."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance import clock
from compliance.models import AccessEvent
from compliance.selectors.facts import Reach, facts_of, facts_of_many
from compliance.services import record_evidence, treat
from compliance.services.jobs import Budget
from prescriptions.selectors.work_list import look_ahead, staff_of
from tests import factories as make
from tests.compliance.pages import GET_QUERIES, at_most, client_of

pytestmark = pytest.mark.django_db
NOON = make.new_york(2027, 3, 1, 12)


@pytest.fixture(autouse=True)
def _first_of_march():
    with clock.moved_to(NOON):
        yield


@pytest.fixture
def clinic():
    return make.make_clinic()


def work_list_of(user, **query):
    response = client_of(user).get("/work-list/", query)
    assert response.status_code == 200
    return response


def found_by(user, name):
    response = client_of(user).post("/work-list/", {"find": name})
    assert response.status_code == 200
    return response


def steps(response):
    return {row["patient"].pk: row["step"] for row in response.context["rows"]}


def test_a_practice_without_patients_is_shown_how_to_enrol_one(clinic):
    assert "There are no patients here yet" in work_list_of(clinic.doctor).text


def test_a_new_patient_needs_the_agreement_first(clinic):
    patient = make.make_patient(clinic)
    step = steps(work_list_of(clinic.doctor))[patient.pk]
    assert step.says == "The patient has not signed the program's agreement since enrolling."
    assert step.address == f"/patients/{patient.pk}/record/agreement/?program=us-pomalidomide"


def test_a_ready_patient_can_be_written_for_until_the_tests_window_closes(clinic):
    patient = make.make_ready_patient(clinic)
    step = steps(work_list_of(clinic.doctor))[patient.pk]
    assert step.label == "Write a prescription"
    assert step.by == make.new_york(2027, 3, 9, 0)


def test_a_held_prescription_names_what_it_waits_for(clinic):
    patient = make.make_ready_patient(clinic)
    prescription = make.make_held(clinic, patient)
    record_evidence.attest_contraception(patient.pk, by=clinic.doctor, methods=["male-condom"], since_on=make.today())
    step = steps(work_list_of(clinic.doctor))[patient.pk]
    assert step.says == "The recorded contraception is not enough for this program."
    assert prescription.hold is not None


def test_a_released_one_is_to_be_dispensed_before_it_ends(clinic):
    authorization = make.make_released(clinic)
    step = steps(work_list_of(clinic.doctor))[authorization.prescription.patient_id]
    assert step.says == "Released: a pharmacy may dispense it."
    assert step.by == authorization.expires_at


def test_a_positive_test_stands_above_everything_else(clinic):
    make.make_ready_patient(clinic)
    patient = make.make_ready_patient(clinic)
    make.make_test(clinic, patient, result="positive")
    first = work_list_of(clinic.doctor).context["rows"][0]
    assert first["patient"].pk == patient.pk
    assert first["step"].word == "stop: look into it"


def test_after_a_supply_the_next_thing_with_a_date_is_shown(clinic):
    supply = make.make_dispensed(clinic)
    patient = supply.authorization.prescription.patient_id
    step = steps(work_list_of(clinic.doctor))[patient]
    assert step.says == "Pregnancy test"
    assert step.by == make.new_york(2027, 3, 9, 0)


def test_a_stopped_patient_is_not_asked_for_a_prescription(clinic):
    supply = make.make_dispensed(clinic)
    patient = supply.authorization.prescription.patient_id
    with clock.moved_to(make.new_york(2027, 3, 4, 9)):
        treat.change_treatment(patient, by=clinic.doctor, program=make.PROGRAM, change="stopped")
        step = steps(work_list_of(clinic.doctor))[patient]
    assert step.says == "Contraception goes on after the last dose"


def test_least_time_left_comes_first(clinic):
    for _ in range(2):
        make.make_ready_patient(clinic)
    make.make_patient(clinic)
    make.make_released(clinic)
    shown = [row["step"].by for row in work_list_of(clinic.doctor).context["rows"]]
    assert shown == sorted(shown, key=lambda by: (by is None, by))


def test_what_was_remembered_gives_way_to_a_new_fact(clinic):
    patient = make.make_ready_patient(clinic)
    before = steps(work_list_of(clinic.doctor))[patient.pk]
    make.make_test(clinic, patient, result="positive")
    after = steps(work_list_of(clinic.doctor))[patient.pk]
    assert before.label == "Write a prescription"
    assert after.says == "A pregnancy test was positive."


def test_what_was_remembered_gives_way_to_a_new_day(clinic):
    patient = make.make_ready_patient(clinic)
    before = steps(work_list_of(clinic.doctor))[patient.pk]
    with clock.moved_to(make.new_york(2027, 3, 20, 12)):
        after = steps(work_list_of(clinic.doctor))[patient.pk]
    assert before.label == "Write a prescription"
    assert after.label == "Record a test"


def test_another_practice_sees_none_of_them(clinic):
    patient = make.make_patient(clinic)
    other = make.make_clinic()
    response = work_list_of(other.doctor)
    assert patient.code not in response.text
    assert patient.family_name not in response.text


def test_a_delegate_sees_the_same_list_until_the_last_day(clinic):
    patient = make.make_patient(clinic)
    now = work_list_of(clinic.delegate)
    with clock.moved_to(make.new_york(2029, 1, 1)):
        later = work_list_of(clinic.delegate)
    assert patient.code in now.text
    assert patient.code not in later.text


def test_a_name_to_find_is_never_part_of_an_address(clinic):
    make.make_patient(clinic)
    page = work_list_of(clinic.doctor, find="zzz")
    assert "Nobody of that name or code" not in page.text
    assert '<form method="post" role="search"' in page.text


def test_a_patient_is_found_by_part_of_a_name(clinic):
    wanted = make.make_patient(clinic, family_name="Ångström-Vale")
    make.make_patient(clinic)
    assert list(steps(found_by(clinic.doctor, "ångström"))) == [wanted.pk]
    assert "Nobody of that name or code" in found_by(clinic.doctor, "zzz").text


@pytest.mark.parametrize("page", ["nonsense", "-1", "999999999999999999999999"])
def test_a_page_that_is_none_shows_one_that_is(clinic, page):
    patient = make.make_patient(clinic)
    assert list(steps(work_list_of(clinic.doctor, page=page))) == [patient.pk]


def test_a_delegate_writes_for_somebody_until_the_practices_midnight_of_the_last_day(clinic):
    delegate = make.make_delegate(clinic.prescriber, last_on=date(2027, 3, 1))
    with clock.moved_to(make.new_york(2027, 3, 1, 23)):
        assert staff_of(delegate.memberships.get()).writes_for == clinic.prescriber.pk
    with clock.moved_to(make.new_york(2027, 3, 2, 0)):
        assert staff_of(delegate.memberships.get()).writes_for is None


@pytest.mark.parametrize("patients", [1, 6])
@pytest.mark.parametrize("who", ["doctor", "delegate"])
def test_the_list_takes_the_same_few_queries_however_many_patients(clinic, who, patients):
    for _ in range(patients):
        make.make_released(clinic)
    client = client_of(getattr(clinic, who))
    with at_most(GET_QUERIES):
        client.get("/work-list/")


def test_whoever_looks_after_celery_did_waits_for_no_facts(clinic):
    make.make_released(clinic)
    client = client_of(clinic.doctor)
    looked = look_ahead(budget=Budget.of(60))
    with CaptureQueriesContext(connection) as captured:
        client.get("/work-list/")
    assert looked == 2
    assert not [query for query in captured if "compliance_ledgerentry" in query["sql"]]


def test_looking_ahead_ends_with_its_budget(clinic):
    assert look_ahead(budget=Budget.of(0)) == 0


def test_reading_the_list_of_names_is_no_reading_of_a_record(clinic):
    make.make_patient(clinic)
    work_list_of(clinic.doctor)
    assert not AccessEvent.objects.exists()


def test_a_pharmacist_has_no_work_list(clinic):
    assert client_of(clinic.pharmacist).get("/work-list/").status_code == 403


def test_facts_of_many_are_the_facts_of_each_in_one_query(clinic, django_assert_num_queries):
    patients = [make.make_released(clinic).prescription.patient_id for _ in range(3)]
    prescriber = clinic.prescriber.pk
    with django_assert_num_queries(1):
        many = facts_of_many(patients, program=make.PROGRAM, others=[prescriber])
    for patient in patients:
        alone = facts_of(Reach(patient), program=make.PROGRAM, others=[Reach(prescriber)])
        assert many[patient].events == alone.events
