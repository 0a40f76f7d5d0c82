"""The authorization form and its signature: the verdict first, few answers, the exact text, the password beside it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.html import escape

from compliance import clock
from compliance.models import Draft, Signature, Survey
from compliance.services import certify, enrol, record_evidence, staff
from prescriptions.models import Hold, Prescription
from prescriptions.services import release
from tests.factories import (
    CANNOT,
    MALE,
    PASSWORD,
    PROGRAM,
    TWO_METHODS,
    make_clinic,
    make_confirmed,
    make_delegate,
    make_dispensed,
    make_held,
    make_patient,
    make_prescriber,
    make_ready_patient,
)
from tests.prescriptions.conftest import at_most, signed_in

ANSWERS = {
    "dose_mg": "4",
    "capsules_4": "1",
    "dosing_days": "21",
    "days_supply": "28",
    "refills": "0",
    "states_0": "on",
    "states_1": "on",
    "states_2": "on",
}


@pytest.fixture
def patient(clinic):
    return make_ready_patient(clinic)


def address(patient, program=PROGRAM):
    return f"/patients/{patient.pk}/prescribe/{program}/"


def fill(client, patient, *, intent="check", category="adult-female-can", **changes):
    answers = {**ANSWERS, "category": category, "intent": intent, **changes}
    return client.post(address(patient), {name: value for name, value in answers.items() if value is not None})


def hidden(page, name):
    """The value of a hidden field; Django writes the name before the value."""
    return re.search(rf'name="{name}" value="([^"]+)"', page).group(1)


def sign(client, patient, page, *, password=PASSWORD, **changes):
    fields = {"attempt": hidden(page, "attempt"), "shown": hidden(page, "shown"), "password": password, **changes}
    return client.post(address(patient) + "sign/", fields)


def signing_page(client, patient, **changes):
    assert fill(client, patient, **changes).status_code == 302
    return client.get(address(patient) + "sign/").text


# --- the verdict before anything is typed ---------------------------------------------------------------------------


def test_a_ready_patient_shows_until_when_it_could_be_dispensed(surgery, patient):
    page = surgery.get(address(patient)).text
    assert "Ready" in page
    assert "dispensed until the end of Mon 8 Mar 2027 (New York time)" in page


def test_what_the_form_brings_along_is_listed_apart(surgery, patient):
    page = surgery.get(address(patient)).text
    brought = page[page.index("What this form clears by itself") :]
    assert "It is not recorded that the prescriber counselled the patient." in brought
    assert "questions for this prescription are not answered" in brought


def test_every_remaining_blocker_says_who_clears_it_and_by_when(surgery, clinic):
    patient = make_patient(clinic)
    page = surgery.get(address(patient)).text
    assert "it would be held for" in page
    for sentence in (
        "The patient has not signed the program&#x27;s agreement since enrolling.",
        "The prescriber can clear this.",
        "The patient can clear this.",
        "Clear it by the end of",
    ):
        assert sentence in page, sentence


def test_waiting_says_from_when(surgery, clinic):
    patient = make_patient(clinic)
    today = clock.now().date()
    record_evidence.attest_contraception(patient.pk, by=clinic.doctor, methods=TWO_METHODS, since_on=today)
    page = surgery.get(address(patient)).text
    assert "The contraception has not been used long enough yet." in page
    assert "Can be cleared from Mon 29 Mar 2027 on (New York time)." in page


def test_a_prescriber_without_certificate_sees_it_before_typing(surgery, clinic, patient):
    certify.certify_prescriber(clinic.prescriber, by=None, program=PROGRAM, certified=False)
    assert "The prescriber is not certified at this moment." in surgery.get(address(patient)).text


def test_somebody_not_enrolled_has_a_verdict_and_no_form(surgery, patient):
    page = surgery.get(address(patient, "us-lenalidomide")).text
    assert "The patient is not enrolled in the program." in page
    assert 'name="dose_mg"' not in page


def test_a_retired_program_needs_no_form(surgery, patient):
    page = surgery.get(address(patient, "us-macitentan"))
    assert page.status_code == 200
    assert 'name="dose_mg"' not in page.text


def test_a_page_of_a_known_patient_asks_for_no_more_than_six_answers(surgery, clinic, patient):
    make_held(clinic, patient)
    page = surgery.get(address(patient)).text
    form = page[page.index("id_dose_mg") :]
    assert 'value="4"' in form
    assert 'name="capsules_4"' in form
    empty_ticks = len(re.findall(r'type="checkbox"(?![^>]*checked)', form)) - 1  # given by telephone may stay empty
    assert empty_ticks + len(["password"]) <= 6


# --- who may ------------------------------------------------------------------------------------------------------


def test_another_practices_patient_does_not_exist(surgery, patient):
    stranger = signed_in(make_prescriber().user)
    assert stranger.get(address(patient)).status_code == 404
    assert stranger.get(address(patient) + "sign/").status_code == 404
    assert surgery.get(f"/patients/{uuid4()}/prescribe/{PROGRAM}/").status_code == 404


def test_an_unknown_program_does_not_exist(surgery, patient):
    assert surgery.get(address(patient, "us-nothing")).status_code == 404


def test_a_pharmacist_has_no_form(counter, patient):
    assert counter.get(address(patient)).status_code == 403


def test_a_delegate_prepares_and_sees_no_sign_button(front_desk, patient):
    page = front_desk.get(address(patient)).text
    assert "Ready for signature" in page
    assert "Check and sign" not in page
    assert "states_0" not in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_delegate_cannot_sign(front_desk, patient, method):
    fill(front_desk, patient, intent="ready")
    assert getattr(front_desk, method)(address(patient) + "sign/").status_code == 403
    assert fill(front_desk, patient, intent="check").status_code == 403
    assert not Prescription.objects.exists()


def test_a_delegation_that_ended_ends_the_form(front_desk, clinic, patient):
    staff.end_delegation(clinic.delegate.delegations.get(), by=clinic.doctor)
    assert front_desk.get(address(patient)).status_code == 404


def test_a_delegate_of_two_prescribers_chooses_whom_it_is_for(clinic, patient):
    second = make_prescriber(clinic.practice, name="Zoe Second")
    staff.delegate_to(second, clinic.delegate, by=second.user, last_on=clock.now().date() + timedelta(days=9))
    desk = signed_in(clinic.delegate)
    page = desk.get(address(patient) + f"?for={second.pk}").text
    assert "Zoe Second reads it, attests and signs" in page
    fill(desk, patient, intent="ready", prescriber=str(second.pk))
    assert Draft.objects.get().data["prescriber"] == str(second.pk)


# --- the form -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"capsules_4": "2"}, "These capsules make 8 mg, the dose is 4 mg. 1 × 4 mg would make it up."),
        ({"capsules_4": None}, "Say which capsules make up one dose. 1 × 4 mg would make it up."),
        ({"dose_mg": "2.5", "capsules_4": None}, "No number of whole capsules"),
        ({"dose_mg": "5", "capsules_4": "1", "capsules_1": None}, "1 × 4 mg + 1 × 1 mg would make it up."),
        ({"refills": "1"}, "The prescription has refills, which are not allowed."),
        ({"days_supply": "29"}, "28 at most."),
        ({"days_supply": "14"}, "There are more dosing days than days of supply."),
        ({"states_1": None}, "Without it nothing is signed."),
        ({"dose_mg": "four"}, "Enter a number."),
        ({"dose_mg": "-1"}, "greater than or equal to"),
        ({"dose_mg": "9" * 4000}, "Ensure that there are no more than"),
        ({"dose_mg": "4\x00"}, "Enter a number."),
        ({"capsules_4": "1e9"}, "Enter a whole number."),
        ({"category": "adult-male"}, "category has changed"),
        ({"category": "x\x00"}, "category has changed"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_kept(surgery, patient, change, says):
    response = fill(surgery, patient, **change)
    assert response.status_code == 200
    assert says in response.text
    assert not Draft.objects.exists()


def test_two_strengths_may_make_up_a_dose(surgery, patient):
    page = signing_page(surgery, patient, dose_mg="5", capsules_4="1", capsules_1="1")
    assert "1 × 4 mg + 1 × 1 mg" in page


def test_an_unknown_intent_keeps_a_whole_form_as_a_draft(surgery, patient):
    fill(surgery, patient, intent="whatever")
    assert not Draft.objects.get().ready


@pytest.mark.parametrize("half", [{"dose_mg": "x\x00y"}, {"days_supply": "9" * 9000}, {"dose_mg": ""}])
def test_half_a_form_is_kept_as_it_is_and_comes_back(surgery, patient, half):
    assert fill(surgery, patient, intent="draft", **half).status_code == 302
    kept = Draft.objects.get()
    assert all("\x00" not in value for value in kept.data.values())
    page = surgery.get(address(patient)).text
    assert "Kept as a draft." in page
    assert "Kept by" in page


def test_a_draft_is_its_authors_alone(surgery, clinic, patient):
    fill(surgery, patient, intent="draft", dose_mg="3")
    partner = make_prescriber(clinic.practice, name="Paula Partner")
    assert "Kept by" not in signed_in(partner.user).get(address(patient)).text


def test_a_draft_can_be_thrown_away(surgery, patient):
    fill(surgery, patient, intent="draft")
    surgery.post(address(patient), {"intent": "forget"})
    assert not Draft.objects.exists()


def test_the_prescriber_finds_opens_and_attests_what_a_delegate_prepared(surgery, front_desk, clinic, patient):
    fill(front_desk, patient, intent="ready", dose_mg="3", capsules_4=None, capsules_3="1")
    draft = Draft.objects.get()
    page = surgery.get(address(patient)).text
    assert "Tom Prepares prepared this form for you" in page
    opened = surgery.get(address(patient) + f"?draft={draft.pk}").text
    assert re.search(r'name="dose_mg"[^>]*value="3"|value="3"[^>]*name="dose_mg"', opened)
    assert not re.search(r'name="states_0"[^>]*checked', opened)


def test_a_draft_that_is_not_for_them_opens_nothing(surgery, clinic, patient):
    other = make_prescriber(clinic.practice, name="Zoe Second")
    helper = make_delegate(other, name="Hal Helps")
    fill(signed_in(helper), patient, intent="ready", dose_mg="3", capsules_4=None, capsules_3="1")
    opened = surgery.get(address(patient) + f"?draft={Draft.objects.get().pk}").text
    assert "Hal Helps" not in opened


@pytest.mark.parametrize(
    "query", ["?draft=x", "?again=x", "?for=x", "?again=00000000-0000-4000-8000-000000000000", "?draft=%00"]
)
def test_odd_addresses_show_the_plain_form(surgery, patient, query):
    assert surgery.get(address(patient) + query).status_code == 200


def test_ticks_made_for_another_category_are_made_anew(surgery, clinic, patient):
    fill(surgery, patient, intent="draft")
    enrol.change_category(patient.pk, by=clinic.doctor, program=PROGRAM, category=CANNOT, reason="menopause")
    page = surgery.get(address(patient)).text
    assert not re.search(r'name="states_0"[^>]*checked', page)
    assert "Adult Female Who Can Not Get Pregnant" in page


# --- check and sign -----------------------------------------------------------------------------------------------


def test_the_text_that_is_signed_is_the_text_on_the_page(surgery, clinic, patient):
    page = signing_page(surgery, patient)
    shown = re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL).group(1)
    response = sign(surgery, patient, page)
    prescription = Prescription.objects.get()
    assert response.url == f"/prescriptions/{prescription.pk}/"
    signed = bytes(Signature.objects.get().document).decode()
    assert escape(signed) == shown
    assert patient.name in signed
    assert "4 mg on each dosing day" in signed
    assert Survey.objects.filter(by="prescriber", prescription_id=prescription.pk).exists()


def test_what_was_signed_is_released_by_the_system(surgery, patient):
    sign(surgery, patient, signing_page(surgery, patient))
    assert release.release_if_ready(Prescription.objects.get().pk).allowed


def test_signing_leaves_no_draft(surgery, front_desk, patient):
    fill(front_desk, patient, intent="ready")
    sign(surgery, patient, signing_page(surgery, patient))
    assert not Draft.objects.exists()


def test_a_wrong_password_signs_nothing_and_keeps_everything(surgery, patient):
    page = signing_page(surgery, patient)
    again = sign(surgery, patient, page, password="not this one")
    assert "This is not your password." in again.text
    assert "not this one" not in again.text
    assert not Prescription.objects.exists()
    assert sign(surgery, patient, again.text).status_code == 302


@pytest.mark.parametrize("password", ["", "\x00", "x" * 5000])
def test_no_password_is_no_signature(surgery, patient, password):
    page = signing_page(surgery, patient)
    assert sign(surgery, patient, page, password=password).status_code == 200
    assert not Prescription.objects.exists()


def test_five_wrong_passwords_end_the_session_and_keep_the_draft(surgery, patient):
    page = signing_page(surgery, patient)
    for _ in range(5):
        last = sign(surgery, patient, page, password="guess")
    assert last.url == "/sign-in/"
    assert surgery.get(address(patient)).status_code == 302
    assert Draft.objects.exists()


def test_a_text_that_changed_meanwhile_is_shown_anew_and_not_signed(surgery, clinic, patient):
    page = signing_page(surgery, patient)
    fill(surgery, patient, dose_mg="3", capsules_4=None, capsules_3="1")  # in another tab
    response = sign(surgery, patient, page)
    assert response.status_code == 409
    assert "Something changed since you read the text." in response.text
    assert "3 mg on each dosing day" in response.text
    assert not Prescription.objects.exists()


def test_a_category_that_changed_meanwhile_leads_back_to_the_form(surgery, clinic, patient):
    page = signing_page(surgery, patient)
    enrol.change_category(patient.pk, by=clinic.doctor, program=PROGRAM, category=CANNOT, reason="menopause")
    assert sign(surgery, patient, page).url == address(patient)
    assert not Prescription.objects.exists()


def test_a_double_submit_writes_one_prescription(surgery, patient):
    page = signing_page(surgery, patient)
    first, second = sign(surgery, patient, page), sign(surgery, patient, page)
    assert first.url == second.url
    assert Prescription.objects.count() == 1


def test_an_old_button_does_not_sign_a_new_text(surgery, patient):
    page = signing_page(surgery, patient)
    sign(surgery, patient, page)
    newer = signing_page(surgery, patient, dose_mg="3", capsules_4=None, capsules_3="1")
    response = sign(surgery, patient, newer, attempt=hidden(page, "attempt"))
    assert response.status_code == 302
    assert Prescription.objects.count() == 1


def test_another_persons_attempt_signs_nothing(surgery, clinic, patient):
    page = signing_page(surgery, patient)
    sign(surgery, patient, page)
    partner = make_prescriber(clinic.practice, name="Paula Partner")
    theirs = signed_in(partner.user)
    own = signing_page(theirs, patient)
    response = sign(theirs, patient, own, attempt=hidden(page, "attempt"))
    assert response.status_code == 409
    assert "Nothing was signed." in response.text
    assert Prescription.objects.count() == 1


@pytest.mark.parametrize("broken", [{"attempt": "x"}, {"shown": ""}, {"attempt": "\x00"}, {"shown": "9" * 900}])
def test_a_broken_page_is_given_a_whole_one(surgery, patient, broken):
    page = signing_page(surgery, patient)
    response = sign(surgery, patient, page, **broken)
    assert response.status_code in {200, 409}
    assert hidden(response.text, "attempt")
    assert not Prescription.objects.exists()


def test_nothing_to_sign_leads_to_the_form(surgery, patient):
    assert surgery.get(address(patient) + "sign/").url == address(patient)
    fill(surgery, patient, intent="draft", dose_mg="")
    assert surgery.post(address(patient) + "sign/").url == address(patient)


def test_writing_again_withdraws_what_could_never_be_released(surgery, clinic, patient):
    old = make_held(clinic, patient, refills=1)
    release.release_if_ready(old.pk)
    form = surgery.get(address(patient) + f"?again={old.pk}").text
    assert hidden(form, "again") == str(old.pk)
    page = signing_page(surgery, patient, again=str(old.pk))
    assert "This takes the place of my prescription of 1 March 2027." in page
    sign(surgery, patient, page)
    old.refresh_from_db()
    assert old.withdrawn_reason == "rewritten"
    assert Hold.objects.count() == 1


def test_the_pages_of_the_form_cost_few_queries(surgery, clinic):
    patient = make_ready_patient(clinic)
    make_held(clinic, patient)
    fill(surgery, patient)
    with at_most(12):
        surgery.get(address(patient))
    with at_most(12):
        page = surgery.get(address(patient) + "sign/").text
    with at_most(30):
        fill(surgery, patient)
    with at_most(30):
        assert sign(surgery, patient, page).status_code == 302


@pytest.mark.parametrize("category", [MALE, CANNOT])
def test_other_categories_have_their_own_limits_and_attestations(surgery, clinic, category):
    patient = make_ready_patient(clinic, category=category)
    page = signing_page(surgery, patient, category=category)
    sign(surgery, patient, page)
    assert release.release_if_ready(Prescription.objects.get().pk).allowed


def test_two_clinics_share_nothing(clinic, patient):
    elsewhere = make_clinic()
    assert signed_in(elsewhere.delegate).get(address(patient)).status_code == 404


def test_half_milligrams_have_fields_of_their_own(surgery, clinic, patient):
    lenalidomide = "us-lenalidomide"
    enrol.enrol_again(patient, by=clinic.doctor, program=lenalidomide, category="adult-female-can")
    page = surgery.get(address(patient, lenalidomide)).text
    assert "2.5 mg capsules" in page
    answers = ANSWERS | {"dose_mg": "7.5", "capsules_5": "1", "capsules_2-5": "1", "category": "adult-female-can"}
    del answers["capsules_4"]
    assert surgery.post(address(patient, lenalidomide), answers | {"intent": "check"}).status_code == 302
    assert "1 × 5 mg + 1 × 2.5 mg" in surgery.get(address(patient, lenalidomide) + "sign/").text


def test_what_lies_ready_stands_on_the_work_list_of_who_signs(surgery, front_desk, clinic, patient):
    fill(front_desk, patient, intent="draft")
    assert "Ready for your signature" not in surgery.get("/work-list/").text
    fill(front_desk, patient, intent="ready")
    page = surgery.get("/work-list/").text
    assert "Ready for your signature" in page
    assert f"?draft={Draft.objects.get().pk}" in page
    partner = make_prescriber(clinic.practice, name="Paula Partner")
    for other in (front_desk, signed_in(partner.user)):
        assert "Ready for your signature" not in other.get("/work-list/").text


def test_one_that_is_under_way_is_pointed_at_before_a_second_is_written(surgery, clinic, patient, morning):
    assert "is under way already" not in surgery.get(address(patient)).text
    prescription = make_held(clinic, patient)
    page = surgery.get(address(patient)).text
    assert "is under way already" in page
    assert f"/prescriptions/{prescription.pk}/" in page
    authorization = release.release_if_ready(prescription.pk).authorization
    assert "is under way already" in surgery.get(address(patient)).text
    with clock.moved_to(authorization.expires_at):
        assert "is under way already" not in surgery.get(address(patient)).text
    make_dispensed(clinic, make_confirmed(clinic, authorization))
    assert "is under way already" not in surgery.get(address(patient)).text
