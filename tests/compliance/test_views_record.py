"""Recording facts on plain pages: what is accepted, what is asked about, what is refused, and that nothing is lost."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from compliance import clock
from compliance.forms.kinds import KINDS
from compliance.models import (
    AbnormalMenses,
    AccessEvent,
    Agreement,
    CategoryChange,
    ContraceptionAttestation,
    Counselling,
    Draft,
    Enrolment,
    LedgerEntry,
    MensesPattern,
    Patient,
    PregnancyExclusion,
    PregnancyReport,
    PregnancyTest,
    Survey,
    TestCorrection,
    TestVoiding,
    TreatmentChange,
)
from tests import factories as make
from tests.compliance.pages import GET_QUERIES, POST_QUERIES, at_most, client_of

pytestmark = pytest.mark.django_db
NOON = make.new_york(2027, 3, 1, 12)
NOW = {"happened_on": "2027-03-01", "happened_time": "12:00", "happened_shown": "2027-03-01T12:00"}
A_TEST = {
    "collected_on": "2027-03-01",
    "collected_time": "11:15",
    "result": "negative",
    "setting": "lab",
    "sensitivity": "25",
}
ATTESTED = sorted(kind for kind, form in KINDS.items() if form.attests)
SHOWN = sorted(set(KINDS) - {"prescription-form"})  # this program asks no form for each prescription


@pytest.fixture(autouse=True)
def _first_of_march():
    with clock.moved_to(NOON):
        yield


@pytest.fixture
def clinic():
    return make.make_clinic()


@pytest.fixture
def patient(clinic):
    return make.make_ready_patient(clinic)


@pytest.fixture
def doctor(clinic):
    return client_of(clinic.doctor)


def post(client, patient, kind, **data):
    return client.post(f"/patients/{patient.pk}/record/{kind}/", data)


@pytest.mark.parametrize(
    ("kind", "data", "model", "kept"),
    [
        ("test", A_TEST, PregnancyTest, {"result": "negative", "sensitivity": 25, "setting": "lab"}),
        ("agreement", {"category": make.CAN} | NOW, Agreement, {"category": make.CAN}),
        ("category", {"category": make.CANNOT, "reason": "Surgery"}, CategoryChange, {"reason": "Surgery"}),
        ("re-enrolment", {"category": make.CAN}, Enrolment, {"category": make.CAN}),
        (
            "contraception",
            {"methods": ["implant", "male-condom"], "since_on": "2027-02-01"} | NOW,
            ContraceptionAttestation,
            {"methods": ["implant", "male-condom"], "since_on": date(2027, 2, 1)},
        ),
        ("counselling", {"prescription": ""} | NOW, Counselling, {"prescription_id": None}),
        ("menses-pattern", {"pattern": "irregular"} | NOW, MensesPattern, {"pattern": "irregular"}),
        ("start", NOW, TreatmentChange, {"change": "started", "reason": ""}),
        ("hold", {"reason": "Low counts"} | NOW, TreatmentChange, {"change": "held", "reason": "Low counts"}),
        ("resume", {"reason": "Better"} | NOW, TreatmentChange, {"change": "resumed", "reason": "Better"}),
        ("pregnancy", {"who": "patient"} | NOW, PregnancyReport, {"who": "patient"}),
        ("exclusion", NOW, PregnancyExclusion, {}),
        ("menses-abnormal", NOW, AbnormalMenses, {}),
    ],
)
def test_each_fact_is_recorded_from_its_page(doctor, patient, kind, data, model, kept):
    response = post(doctor, patient, kind, **data)
    newest = model.objects.order_by("recorded_at", "entry__seq").last()
    assert response.status_code == 302, response.context["form"].errors
    assert response.url == f"/patients/{patient.pk}/"
    assert {name: getattr(newest, name) for name in kept} == kept
    assert newest.at == NOON


@pytest.mark.parametrize("kind", ["prescriber-survey", "counselling"])
def test_a_statement_about_a_prescription_names_it(clinic, doctor, patient, kind):
    prescription = make.make_held(clinic, patient, counselled=False, surveyed=False)
    post(doctor, patient, kind, prescription=str(prescription.pk), **NOW)
    row = (Survey if kind == "prescriber-survey" else Counselling).objects.get(prescription_id=prescription.pk)
    assert row.recorded_by == clinic.doctor


def test_a_prescription_of_somebody_else_cannot_be_named(clinic, doctor, patient):
    other = make.make_held(clinic, make.make_ready_patient(clinic))
    make.make_held(clinic, patient)
    before = Counselling.objects.count()
    response = post(doctor, patient, "counselling", prescription=str(other.pk), **NOW)
    assert response.status_code == 200
    assert Counselling.objects.count() == before


def test_a_delegate_records_every_fact_but_what_only_a_prescriber_attests(clinic, patient):
    make.make_held(clinic, patient)
    delegate = client_of(clinic.delegate)
    answers = {kind: delegate.get(f"/patients/{patient.pk}/record/{kind}/").status_code for kind in KINDS}
    assert answers == {kind: 403 if kind in ATTESTED else 200 for kind in KINDS}


@pytest.mark.parametrize("act", ["correct", "void"])
def test_only_a_prescriber_takes_a_positive_test_away(clinic, doctor, patient, act):
    test = make.make_test(clinic, patient, result="positive")
    address = f"/patients/{patient.pk}/tests/{test.pk}/{act}/"
    delegate = client_of(clinic.delegate)
    assert delegate.get(address).status_code == 403
    assert delegate.post(address, {"reason": "it was somebody else's sample"}).status_code == 403
    assert f"/tests/{test.pk}/{act}/" not in delegate.get(f"/patients/{patient.pk}/").content.decode()
    assert doctor.get(address).status_code == 200


@pytest.mark.parametrize("act", ["correct", "void"])
def test_a_delegate_puts_other_tests_right(clinic, patient, act):
    test = make.make_test(clinic, patient, result="negative")
    assert client_of(clinic.delegate).get(f"/patients/{patient.pk}/tests/{test.pk}/{act}/").status_code == 200


def test_what_only_a_prescriber_attests_is_said_in_words():
    assert ATTESTED == [
        "agreement",
        "category",
        "counselling",
        "exclusion",
        "prescriber-survey",
        "prescription-form",
        "re-enrolment",
    ]


def test_a_pharmacist_records_nothing(clinic, patient):
    assert client_of(clinic.pharmacist).get(f"/patients/{patient.pk}/record/test/").status_code == 403


def test_another_practices_patient_cannot_be_recorded_for(patient):
    stranger = client_of(make.make_clinic().doctor)
    for kind in KINDS:
        assert stranger.get(f"/patients/{patient.pk}/record/{kind}/").status_code == 404, kind
        assert stranger.post(f"/patients/{patient.pk}/record/{kind}/", NOW).status_code == 404, kind


@pytest.mark.parametrize(
    "path", ["record/nothing/", "record/prescription-form/", "tests/{id}/correct/", "tests/{id}/void/"]
)
def test_what_there_is_no_page_for_does_not_exist(doctor, patient, path):
    assert doctor.get(f"/patients/{patient.pk}/{path.format(id=uuid4())}").status_code == 404


def test_what_happened_just_now_happened_at_the_moment_of_recording(doctor, patient):
    with clock.moved_to(make.new_york(2027, 3, 1, 12, 4, 30)):
        post(doctor, patient, "exclusion", **NOW)
    assert PregnancyExclusion.objects.get().at == make.new_york(2027, 3, 1, 12, 4, 30)


def test_what_happened_earlier_keeps_its_own_moment(doctor, patient):
    post(doctor, patient, "exclusion", **NOW | {"happened_time": "08:20"})
    row = PregnancyExclusion.objects.get()
    assert (row.at, row.recorded_at) == (make.new_york(2027, 3, 1, 8, 20), NOON)


def test_the_future_is_refused_and_what_was_typed_stays(doctor, patient):
    response = post(doctor, patient, "hold", reason="Low counts", **NOW | {"happened_on": "2027-03-02"})
    assert "This lies in the future" in response.text
    assert 'value="Low counts"' in response.text
    assert 'href="#id_happened_on"' in response.text
    assert not TreatmentChange.objects.exists()


def test_a_time_that_came_twice_is_asked_about(clinic, doctor):
    with clock.moved_to(make.new_york(2027, 11, 8, 9)):
        patient = make.make_patient(clinic)
        typed = A_TEST | {"collected_on": "2027-11-07", "collected_time": "01:30"}
        asked = post(doctor, patient, "test", **typed)
        post(doctor, patient, "test", **typed, collected_which="second")
    assert "this time came twice" in asked.text
    assert "(01:30 EDT)" in asked.text
    assert "(01:30 EST)" in asked.text
    assert PregnancyTest.objects.get().collected_at == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


def test_a_time_that_never_was_is_asked_about(clinic, doctor):
    with clock.moved_to(make.new_york(2027, 3, 15, 9)):
        patient = make.make_patient(clinic)
        asked = post(doctor, patient, "test", **A_TEST | {"collected_on": "2027-03-14", "collected_time": "02:30"})
    assert "02:30 was skipped" in asked.text
    assert not PregnancyTest.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"collected_time": "11:00"}, "at that very time is on record"),
        ({"collected_time": "11:15", "result": "positive"}, "Another result of that day is on record"),
    ],
)
def test_a_test_that_meets_an_earlier_one_asks_first(doctor, patient, changes, words):
    before = PregnancyTest.objects.count()
    asked = post(doctor, patient, "test", **A_TEST | changes)
    assert words in asked.text
    assert PregnancyTest.objects.count() == before
    post(doctor, patient, "test", **A_TEST | changes, sure="on")
    assert PregnancyTest.objects.count() == before + 1


def test_a_result_that_was_known_earlier_keeps_that_moment(doctor, patient):
    known = {"known_on": "2027-03-01", "known_time": "11:40"}
    post(doctor, patient, "test", **A_TEST | known)
    row = PregnancyTest.objects.get(collected_at=make.new_york(2027, 3, 1, 11, 15))
    assert (row.at, row.recorded_at) == (make.new_york(2027, 3, 1, 11, 40), NOON)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"known_on": "2027-03-01", "known_time": "11:00"}, "before the specimen was taken"),
        ({"known_on": "2027-03-02", "known_time": "11:00"}, "when the result was known"),
        ({"known_on": "2027-03-01"}, "Enter both the day and the time."),
    ],
)
def test_a_result_known_at_an_impossible_time_is_asked_about(doctor, patient, known, words):
    before = PregnancyTest.objects.count()
    assert words in post(doctor, patient, "test", **A_TEST | known).text
    assert PregnancyTest.objects.count() == before


def test_a_void_test_is_no_clash(clinic, doctor, patient):
    test = PregnancyTest.objects.get(collected_at=make.new_york(2027, 3, 1, 11))
    doctor.post(f"/patients/{patient.pk}/tests/{test.pk}/void/", {"reason": "Wrong patient"})
    assert post(doctor, patient, "test", **A_TEST | {"collected_time": "11:00"}).status_code == 302
    assert TestVoiding.objects.get().reason == "Wrong patient"


def correction(test, **changes):
    local = test.collected_at.astimezone(NOON.tzinfo)
    same = {
        "collected_on": f"{local:%Y-%m-%d}",
        "collected_time": f"{local:%H:%M}",
        "collected_shown": f"{local:%Y-%m-%dT%H:%M}",
        "result": test.result,
        "setting": test.setting,
        "sensitivity": f"{test.sensitivity:g}",
        "reason": "Typing error",
    }
    return same | changes


def test_a_correction_states_only_what_changed(doctor, patient):
    test = PregnancyTest.objects.filter(patient=patient).first()
    doctor.post(f"/patients/{patient.pk}/tests/{test.pk}/correct/", correction(test, sensitivity="50"))
    row = TestCorrection.objects.get()
    assert (row.sensitivity, row.result, row.collected_at, row.setting, row.home_allowed) == (
        50,
        None,
        None,
        None,
        None,
    )


def test_a_second_correction_starts_from_what_counts_now(doctor, patient):
    test = PregnancyTest.objects.filter(patient=patient).first()
    address = f"/patients/{patient.pk}/tests/{test.pk}/correct/"
    doctor.post(address, correction(test, sensitivity="50"))
    page = doctor.get(address)
    refused = doctor.post(address, correction(test, sensitivity="50"))
    assert page.context["form"]["sensitivity"].value() == 50
    assert "Nothing differs from what counts now" in refused.text


def test_stopping_shows_the_four_weeks_before_anything_is_recorded(clinic, doctor):
    supply = make.make_dispensed(clinic)
    patient = supply.authorization.prescription.patient
    with clock.moved_to(make.new_york(2027, 3, 10, 9)):
        shown = {"happened_on": "2027-03-09", "happened_time": "08:00"}
        looked = post(doctor, patient, "stop", **shown)
        nothing_yet = not TreatmentChange.objects.exists()
        changed = post(doctor, patient, "stop", **shown, change="yes")
        post(doctor, patient, "stop", **shown, confirmed="yes")
    days = [duty.due_on for duty in looked.context["duties"]]
    assert nothing_yet
    assert {date(2027, 3, 16), date(2027, 3, 23), date(2027, 3, 30), date(2027, 4, 6)} <= set(days)
    assert 'value="2027-03-09"' in changed.text
    assert TreatmentChange.objects.get().at == make.new_york(2027, 3, 9, 8)


def test_the_patient_who_holds_the_device_sees_the_survey_and_nothing_else(doctor, patient):
    page = doctor.get(f"/patients/{patient.pk}/record/survey/")
    answers = {"unborn": "yes", "sharing": "no", "blood": "no", "pregnant": "no", "precautions": "yes"}
    thanks = doctor.get(post(doctor, patient, "survey", **answers).url)
    for shown in (page, thanks):
        assert patient.family_name not in shown.text
        assert "/work-list/" not in shown.text
    assert "Please hand the device back" in thanks.text
    assert Survey.objects.order_by("recorded_at", "entry__seq").last().by == "patient"


def test_a_wrong_answer_gets_a_kind_word_and_another_chance(doctor, patient):
    before = Survey.objects.count()
    response = post(
        doctor, patient, "survey", unborn="yes", sharing="yes", blood="no", pregnant="no", precautions="yes"
    )
    assert "It is for you alone" in response.text
    assert Survey.objects.count() == before


def test_who_produces_sperm_is_asked_about_condoms_and_not_about_cycles(clinic, doctor):
    patient = make.make_patient(clinic, category=make.MALE)
    fields = doctor.get(f"/patients/{patient.pk}/record/survey/").context["form"].fields
    assert list(fields) == ["unborn", "sharing", "blood", "condom"]


NONSENSE = [
    {},
    {"happened_on": "0001-01-01", "happened_time": "00:00"},
    {"happened_on": "9999-12-31", "happened_time": "23:59"},
    {"happened_on": "2027-02-30", "happened_time": "25:61"},
    {"happened_on": "\x00", "happened_time": "\x00", "reason": "\x00", "category": "\x00", "methods": "\x00"},
    {"reason": "x" * 100_000, "who": "nobody", "result": "maybe", "sensitivity": "nan", "prescription": "not-a-uuid"},
    {"reason": "tab\there", "sensitivity": "-5", "setting": "moon", "pattern": "wavy", "since_on": "yesterday"},
    {"sensitivity": "1e400", "category": ["a", "b"], "confirmed": "yes", "happened_which": "third"},
]


@pytest.mark.parametrize("data", NONSENSE)
def test_nonsense_is_answered_by_the_page_and_records_nothing(clinic, doctor, patient, data):
    make.make_held(clinic, patient)
    before = LedgerEntry.objects.count()
    for kind in SHOWN:
        assert post(doctor, patient, kind, **data).status_code == 200, kind
        assert LedgerEntry.objects.count() == before, kind


@pytest.mark.parametrize("who", ["doctor", "delegate"])
def test_each_page_takes_few_queries_and_leaves_an_access_event(clinic, patient, who):
    make.make_held(clinic, patient)
    client = client_of(getattr(clinic, who))
    for kind in SHOWN:
        before = AccessEvent.objects.count()
        with at_most(GET_QUERIES):
            response = client.get(f"/patients/{patient.pk}/record/{kind}/")
        assert AccessEvent.objects.count() - before == (response.status_code == 200), kind


def test_recording_takes_few_queries(clinic, doctor):
    authorization = make.make_released(clinic)
    with at_most(POST_QUERIES):
        post(doctor, authorization.prescription.patient, "pregnancy", who="patient", **NOW)
    assert PregnancyReport.objects.exists()


ENROL = {
    "given_name": "Ines",
    "family_name": "Vale",
    "birth_date": "1990-02-28",
    "category": "us-pomalidomide/adult-female-can",
    "email": "ines@example.org",
    "zone": "America/Chicago",
    "language": "es",
    "wants_reminders": "on",
}


def test_enrolling_writes_the_person_and_the_first_enrolment(clinic, doctor):
    with at_most(POST_QUERIES):
        response = doctor.post("/patients/enrol/", ENROL)
    patient = Patient.objects.get(family_name="Vale")
    assert response.url == f"/patients/{patient.pk}/"
    assert (patient.zone, patient.language, patient.practice) == ("America/Chicago", "es", clinic.practice)
    assert Enrolment.objects.get(patient=patient).category == make.CAN


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"birth_date": "2027-03-02"}, "This day has not come yet."),
        ({"birth_date": "2015-01-01"}, "The category and the date of birth do not fit"),
        ({"category": "us-pomalidomide/child-female-can"}, "The category and the date of birth do not fit"),
        ({"category": "us-pomalidomide/nobody"}, "Select a valid choice."),
        ({"category": "elsewhere"}, "Select a valid choice."),
        ({"zone": "Mars/Olympus"}, "Select a valid choice."),
        ({"family_name": ""}, "This field is required."),
        ({"family_name": "V\x00le"}, "Null characters are not allowed."),
        ({"given_name": "x" * 5000}, "at most 80 characters"),
        ({"birth_date": "0001-01-01"}, "Check the year."),
    ],
)
def test_an_enrolment_that_cannot_be_is_asked_about_and_nothing_is_lost(doctor, changes, words):
    response = doctor.post("/patients/enrol/", ENROL | changes)
    assert response.status_code == 200
    assert words in response.text
    assert 'value="ines@example.org"' in response.text
    assert not Patient.objects.exists()


def test_a_draft_is_kept_for_its_author_and_enrols_nobody(clinic, doctor):
    doctor.post("/patients/enrol/", {"family_name": "Half", "birth_date": "19", "save_draft": "yes"})
    mine, theirs = doctor.get("/patients/enrol/"), client_of(clinic.delegate).get("/patients/enrol/")
    assert 'value="Half"' in mine.text
    assert "Half" not in theirs.text
    assert not Patient.objects.exists()


def test_enrolling_uses_the_draft_up(doctor):
    doctor.post("/patients/enrol/", {"family_name": "Half", "save_draft": "yes"})
    doctor.post("/patients/enrol/", ENROL)
    assert not Draft.objects.exists()


def test_a_delegate_whom_nobody_names_any_more_enrols_nobody(clinic):
    delegate = client_of(clinic.delegate)
    with clock.moved_to(make.new_york(2029, 1, 1)):
        assert delegate.post("/patients/enrol/", ENROL).status_code == 403
    assert not Patient.objects.exists()


@pytest.mark.parametrize("who", ["doctor", "delegate"])
def test_the_enrolment_page_takes_few_queries(clinic, who):
    client = client_of(getattr(clinic, who))
    with at_most(GET_QUERIES):
        assert client.get("/patients/enrol/").status_code == 200
