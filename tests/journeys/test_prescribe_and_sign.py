"""A prescriber's and a delegate's way from the form to the number, in a real browser."""

import pytest

from compliance.models import Draft
from compliance.services import record_evidence
from prescriptions.models import Prescription
from prescriptions.numbers import spoken
from prescriptions.services import release
from tests.factories import (
    PASSWORD,
    PROGRAM,
    make_clinic,
    make_confirmed,
    make_dispensed,
    make_held,
    make_patient,
    make_ready_patient,
    make_released,
    make_test,
)
from tests.fixtures.browsers import accessibility_faults


@pytest.fixture
def clinic(live_site):
    return make_clinic()


def sign_in(page, user):
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/work-list/")
    return page


def form_of(page, patient):
    page.goto(f"/patients/{patient.pk}/prescribe/{PROGRAM}/")


def answer(page, *, dose="4", capsules="1", strength="4"):
    page.get_by_label("Dose on a dosing day").fill(dose)
    page.get_by_label(f"{strength} mg capsules").fill(capsules)


def attest(page):
    for box in page.get_by_role("group", name="I attest").get_by_role("checkbox").all():
        box.check()


def sign(page, password=PASSWORD):
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Sign the prescription").click()


def test_from_the_form_to_the_number_without_a_reload(page, clinic):
    patient = make_ready_patient(clinic)
    sign_in(page, clinic.doctor)
    form_of(page, patient)
    page.get_by_text("it can be released at once").wait_for()
    assert not accessibility_faults(page)
    answer(page)
    attest(page)
    page.get_by_role("button", name="Check and sign").click()
    page.wait_for_url("**/sign/")
    assert not accessibility_faults(page)
    sign(page, "not this one")
    page.get_by_text("This is not your password.").first.wait_for()
    assert not accessibility_faults(page)
    sign(page)
    page.wait_for_url("**/prescriptions/*/")
    page.get_by_text("The number is being issued").wait_for()
    assert not accessibility_faults(page)
    decision = release.release_if_ready(Prescription.objects.get().pk)
    page.get_by_text("Authorization number").wait_for()
    assert spoken(decision.authorization.number) in page.locator("#standing").inner_text()
    assert not accessibility_faults(page)


def test_a_held_page_updates_itself_and_then_stops_asking(page, clinic):
    prescription = make_held(clinic, make_patient(clinic))
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/status/" in request.url else None)
    sign_in(page, clinic.doctor)
    page.goto(f"/prescriptions/{prescription.pk}/")
    page.get_by_text("agreement since enrolling").wait_for()
    record_evidence.sign_agreement(
        prescription.patient_id, by=clinic.doctor, program=PROGRAM, category="adult-female-can"
    )
    page.get_by_text("agreement since enrolling").wait_for(state="detached")
    page.get_by_text("Withdraw this prescription").click()
    page.get_by_label("no longer needed").check()
    page.get_by_role("button", name="Withdraw it").click()
    page.get_by_text("Withdrawn at").wait_for()
    before = len(asked)
    page.wait_for_timeout(4000)
    assert len(asked) == before


def test_mistakes_are_told_at_their_fields_and_in_a_summary_that_leads_there(page, clinic):
    sign_in(page, clinic.doctor)
    form_of(page, make_ready_patient(clinic))
    answer(page, dose="5")
    page.get_by_role("button", name="Check and sign").click()
    summary = page.locator(".error-summary")
    assert summary.evaluate("e => e === document.activeElement")
    assert not accessibility_faults(page)
    summary.get_by_role("link", name="1 mg capsules").click()
    assert page.get_by_label("1 mg capsules").evaluate("e => e === document.activeElement")
    assert page.get_by_label("Dose on a dosing day").input_value() == "5"


def test_a_delegate_prepares_and_the_prescriber_opens_attests_and_signs(new_page, clinic):
    patient = make_ready_patient(clinic)
    front = sign_in(new_page(), clinic.delegate)
    form_of(front, patient)
    assert not accessibility_faults(front)
    answer(front, dose="3", strength="3")
    front.get_by_role("button", name="Ready for signature").click()
    front.get_by_text("finds it ready to sign").wait_for()
    assert front.get_by_role("button", name="sign", exact=False).filter(has_text="Check and sign").count() == 0
    surgery = sign_in(new_page(), clinic.doctor)
    form_of(surgery, patient)
    surgery.get_by_role("link", name="Open it").click()
    assert surgery.get_by_label("Dose on a dosing day").input_value() == "3"
    attest(surgery)
    surgery.get_by_role("button", name="Check and sign").click()
    surgery.wait_for_url("**/sign/")
    sign(surgery)
    surgery.wait_for_url("**/prescriptions/*/")
    assert not Draft.objects.exists()


def test_everything_works_without_javascript(new_page, clinic):
    page = sign_in(new_page(java_script_enabled=False), clinic.doctor)
    form_of(page, make_ready_patient(clinic))
    answer(page)
    attest(page)
    page.get_by_role("button", name="Check and sign").click()
    sign(page)
    page.wait_for_url("**/prescriptions/*/")
    release.release_if_ready(Prescription.objects.get().pk)
    page.get_by_role("link", name="Look now").click()
    page.get_by_text("Authorization number").wait_for()


def test_going_back_after_signing_signs_nothing_again(page, clinic):
    patient = make_ready_patient(clinic)
    sign_in(page, clinic.doctor)
    form_of(page, patient)
    answer(page)
    attest(page)
    page.get_by_role("button", name="Check and sign").click()
    page.wait_for_url("**/sign/")
    sign(page)
    page.wait_for_url("**/prescriptions/*/")
    page.go_back()
    page.get_by_text("Nothing lies ready to be signed").wait_for()
    assert Prescription.objects.count() == 1


def test_what_was_typed_comes_back_after_the_session_ended(page, clinic):
    patient = make_ready_patient(clinic)
    sign_in(page, clinic.doctor)
    form_of(page, patient)
    answer(page)
    attest(page)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Check and sign").click()
    page.wait_for_url("**/sign-in/**")
    page.get_by_label("User name").fill(clinic.doctor.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send what I typed").click()
    page.wait_for_url("**/sign/")
    page.get_by_text("4 mg on each dosing day").wait_for()


def test_every_state_of_a_prescription_is_free_of_faults(page, clinic):
    dispensed = make_dispensed(clinic)
    confirmed = make_confirmed(clinic)
    void = make_released(clinic)
    make_test(clinic, void.prescription.patient, result="positive")
    never = make_held(clinic, make_patient(clinic), refills=1)
    rows = {
        dispensed.authorization.prescription_id: "Dispensed",
        confirmed.authorization.prescription_id: "Confirmed by a pharmacy",
        void.prescription_id: "Void",
        never.pk: "Held: cannot be released",
    }
    sign_in(page, clinic.doctor)
    for key, state in rows.items():
        page.goto(f"/prescriptions/{key}/")
        page.locator("#standing-word").get_by_text(state).wait_for()
        for fold in page.locator("details > summary").all():
            fold.click()
        assert not accessibility_faults(page), state


@pytest.mark.parametrize("shape", [{"width": 320, "height": 640}, {"width": 640, "height": 400}])
def test_the_pages_fit_a_small_screen_and_twice_the_size(new_page, clinic, shape):
    patient = make_ready_patient(clinic, given_name="Wolfeschlegelstein" * 4, family_name="Hausenbergerdorff" * 4)
    page = sign_in(new_page(viewport=shape), clinic.doctor)
    form_of(page, patient)
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(fits)
    assert not accessibility_faults(page)
    answer(page)
    attest(page)
    page.get_by_role("button", name="Check and sign").click()
    page.wait_for_url("**/sign/")
    assert page.evaluate(fits)
    assert not accessibility_faults(page)
    sign(page)
    page.wait_for_url("**/prescriptions/*/")
    assert page.evaluate(fits)
