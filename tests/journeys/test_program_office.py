"""The program office's pages in a real browser: counts, rows, decisions, certificates, in every state."""

from datetime import timedelta

import pytest
from django.urls import reverse

from compliance import clock
from compliance.models import Outbox
from prescriptions.services import release
from reports.counts import COUNTS
from tests import factories as make
from tests.fixtures.browsers import accessibility_faults

NARROW = {"width": 320, "height": 800}
WIDE = {"width": 1280, "height": 900}
LONG = "Apotheke-zum-Goldenen-Hirschen-an-der-Langen-Strasse"


@pytest.fixture
def clinic(live_site):
    """Certified and staffed two months ago, with one patient through the whole job and one prescription held."""
    start = clock.now()
    with clock.moved_to(start - timedelta(days=60)):
        clinic = make.make_clinic()
        make.make_pharmacy(name=LONG, certified=False)
    with clock.moved_to(start - timedelta(days=12)):
        make.make_dispensed(clinic, make.make_confirmed(clinic, make.make_released(clinic)))
    with clock.moved_to(start - timedelta(days=2)):
        patient = make.make_patient(clinic)
        release.release_if_ready(make.make_held(clinic, patient).pk)
    return clinic


@pytest.fixture
def office(page, clinic):
    """A page signed in as an administrator."""
    sign_in(page, make.make_administrator())
    page.wait_for_url("**/program/**")
    return page


def sign_in(page, user):
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(user.username)
    page.get_by_label("Password").fill(make.PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def faults_of(page):
    """What axe finds at 320 px and at a desk, and whether anything sticks out of the narrow page."""
    page.set_viewport_size(NARROW)
    found = accessibility_faults(page)
    if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:
        found.append("sticks out at 320 px")
    page.set_viewport_size(WIDE)
    return found + accessibility_faults(page)


def test_every_count_and_its_rows_are_open_to_everybody(office):
    for address in (reverse("program"), *(reverse("program-rows", args=[count.slug]) for count in COUNTS)):
        office.goto(address)
        assert faults_of(office) == [], address


def test_a_wrong_day_is_an_error_that_leads_to_its_field(office):
    office.goto(f"{reverse('program')}?from=2027-02-31&to=never")

    assert faults_of(office) == []
    office.get_by_role("alert").get_by_role("link").first.click()
    assert office.evaluate("document.activeElement.name") == "from"


def test_nothing_in_a_period_is_a_page_too(office):
    for address in (reverse("program"), reverse("program-rows", args=["releases"]), reverse("decisions")):
        office.goto(f"{address}?from=2001-01-01&to=2001-01-31")
        assert faults_of(office) == [], address


def test_a_number_of_the_page_opens_its_rows_and_they_a_decision_by_keyboard_alone(office):
    office.goto(reverse("program"))
    office.get_by_role("link", name="Dispenses").focus()
    office.keyboard.press("Enter")
    office.wait_for_url("**/program/dispenses/**")
    office.locator("tbody a").first.focus()
    office.keyboard.press("Enter")
    office.wait_for_url("**/program/decisions/**")

    assert office.get_by_text("the same answer, byte for byte").is_visible()
    assert faults_of(office) == []


def test_the_list_of_decisions_and_a_refusal_are_open_to_everybody(office):
    office.goto(f"{reverse('decisions')}?answer=no")
    assert faults_of(office) == []
    office.locator("tbody a").first.click()
    office.wait_for_url("**/program/decisions/*/")
    assert faults_of(office) == []


def test_a_number_nobody_issued_is_said_beside_its_field(office):
    office.goto(reverse("decisions"))
    office.get_by_label("receipt number").fill("1234")
    office.get_by_role("button", name="Open the decision").click()

    assert office.get_by_text("This is not a number of ours.").first.is_visible()
    assert faults_of(office) == []


def test_a_certificate_is_taken_back_in_two_steps_without_javascript(new_page, clinic):
    page = new_page(java_script_enabled=False)
    sign_in(page, make.make_administrator())
    page.goto(f"{reverse('certificates')}?program={make.PROGRAM}")
    page.get_by_role("link", name="Take back the certificate of Ines Lindqvist").click()
    page.get_by_role("button", name="Take it back now").click()

    row = page.get_by_role("row", name="Ines Lindqvist")
    assert row.get_by_text("certificate taken back").is_visible()


def test_certificates_and_the_step_before_a_change_are_open_to_everybody(office):
    office.goto(f"{reverse('certificates')}?program={make.PROGRAM}")
    assert faults_of(office) == []
    office.get_by_role("link", name=f"Certify {LONG}").click()
    office.wait_for_url("**of=**")
    assert faults_of(office) == []


def test_the_outbox_is_open_to_everybody_empty_and_full(office, settings):
    settings.SHOW_OUTBOX = True
    office.goto(reverse("outbox"))
    assert faults_of(office) == []
    Outbox.objects.create(to="somebody@example.org", subject="A date to keep", body=LONG * 4, sent_at=clock.now())
    office.reload()
    assert office.get_by_text("A date to keep").is_visible()
    assert faults_of(office) == []


def test_pages_that_say_no_are_open_to_everybody(page, clinic):
    sign_in(page, make.make_user())
    assert page.get_by_text("You have no role at present").is_visible()
    assert faults_of(page) == []
    for address in ("/work-list/", "/sign-out/", "/nowhere/"):
        page.goto(address)
        assert faults_of(page) == [], address
