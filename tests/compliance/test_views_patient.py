"""A patient's page: what is next, the course, everything on record, for their own practice alone."""

from uuid import uuid4

import pytest

from compliance import clock
from compliance.models import AccessEvent, Membership
from compliance.services import correct_evidence, enrol, record_evidence, staff, treat
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


def page_of(user, patient):
    return client_of(user).get(f"/patients/{patient.pk}/")


def test_a_new_patient_shows_what_is_missing_and_how_to_record_it(clinic):
    patient = make.make_patient(clinic)
    page = page_of(clinic.doctor, patient)
    assert page.status_code == 200
    assert "The patient has not signed the program&#x27;s agreement since enrolling." in page.text
    assert f"/patients/{patient.pk}/record/agreement/" in page.text
    assert "No pregnancy test is on record." in page.text


def test_reading_a_record_leaves_an_access_event(clinic):
    patient = make.make_patient(clinic)
    page_of(clinic.delegate, patient)
    (event,) = AccessEvent.objects.all()
    assert (event.patient, event.user, event.what) == (patient, clinic.delegate, "patient")


def test_another_practices_patient_answers_like_nobody(clinic):
    stranger = make.make_patient(make.make_clinic())
    client = client_of(clinic.doctor)
    theirs, nobody = client.get(f"/patients/{stranger.pk}/"), client.get(f"/patients/{uuid4()}/")
    assert theirs.status_code == nobody.status_code == 404
    assert without_token(theirs.text) == without_token(nobody.text)
    assert not AccessEvent.objects.exists()


def without_token(text):
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


def test_a_role_that_ended_sees_nothing_on_the_next_request(clinic):
    patient = make.make_patient(clinic)
    client = client_of(clinic.doctor)
    before = client.get(f"/patients/{patient.pk}/").status_code
    staff.end_role(Membership.objects.get(user=clinic.doctor), by=None)
    assert (before, client.get(f"/patients/{patient.pk}/").status_code) == (200, 403)


def test_a_corrected_test_shows_the_old_value_beside_the_new_one(clinic):
    patient = make.make_patient(clinic)
    test = make.make_test(clinic, patient, result="positive")
    correct_evidence.correct_test(test, by=clinic.doctor, reason="Mislabelled tube", result="negative")
    (shown,) = page_of(clinic.doctor, patient).context["evidence"].tests
    assert shown.word == "negative"
    assert "it said: positive. Corrected: Mislabelled tube" in shown.before[0]


def test_a_void_test_stays_visible_and_can_no_longer_be_corrected(clinic):
    patient = make.make_patient(clinic)
    test = make.make_test(clinic, patient)
    correct_evidence.void_test(test, by=clinic.doctor, reason="Wrong patient")
    page = page_of(clinic.doctor, patient)
    assert "Wrong patient" in page.text
    assert f"/tests/{test.pk}/correct/" not in page.text


def test_a_positive_test_puts_the_checklist_on_top(clinic):
    authorization = make.make_released(clinic)
    patient = authorization.prescription.patient
    make.make_test(clinic, patient, result="positive")
    page = page_of(clinic.doctor, patient)
    assert page.context["pregnancy_open"]
    assert "Tell the patient to take no further dose" in page.text
    assert page.context["prescriptions"][0]["shown"].word == "Void"


def test_the_picture_and_its_table_say_the_same(clinic):
    supply = make.make_dispensed(clinic)
    patient = supply.authorization.prescription.patient
    with clock.moved_to(make.new_york(2027, 3, 10, 9)):
        treat.change_treatment(patient.pk, by=clinic.doctor, program=make.PROGRAM, change="held", reason="Low counts")
        treat.change_treatment(patient.pk, by=clinic.doctor, program=make.PROGRAM, change="stopped")
        drawing = page_of(clinic.doctor, patient).context["drawing"]
    said = [item.says for item in drawing.items]
    shapes = [shape.says for shape in (*drawing.bars, *drawing.marks)]
    assert sorted(said) == sorted(shapes)
    for words in (
        "Cycle 1: dosing days",
        "Supply for 28 days",
        "Pregnancy test: negative",
        "Interruption",
        "Last dose",
        "The four weeks after the last dose",
    ):
        assert words in said


def test_cycles_are_21_dosing_days_and_seven_of_rest(clinic):
    supply = make.make_dispensed(clinic)
    patient = supply.authorization.prescription.patient
    drawing = page_of(clinic.doctor, patient).context["drawing"]
    dosing, rest = (next(item for item in drawing.items if words in item.says) for words in ("dosing", "rest"))
    assert ((dosing.last_on - dosing.first_on).days + 1, (rest.last_on - rest.first_on).days + 1) == (21, 7)
    assert dosing.first_on.isoformat() == "2027-03-01"


@pytest.mark.parametrize(("who", "offered"), [("doctor", True), ("delegate", False)])
def test_what_only_prescribers_attest_is_offered_to_them_alone(clinic, who, offered):
    page = page_of(getattr(clinic, who), make.make_patient(clinic))
    assert ("/record/agreement/?" in page.text.partition('id="list-agreements"')[2]) is offered
    assert "/record/test/" in page.text


def test_who_cannot_get_pregnant_is_asked_nothing_about_cycles(clinic):
    page = page_of(clinic.doctor, make.make_ready_patient(clinic, category=make.MALE))
    assert "/record/contraception/" not in page.text
    assert "/record/menses-pattern/" not in page.text
    assert page.context["looked"].word == "Ready"


def test_a_second_enrolment_and_long_names_are_shown(clinic):
    patient = make.make_patient(clinic, given_name="Maximiliana-Theodora " * 3, family_name="W" * 80)
    enrol.enrol_again(patient, by=clinic.doctor, program=make.PROGRAM, category=make.CAN)
    assert "W" * 80 in page_of(clinic.doctor, patient).text


@pytest.mark.parametrize("program", ["us-ipledge", "nonsense", "\x00", "a" * 5000])
def test_a_program_the_patient_is_not_in_does_not_exist(clinic, program):
    patient = make.make_patient(clinic)
    assert client_of(clinic.doctor).get(f"/patients/{patient.pk}/", {"program": program}).status_code == 404


@pytest.mark.parametrize("who", ["doctor", "delegate"])
def test_a_long_history_takes_no_more_queries_than_a_short_one(clinic, who):
    supply = make.make_dispensed(clinic)
    patient = supply.authorization.prescription.patient
    for day in range(2, 6):
        with clock.moved_to(make.new_york(2027, 3, day, 9)):
            test = make.make_test(clinic, patient)
            correct_evidence.correct_test(test, by=clinic.doctor, reason="Typing error", sensitivity=20)
            make.make_held(clinic, patient)
    client = client_of(getattr(clinic, who))
    with clock.moved_to(make.new_york(2027, 3, 6, 9)), at_most(GET_QUERIES):
        assert client.get(f"/patients/{patient.pk}/").status_code == 200


def test_every_list_shows_what_was_recorded(clinic):
    patient = make.make_ready_patient(clinic)
    by = clinic.doctor
    record_evidence.record_counselling(patient.pk, by=by, program=make.PROGRAM)
    record_evidence.record_menses_pattern(patient.pk, by=by, pattern="irregular")
    record_evidence.report_abnormal_menses(patient.pk, by=by, at=make.ago(hours=3))
    record_evidence.report_pregnancy(patient.pk, by=by, who="partner")
    record_evidence.exclude_pregnancy(patient.pk, by=by)
    treat.change_treatment(patient.pk, by=by, program=make.PROGRAM, change="started")
    treat.change_treatment(patient.pk, by=by, program=make.PROGRAM, change="resumed", reason="Counts are back")
    text = page_of(clinic.doctor, patient).text
    for words in (
        "Coil, type not recorded, Male condom",
        "Agreement signed for",
        "Patient survey completed",
        "Counselled",
        "Periods: irregular",
        "Missed or unusual period",
        "Pregnancy, known or suspected: a partner",
        "Pregnancy excluded by the prescriber",
        "First dose",
        "Went on: Counts are back",
    ):
        assert words in text


def test_each_program_of_a_patient_has_its_own_page(clinic):
    patient = make.make_patient(clinic)
    enrol.enrol_again(patient, by=clinic.doctor, program="us-ipledge", category="can")
    client = client_of(clinic.doctor)
    first = client.get(f"/patients/{patient.pk}/")
    second = client.get(f"/patients/{patient.pk}/", {"program": "us-pomalidomide"})
    assert (first.context["program"].code, second.context["program"].code) == ("us-ipledge", "us-pomalidomide")
    assert 'href="?program=us-pomalidomide"' in first.text
    back = client.post(f"/patients/{patient.pk}/record/re-enrolment/?program=us-pomalidomide", {"category": make.CAN})
    assert back.url == f"/patients/{patient.pk}/?program=us-pomalidomide"
