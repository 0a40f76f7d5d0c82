"""A practice's own pages in a real browser: signing in, the work-list, a patient's record, every form in its states."""

from datetime import timedelta

import pytest

from compliance import clock
from compliance.forms.kinds import KINDS
from compliance.models import Draft, Patient, PregnancyExclusion, PregnancyTest, Survey, TreatmentChange
from compliance.services import correct_evidence, treat
from tests import factories as make
from tests.fixtures.browsers import accessibility_faults

NARROW = {"width": 320, "height": 800}
WIDE = {"width": 1280, "height": 900}
LONG = "Maximiliana-Theodora-Wilhelmina"


@pytest.fixture
def clinic(live_site):
    """Certified long ago, so that a patient may have a past."""
    with clock.moved_to(clock.now() - timedelta(days=90)):
        return make.make_clinic()


def sign_in(page, user, password=make.PASSWORD):
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(user.username)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return page


def at_work(page, user):
    sign_in(page, user)
    page.wait_for_url("**/work-list/")
    return page


def faults_of(page):
    """What axe finds at 320 px and at a desk, and whether anything sticks out of the narrow page."""
    page.set_viewport_size(NARROW)
    found = accessibility_faults(page)
    if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
        found.append("sticks out at 320 px")
    page.set_viewport_size(WIDE)
    return found + accessibility_faults(page)


@pytest.fixture
def long_course(clinic):
    """Two supplies, an interruption, a corrected and a void test, and a name that fits no line."""
    start = clock.now()
    with clock.moved_to(start - timedelta(days=40)):
        patient = make.make_ready_patient(clinic, given_name=LONG, family_name=f"{LONG}-{LONG}")
        make.make_dispensed(clinic, make.make_confirmed(clinic, make.make_released(clinic, patient)))
    with clock.moved_to(start - timedelta(days=30)):
        test = make.make_test(clinic, patient, result="indeterminate")
        correct_evidence.correct_test(test, by=clinic.doctor, reason="Misread " * 20, result="negative")
        spoilt = make.make_test(clinic, patient, collected_at=make.ago(hours=3))
        correct_evidence.void_test(spoilt, by=clinic.doctor, reason="Wrong tube")
        treat.change_treatment(patient.pk, by=clinic.doctor, program=make.PROGRAM, change="held", reason="Low counts")
    return patient


def test_wrong_password_then_the_right_one_by_keyboard_alone(page, clinic):
    page.goto("/sign-in/")
    assert not faults_of(page)
    sign_in(page, clinic.doctor, "not this one")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert not faults_of(page)
    at_work(page, clinic.doctor)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page's content"


def test_five_wrong_passwords_end_on_a_page_that_explains(page, clinic):
    for _ in range(5):
        sign_in(page, clinic.doctor, "not this one")
    assert page.get_by_role("heading", name="Wait a quarter of an hour").is_visible()
    assert not faults_of(page)


def test_the_work_list_empty_full_and_searched(page, clinic):
    at_work(page, clinic.doctor)
    assert not faults_of(page)
    make.make_patient(clinic)
    make.make_released(clinic)
    positive = make.make_ready_patient(clinic, given_name=LONG, family_name=f"{LONG}-{LONG}")
    make.make_test(clinic, positive, result="positive")
    page.goto("/work-list/")
    first = page.get_by_role("row").nth(1)
    assert "stop: look into it" in first.inner_text()
    assert not faults_of(page)
    page.get_by_label("Find by name or code").fill("nobody of that name")
    page.keyboard.press("Enter")
    page.get_by_text("Nobody of that name or code").wait_for()
    assert not faults_of(page)


def test_a_new_and_a_long_record(page, clinic, long_course):
    new = make.make_patient(clinic)
    at_work(page, clinic.doctor)
    for patient in (new, long_course):
        page.goto(f"/patients/{patient.pk}/")
        page.get_by_text("The course as a table").click()
        assert not faults_of(page)
    assert page.get_by_role("img", name="Course of treatment").is_visible()
    assert page.get_by_text("it said: indeterminate").is_visible()


def test_a_positive_test_puts_what_to_do_on_top(page, clinic):
    patient = make.make_released(clinic).prescription.patient
    make.make_test(clinic, patient, result="positive")
    at_work(page, clinic.doctor).goto(f"/patients/{patient.pk}/")
    assert page.get_by_text("Tell the patient to take no further dose").is_visible()
    assert not faults_of(page)


def test_every_form_is_usable_empty_and_with_errors(page, clinic):
    patient = make.make_ready_patient(clinic)
    make.make_held(clinic, patient)
    at_work(page, clinic.doctor)
    for kind in sorted(set(KINDS) - {"prescription-form"}):
        page.goto(f"/patients/{patient.pk}/record/{kind}/")
        assert not accessibility_faults(page), kind
        for box in page.locator("main input[type=date]").all():
            box.fill("")
        with page.expect_navigation():
            page.locator("main button[data-once]").click()
        page.set_viewport_size(NARROW)
        assert not accessibility_faults(page), f"{kind} with errors"
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], kind
        page.set_viewport_size(WIDE)


def test_a_test_is_recorded_corrected_and_voided(page, clinic):
    patient = make.make_patient(clinic)
    at_work(page, clinic.doctor).goto(f"/patients/{patient.pk}/")
    page.get_by_role("link", name="Record a pregnancy test").click()
    page.get_by_label("negative").check()
    page.get_by_label("Sensitivity").fill("25")
    page.get_by_role("button", name="Record the test").click()
    page.get_by_text("The test is recorded.").wait_for()
    page.get_by_role("link", name="Correct").first.click()
    assert not faults_of(page)
    page.get_by_label("positive").check()
    page.get_by_label("Why it is corrected").fill("Strip read too early")
    page.get_by_role("button", name="Correct the test").click()
    page.get_by_text("A pregnancy is known or suspected").wait_for()
    page.get_by_role("link", name="Void").first.click()
    assert not faults_of(page)
    page.get_by_label("Why it is void").fill("Wrong patient")
    page.get_by_role("button", name="Void the test").click()
    page.get_by_text("The test is void.").wait_for()
    assert page.get_by_text("A pregnancy is known or suspected").count() == 0


def test_a_test_of_the_same_minute_asks_first(page, clinic):
    patient = make.make_patient(clinic)
    at_work(page, clinic.doctor)
    for _ in range(2):
        page.goto(f"/patients/{patient.pk}/record/test/")
        page.locator("#id_collected_on").fill("2026-01-05")
        page.locator("#id_collected_time").fill("08:00")
        page.get_by_label("negative").check()
        page.get_by_label("Sensitivity").fill("25")
        with page.expect_navigation():
            page.get_by_role("button", name="Record the test").click()
    assert not faults_of(page)
    assert PregnancyTest.objects.count() == 1
    page.get_by_label("This is another test").check()
    page.get_by_role("button", name="Record the test").click()
    page.get_by_text("The test is recorded.").wait_for()
    assert PregnancyTest.objects.count() == 2


def test_stopping_shows_the_weeks_that_follow_first(page, clinic, long_course):
    at_work(page, clinic.doctor).goto(f"/patients/{long_course.pk}/record/stop/")
    page.get_by_role("button", name="Show the weeks that follow").click()
    page.get_by_role("heading", name="What begins when you stop").wait_for()
    assert not faults_of(page)
    assert not TreatmentChange.objects.filter(change="stopped").exists()
    page.get_by_role("button", name="Stop treatment and begin these weeks").click()
    page.get_by_text("the weeks that follow have begun").wait_for()
    assert page.get_by_text("Contraception goes on after the last dose").first.is_visible()


def test_enrolling_with_a_draft_in_between(page, clinic):
    at_work(page, clinic.doctor)
    page.get_by_role("link", name="Enrol a patient").first.click()
    page.get_by_label("Given name").fill("Ines")
    page.get_by_role("button", name="Keep as a draft").click()
    page.get_by_text("Nobody is enrolled yet").wait_for()
    page.get_by_role("button", name="Enrol", exact=True).click()
    page.get_by_role("heading", name="Something here needs your attention").wait_for()
    assert not faults_of(page)
    page.get_by_role("link", name="Family name").click()
    page.keyboard.type("Vale")
    page.get_by_label("Date of birth").fill("1990-02-28")
    page.get_by_label("Program and category").select_option("us-pomalidomide/adult-female-can")
    page.get_by_role("button", name="Enrol", exact=True).click()
    page.get_by_text("Next: the agreement.").wait_for()
    patient = Patient.objects.get()
    assert (patient.given_name, patient.family_name) == ("Ines", "Vale")


def test_what_was_typed_when_a_session_ended_comes_back(page, clinic):
    patient = make.make_patient(clinic)
    at_work(page, clinic.doctor).goto(f"/patients/{patient.pk}/record/hold/")
    page.get_by_label("Reason").fill("Neutrophils 430")
    page.context.clear_cookies(name="sessionid")
    page.locator("main button[data-once]").click()
    page.get_by_text("what you were typing comes back").wait_for()
    assert not faults_of(page)
    page.get_by_label("User name").fill(clinic.doctor.username)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Here is what you typed").wait_for()
    assert not faults_of(page)
    page.get_by_role("button", name="Send what I typed").click()
    page.get_by_text("The interruption is recorded.").wait_for()
    assert TreatmentChange.objects.get().reason == "Neutrophils 430"
    assert not Draft.objects.filter(form="kept-form").exists()


def test_a_tab_from_before_another_sign_in_loses_nothing(new_page, clinic):
    patient = make.make_patient(clinic)
    old = at_work(new_page(), clinic.doctor)
    old.goto(f"/patients/{patient.pk}/record/exclusion/")
    other = old.context.new_page()
    other.goto("/work-list/")
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url("**/sign-in/")
    at_work(other, clinic.doctor)
    old.locator("main button[data-once]").click()
    old.get_by_role("heading", name="Here is what you typed").wait_for()
    old.get_by_role("button", name="Send what I typed").click()
    old.get_by_text("The exclusion is recorded.").wait_for()
    assert PregnancyExclusion.objects.count() == 1


def test_the_patient_answers_the_survey_on_the_practices_device(page, clinic):
    patient = make.make_patient(clinic)
    at_work(page, clinic.delegate).goto(f"/patients/{patient.pk}/record/survey/")
    right = {
        "harm an unborn": "Yes",
        "anybody else": "No",
        "give blood": "No",
        "pregnant now": "No",
        "birth control": "No",
    }
    for question, answer in right.items():
        page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()
    page.get_by_role("button", name="Finish the survey").click()
    page.get_by_text("Please talk to your care team now").first.wait_for()
    page.get_by_role("group", name="birth control").get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Finish the survey").click()
    page.get_by_text("Please hand the device back").wait_for()
    assert not faults_of(page)
    assert Survey.objects.count() == 1


def test_error_pages_help(page, clinic):
    at_work(page, clinic.doctor)
    for address, title in (("/nothing-here/", "There is no such page"), ("/program/", "not part of your work here")):
        page.goto(address)
        assert title in page.get_by_role("heading", level=1).inner_text()
        assert not faults_of(page)


def test_a_test_is_recorded_without_javascript(new_page, clinic):
    patient = make.make_patient(clinic)
    page = at_work(new_page(java_script_enabled=False), clinic.doctor)
    page.goto(f"/patients/{patient.pk}/record/test/")
    page.get_by_label("negative").check()
    page.get_by_label("Sensitivity").fill("25")
    page.get_by_role("button", name="Record the test").click()
    page.get_by_text("The test is recorded.").wait_for()
