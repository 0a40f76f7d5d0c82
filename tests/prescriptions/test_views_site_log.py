"""What a site holds and did, its receipts, and the notices somebody has to read first."""

from datetime import timedelta
from uuid import uuid4

import pytest

from compliance import clock
from prescriptions.models import PharmacyNotice
from prescriptions.numbers import spoken
from prescriptions.services import reverse
from tests.factories import make_confirmed, make_dispensed, make_test
from tests.prescriptions.conftest import at_most, signed_in
from tests.prescriptions.test_views_prescription import plain


@pytest.fixture
def notice(clinic):
    confirmation = make_confirmed(clinic)
    make_test(clinic, confirmation.authorization.prescription.patient, result="positive")
    return PharmacyNotice.objects.get()


def test_an_empty_log_says_so(counter):
    page = counter.get("/pharmacy/log/").text
    assert "Nothing is held here." in page
    assert "Nothing was done here yet." in page


def test_what_is_held_shows_how_long(counter, clinic):
    confirmation = make_confirmed(clinic)
    words = plain(counter.get("/pharmacy/log/").text)
    assert spoken(confirmation.authorization.number) in words
    assert "24 h 0 min left" in words
    assert "Held" in words


def test_what_is_over_has_to_be_given_back(counter, clinic, morning):
    make_confirmed(clinic)
    with clock.moved_to(morning + timedelta(days=2)):
        assert "Over: confirm again or give it back" in counter.get("/pharmacy/log/").text


def test_what_is_dispensed_or_given_back_is_no_longer_held(counter, clinic):
    make_dispensed(clinic)
    given_back = make_confirmed(clinic)
    reverse.reverse(
        given_back.authorization.prescription_id,
        pharmacy_id=clinic.pharmacy.pk,
        by=clinic.pharmacist,
        reason="mistake",
    )
    page = counter.get("/pharmacy/log/").text
    assert "Nothing is held here." in page
    assert "Given back" in page


def test_a_line_opens_the_desk_without_typing(counter, clinic):
    confirmation = make_confirmed(clinic)
    page = counter.post("/pharmacy/", {"authorization": str(confirmation.authorization_id)}).text
    assert "Confirmed for this pharmacy" in page


def test_a_log_is_its_sites_alone(counter, other_counter, clinic):
    confirmation = make_confirmed(clinic, pharmacy=clinic.other_pharmacy)
    number = spoken(confirmation.authorization.number)
    assert number not in plain(counter.get("/pharmacy/log/").text)
    assert number in plain(other_counter.get("/pharmacy/log/").text)


def test_a_notice_stands_first_on_every_page_of_the_site_until_it_is_read(counter, other_counter, notice):
    for page in ("/pharmacy/", "/pharmacy/log/"):
        shown = counter.get(page).text
        main = shown[shown.index("<main") :]
        assert main.index("This number was confirmed here and is no longer good") < main.index("<h1")
        assert "no longer good" not in other_counter.get(page).text
    counter.post(f"/pharmacy/notices/{notice.pk}/", {"from": "log"})
    assert "no longer good" not in counter.get("/pharmacy/").text
    notice.refresh_from_db()
    assert notice.seen_at is not None


def test_a_notice_says_nothing_of_the_test(counter, notice):
    page = counter.get("/pharmacy/").text
    for word in ("positive", "pregnan", "test"):
        assert word not in page[page.index("<main") : page.index("<h1")].lower()


def test_another_sites_notice_does_not_exist(other_counter, notice):
    assert other_counter.post(f"/pharmacy/notices/{notice.pk}/").status_code == 404
    assert other_counter.post(f"/pharmacy/notices/{uuid4()}/").status_code == 404
    notice.refresh_from_db()
    assert notice.seen_at is None


def test_a_receipt_shows_what_left_for_how_long(counter, clinic):
    supply = make_dispensed(clinic)
    words = plain(counter.get(f"/pharmacy/receipts/{supply.pk}/").text)
    for needed in (
        spoken(supply.receipt),
        "pomalidomide",
        "1 × 4 mg",
        "28 days, until Sun 28 Mar 2027",
        "Paul Counter",
    ):
        assert needed in words, needed


def test_a_receipt_of_a_supply_taken_back_says_so(counter, clinic):
    supply = make_dispensed(clinic)
    reverse.reverse(
        supply.authorization.prescription_id, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist, reason="mistake"
    )
    assert "this supply never reached the patient" in counter.get(f"/pharmacy/receipts/{supply.pk}/").text


def test_another_sites_receipt_does_not_exist(other_counter, surgery, clinic):
    supply = make_dispensed(clinic)
    assert other_counter.get(f"/pharmacy/receipts/{supply.pk}/").status_code == 404
    assert other_counter.get(f"/pharmacy/receipts/{uuid4()}/").status_code == 404
    assert surgery.get(f"/pharmacy/receipts/{supply.pk}/").status_code == 403


def test_the_pages_cost_few_queries_however_long_the_log(counter, clinic, notice):
    supplies = [make_dispensed(clinic) for _ in range(3)]
    with at_most(12):
        counter.get("/pharmacy/log/")
    with at_most(12):
        counter.get(f"/pharmacy/receipts/{supplies[0].pk}/")


def test_the_practice_has_no_log(clinic):
    assert signed_in(clinic.doctor).get("/pharmacy/log/").status_code == 403
