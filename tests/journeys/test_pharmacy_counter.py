"""A pharmacist's whole job in a real browser: with the keyboard alone, without JavaScript, and when things go wrong."""

import time

import pytest

from prescriptions.models import Authorization, Dispense
from prescriptions.numbers import spoken
from tests.factories import (
    PASSWORD,
    make_clinic,
    make_confirmed,
    make_ready_patient,
    make_released,
    make_test,
)
from tests.fixtures.browsers import accessibility_faults

KEY_SECONDS = 0.2
ANSWER_SECONDS = 1.0


@pytest.fixture
def clinic(live_site):
    return make_clinic()


def sign_in(page, user):
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/pharmacy/")
    return page


def ask(page, number):
    """Type a number where the page put the cursor."""
    page.keyboard.type(number)
    page.keyboard.press("Enter")


def tab_to(page, name):
    """Go on by Tab until what has the focus is called `name`."""
    for _ in range(30):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const e = document.activeElement; return (e.labels && e.labels[0] || e).textContent.trim() }"
        )
        if focused == name:
            return
    raise AssertionError(f"No way by keyboard to {name}")


def word(page):
    return page.locator("#desk #answer-word")


def test_verify_confirm_and_dispense_with_the_keyboard_alone(page, clinic):
    number = make_released(clinic).number
    sign_in(page, clinic.pharmacist)
    assert not accessibility_faults(page)
    began = time.monotonic()
    ask(page, spoken(number))
    word(page).get_by_text("YES").wait_for()
    answered = time.monotonic() - began
    assert word(page).evaluate("e => e === document.activeElement")
    assert float(word(page).evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 48
    assert not accessibility_faults(page)
    tab_to(page, "Confirm for this pharmacy")
    page.keyboard.press("Enter")
    page.get_by_label("I counselled the patient").wait_for()
    assert not accessibility_faults(page)
    tab_to(page, "I counselled the patient")
    page.keyboard.press("Space")
    tab_to(page, "I gave the Medication Guide")
    page.keyboard.press("Space")
    tab_to(page, "Dispense")
    page.keyboard.press("Enter")
    word(page).get_by_text("DONE").wait_for()
    assert not accessibility_faults(page)
    assert Dispense.objects.get().method == "handover"
    assert answered < ANSWER_SECONDS * 5  # this machine may be busy; the benchmark measures
    typed = len(spoken(number)) + 12
    assert typed * KEY_SECONDS + answered < 20


def test_the_address_never_holds_the_number(page, clinic):
    number = make_released(clinic).number
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    sign_in(page, clinic.pharmacist)
    ask(page, number)
    word(page).get_by_text("YES").wait_for()
    assert not [address for address in addresses if number in address]
    assert page.url.endswith("/pharmacy/")


def test_an_answer_is_announced_and_the_field_is_empty_for_the_next(page, clinic):
    number = make_released(clinic).number
    sign_in(page, clinic.pharmacist)
    ask(page, number)
    word(page).get_by_text("YES").wait_for()
    assert page.locator("#said").inner_text().startswith("YES. May be dispensed until")
    assert page.get_by_label("Authorization number").input_value() == ""


def test_a_mistyped_number_keeps_the_cursor_and_the_words(page, clinic):
    sign_in(page, clinic.pharmacist)
    ask(page, "1234 5678")
    page.get_by_text("has 16 digits; this has more or fewer").wait_for()
    field = page.get_by_label("Authorization number")
    assert field.input_value() == "1234 5678"
    assert field.evaluate("e => e === document.activeElement")
    assert not accessibility_faults(page)


def test_everything_works_without_javascript(new_page, clinic):
    authorization = make_released(clinic)
    page = sign_in(new_page(java_script_enabled=False), clinic.pharmacist)
    page.get_by_label("Authorization number").fill(authorization.number)
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("button", name="Confirm for this pharmacy").click()
    page.get_by_label("I counselled the patient").check()
    page.get_by_label("I gave the Medication Guide").check()
    page.get_by_role("button", name="Dispense").click()
    page.get_by_text("DONE").first.wait_for()
    page.get_by_text("Undo: it never reached the patient").click()
    page.get_by_label("the patient did not collect it").check()
    page.get_by_role("button", name="Give it back").click()
    page.get_by_text("Given back").wait_for()
    assert Dispense.objects.get().reversed_at is not None


def test_reloading_or_going_back_repeats_nothing(new_page, clinic):
    authorization = make_released(clinic)
    page = sign_in(new_page(java_script_enabled=False), clinic.pharmacist)
    page.get_by_label("Authorization number").fill(authorization.number)
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("button", name="Confirm for this pharmacy").click()
    page.get_by_text("Confirmed: this pharmacy holds").wait_for()
    page.reload()
    page.get_by_text("nothing was done twice").wait_for()
    assert authorization.confirmations.count() == 1


def test_two_tabs_cannot_dispense_twice(new_page, clinic):
    authorization = make_confirmed(clinic).authorization
    page = sign_in(new_page(), clinic.pharmacist)
    second = page.context.new_page()
    for tab in (page, second):
        tab.goto("/pharmacy/")
        ask(tab, authorization.number)
        tab.get_by_label("I counselled the patient").check()
        tab.get_by_label("I gave the Medication Guide").check()
    for tab in (page, second):
        tab.get_by_role("button", name="Dispense").click()
    word(page).get_by_text("DONE").wait_for()
    second.get_by_text("Not dispensed.").first.wait_for()
    assert Dispense.objects.count() == 1


def test_a_positive_test_in_between_shows_first_and_stops_the_supply(page, clinic):
    authorization = make_confirmed(clinic).authorization
    sign_in(page, clinic.pharmacist)
    ask(page, authorization.number)
    page.get_by_label("I counselled the patient").check()
    page.get_by_label("I gave the Medication Guide").check()
    make_test(clinic, authorization.prescription.patient, result="positive")
    page.get_by_role("button", name="Dispense").click()
    page.get_by_text("This number was confirmed here and is no longer good").wait_for()
    word(page).get_by_text("NO", exact=True).wait_for()
    assert not Dispense.objects.exists()
    assert not accessibility_faults(page)
    page.get_by_role("button", name="I have read it").click()
    page.get_by_text("is no longer good").wait_for(state="detached")


def test_when_the_site_cannot_be_reached_no_old_answer_stays(page, clinic):
    number = make_released(clinic).number
    sign_in(page, clinic.pharmacist)
    ask(page, number)
    word(page).get_by_text("YES").wait_for()
    page.context.set_offline(True)
    page.get_by_label("Authorization number").fill(number)
    page.keyboard.press("Enter")
    word(page).get_by_text("CANNOT TELL").wait_for()
    assert "YES" not in page.locator("#desk").inner_text()


def test_a_session_that_ended_leads_to_the_sign_in_page(page, clinic):
    number = make_released(clinic).number
    sign_in(page, clinic.pharmacist)
    page.context.clear_cookies(name="sessionid")
    ask(page, number)
    page.wait_for_url("**/sign-in/**")


@pytest.mark.parametrize("shape", [{"width": 320, "height": 640}, {"width": 640, "height": 400}])
def test_the_pages_fit_a_small_screen_and_twice_the_size(new_page, clinic, shape):
    patient = make_ready_patient(clinic, given_name="Wolfeschlegelstein" * 4, family_name="Hausenbergerdorff" * 4)
    held = make_confirmed(clinic, make_released(clinic, patient))
    page = sign_in(new_page(viewport=shape), clinic.pharmacist)
    ask(page, held.authorization.number)
    word(page).get_by_text("YES").wait_for()
    page.get_by_text("Give it back").first.click()
    assert not accessibility_faults(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.goto("/pharmacy/log/")
    assert not accessibility_faults(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_log_and_receipt_have_no_fault(page, clinic):
    make_confirmed(clinic)
    other = make_confirmed(clinic)
    make_test(clinic, other.authorization.prescription.patient, result="positive")
    sign_in(page, clinic.pharmacist)
    page.goto("/pharmacy/log/")
    assert not accessibility_faults(page)
    page.get_by_role("button", name="Open").last.click()
    word(page).wait_for()
    good = Authorization.objects.exclude(pk=other.authorization_id).get()
    page.get_by_label("Authorization number").fill(good.number)
    page.keyboard.press("Enter")
    page.get_by_label("I counselled the patient").check()
    page.get_by_label("I gave the Medication Guide").check()
    page.get_by_role("button", name="Dispense").click()
    page.get_by_role("link", name="Open and print the receipt").click()
    page.get_by_role("heading", name="Dispensing receipt").wait_for()
    assert not accessibility_faults(page)
    assert page.get_by_role("button", name="Print").is_visible()
