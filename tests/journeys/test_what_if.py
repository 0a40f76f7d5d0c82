"""Asking what one more test would change, and enrolling elsewhere, in a real browser."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from compliance import clock
from tests import factories as make
from tests.fixtures.browsers import accessibility_faults

NARROW = 320


@pytest.fixture
def patient(live_site):
    """Ready twelve days ago: the first test fits, the second one has to be taken anew."""
    with clock.moved_to(clock.now() - timedelta(days=12)):
        clinic = make.make_clinic()
        patient = make.make_ready_patient(clinic)
    return clinic, patient


@pytest.mark.parametrize("width", [320, 1280])
def test_the_answer_stands_above_the_form_and_is_open_to_everybody(new_page, patient, width):
    clinic, person = patient
    page = new_page(viewport={"width": width, "height": 900})
    page.goto(f"/sign-in/?next=/patients/{person.pk}/")
    page.get_by_label("User name").fill(clinic.doctor.username)
    page.get_by_label("Password").fill(make.PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(f"/patients/{person.pk}/")
    page.get_by_role("link", name="When could it be released").click()
    assert accessibility_faults(page) == []
    tomorrow = clock.now().astimezone(ZoneInfo(make.ZONE)) + timedelta(days=1)
    page.get_by_label("Specimen taken on").fill(f"{tomorrow:%Y-%m-%d}")
    page.get_by_role("button", name="Ask").click()
    page.get_by_text("Could be released", exact=True).wait_for()
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_enrolling_elsewhere_is_open_to_everybody(new_page, patient):
    clinic, person = patient
    page = new_page(viewport={"width": NARROW, "height": 900})
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(clinic.doctor.username)
    page.get_by_label("Password").fill(make.PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(f"/patients/{person.pk}/")
    page.get_by_role("link", name="Enrol in another program").click()
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    page.get_by_label("Program and category").select_option("us-lenalidomide/adult-female-can")
    page.get_by_role("button", name="Enrol").click()
    page.get_by_text("Next: the agreement.").wait_for()
    assert accessibility_faults(page) == []
