"""Confirming, dispensing, giving back: each pressing counts once, and every page after it says how things stand now."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError

from compliance import clock
from compliance.services import enrol, record_evidence, staff
from prescriptions.models import Authorization, Confirmation, Decision, Dispense, Reversal
from prescriptions.numbers import spoken
from prescriptions.services import write
from prescriptions.services.ask_again import ask_again
from tests.factories import (
    MALE,
    PROGRAM,
    make_confirmed,
    make_dispensed,
    make_pharmacist,
    make_ready_patient,
    make_released,
    make_test,
)
from tests.prescriptions.conftest import at_most, signed_in

NEUTRAL = "The prescriber has to clear something before this can be dispensed."


def press(client, act, authorization, *, attempt=None, **said):
    fields = {"authorization": str(authorization.pk), "attempt": str(attempt or uuid4()), **said}
    return client.post(f"/pharmacy/{act}/", fields)


TICKED = {"counselled": "on", "guide_given": "on", "method": "handover"}


def test_confirming_makes_dispensing_the_next_step(counter, clinic):
    authorization = make_released(clinic)
    page = press(counter, "confirm", authorization).text
    assert "Confirmed: this pharmacy holds the prescription." in page
    assert "May be dispensed until 09:00 Tue 2 Mar 2027 (your time)" in page
    assert "I counselled the patient" in page
    assert Confirmation.objects.get().pharmacy == clinic.pharmacy


def test_dispensing_gives_a_receipt_and_an_undo(counter, clinic):
    confirmation = make_confirmed(clinic)
    page = press(counter, "dispense", confirmation.authorization, **TICKED).text
    supply = Dispense.objects.get()
    assert "DONE" in page
    assert "Dispensed and recorded. Nothing more may go out on this number." in page
    assert spoken(supply.receipt) in re.sub(r"<[^>]+>", "", page)
    assert f"/pharmacy/receipts/{supply.pk}/" in page
    assert "Undo: it never reached the patient" in page


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        ("counselled", "It is not ticked that the pharmacy counselled the patient."),
        ("guide_given", "It is not ticked that the patient was given the guide"),
    ],
)
def test_what_is_not_ticked_keeps_the_medicine_here(counter, clinic, left_out, says):
    confirmation = make_confirmed(clinic)
    said = {name: value for name, value in TICKED.items() if name != left_out}
    page = press(counter, "dispense", confirmation.authorization, **said).text
    assert "Not dispensed." in page
    assert says in page
    assert not Dispense.objects.exists()
    assert Decision.objects.filter(gate="dispense", allowed=False).exists()


def test_a_parcel_leaves_on_the_day_of_its_confirmation_only(counter, clinic, morning):
    confirmation = make_confirmed(clinic)
    with clock.moved_to(morning + timedelta(hours=20)):
        page = counter.post("/pharmacy/", {"number": confirmation.authorization.number}).text
        refused = press(counter, "dispense", confirmation.authorization, **TICKED | {"method": "ship"}).text
    assert "It can be shipped on the day it is confirmed only." in page
    assert 'value="ship" disabled' in page
    assert "A parcel has to leave on the day of the confirmation." in refused


def test_giving_back_opens_the_number_again(counter, clinic):
    confirmation = make_confirmed(clinic)
    page = press(counter, "reverse", confirmation.authorization, reason="mistake").text
    assert "Given back: this pharmacy no longer holds the prescription." in page
    assert "Confirm for this pharmacy" in page
    assert Reversal.objects.get().reason == "mistake"


def test_undoing_a_supply_takes_it_back(counter, clinic):
    supply = make_dispensed(clinic)
    page = press(counter, "reverse", supply.authorization, reason="not-collected", note="shelf 4").text
    supply.refresh_from_db()
    assert supply.reversed_at is not None
    assert "YES" in page


def test_giving_back_asks_for_a_reason(counter, clinic):
    confirmation = make_confirmed(clinic)
    page = press(counter, "reverse", confirmation.authorization).text
    assert "Choose a reason." in page
    assert not Reversal.objects.exists()


@pytest.mark.parametrize("reason", ["nonsense", "x" * 5000, "\x00"])
def test_a_made_up_reason_is_refused(counter, clinic, reason):
    confirmation = make_confirmed(clinic)
    assert press(counter, "reverse", confirmation.authorization, reason=reason).status_code == 200
    assert not Reversal.objects.exists()


def test_a_second_press_does_nothing_twice_and_says_so(counter, clinic):
    authorization, attempt = make_released(clinic), uuid4()
    press(counter, "confirm", authorization, attempt=attempt)
    page = press(counter, "confirm", authorization, attempt=attempt).text
    assert "nothing was done twice" in page
    assert Confirmation.objects.count() == 1


def test_beside_a_repeat_stands_the_verdict_of_this_moment(counter, clinic):
    authorization, attempt = make_released(clinic), uuid4()
    press(counter, "confirm", authorization, attempt=attempt)
    make_test(clinic, authorization.prescription.patient, result="positive")
    page = press(counter, "confirm", authorization, attempt=attempt).text
    assert "Confirmed: this pharmacy holds the prescription. That was at" in page
    assert "NO" in page
    assert NEUTRAL in page
    assert "Do not dispense" in page


def test_another_persons_attempt_is_refused_with_a_new_one(counter, clinic):
    authorization, attempt = make_released(clinic), uuid4()
    press(counter, "confirm", authorization, attempt=attempt)
    colleague = signed_in(make_pharmacist(clinic.pharmacy, name="Carl Colleague"))
    response = press(colleague, "confirm", authorization, attempt=attempt)
    assert response.status_code == 409
    assert "Nothing was done: that button belonged to another act." in response.text
    assert str(attempt) not in response.text


def test_the_same_attempt_for_another_number_is_refused(counter, clinic):
    one, other, attempt = make_released(clinic), make_released(clinic), uuid4()
    press(counter, "confirm", one, attempt=attempt)
    assert press(counter, "confirm", other, attempt=attempt).status_code == 409
    assert Confirmation.objects.count() == 1


def test_confirming_what_another_site_took_meanwhile_is_a_no(counter, other_counter, clinic):
    authorization = make_released(clinic)
    press(other_counter, "confirm", authorization)
    page = press(counter, "confirm", authorization).text
    assert "Not confirmed." in page
    assert "Another pharmacy holds this prescription." in page


def test_a_positive_test_in_between_stops_the_supply_and_shows_first(counter, clinic):
    confirmation = make_confirmed(clinic)
    make_test(clinic, confirmation.authorization.prescription.patient, result="positive")
    page = press(counter, "dispense", confirmation.authorization, **TICKED).text
    desk = page[page.index('id="desk"') :]
    assert desk.index("This number was confirmed here and is no longer good") < desk.index("Not dispensed.")
    assert not Dispense.objects.exists()
    assert "positive" not in desk


def test_what_is_withdrawn_can_only_be_given_back(counter, clinic):
    confirmation = make_confirmed(clinic)
    write.withdraw(confirmation.authorization.prescription_id, by=clinic.doctor, reason="mistake")
    page = press(counter, "dispense", confirmation.authorization, **TICKED).text
    assert "The prescriber withdrew this prescription." in page
    assert "Give it back" in page
    back = press(counter, "reverse", confirmation.authorization, reason="prescriber-asked").text
    assert "Given back" in back


def test_an_outage_while_pressing_offers_the_same_button_with_the_same_attempt(counter, clinic, monkeypatch):
    authorization, attempt = make_released(clinic), uuid4()

    def lose(*_args, **_kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr("prescriptions.services.confirm.confirm", lose)
    response = press(counter, "confirm", authorization, attempt=attempt)
    assert response.status_code == 503
    assert "CANNOT TELL" in response.text
    assert str(attempt) in response.text
    assert "Press the same button again" in response.text


@pytest.mark.parametrize("act", ["confirm", "dispense", "reverse"])
@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"authorization": "x", "attempt": "y"},
        {"authorization": "\x00", "attempt": "\x00"},
        {"authorization": "9" * 10_000},
        {"authorization": str(uuid4()), "attempt": str(uuid4()), "method": "by-pigeon", "reason": "mistake"},
    ],
)
def test_broken_forms_get_a_sensible_page(counter, act, broken):
    response = counter.post(f"/pharmacy/{act}/", broken)
    assert response.status_code == 409
    assert "Nothing was done: the page had lost its number." in response.text


@pytest.mark.parametrize("act", ["confirm", "dispense", "reverse"])
def test_an_act_address_opened_by_hand_leads_to_the_desk(counter, act):
    assert counter.get(f"/pharmacy/{act}/").url == "/pharmacy/"


def test_another_site_cannot_give_back_what_this_one_holds(other_counter, clinic):
    confirmation = make_confirmed(clinic)
    page = press(other_counter, "reverse", confirmation.authorization, reason="mistake").text
    assert "this pharmacy does not hold it" in page
    confirmation.refresh_from_db()
    assert confirmation.reversed_at is None


def test_a_role_that_ended_acts_no_more(counter, clinic):
    authorization = make_released(clinic)
    staff.end_role(clinic.pharmacist.memberships.get(), by=None)
    assert press(counter, "confirm", authorization).status_code == 403


def test_acts_cost_few_queries(counter, clinic):
    authorization = Authorization.objects.get(pk=make_released(clinic).pk)
    with at_most(30):
        press(counter, "confirm", authorization)
    with at_most(30):
        press(counter, "dispense", authorization, **TICKED)
    with at_most(30):
        press(counter, "reverse", authorization, reason="mistake")


def test_an_evaluation_opened_in_between_keeps_it_here_without_a_word_of_why(counter, clinic):
    confirmation = make_confirmed(clinic)
    record_evidence.report_abnormal_menses(confirmation.authorization.prescription.patient_id, by=clinic.doctor)
    page = press(counter, "dispense", confirmation.authorization, **TICKED).text
    desk = page[page.index('id="desk"') : page.index('id="ask-title"')]
    assert NEUTRAL in desk
    assert "period" not in desk
    assert "menses" not in desk


@pytest.fixture
def replaced(clinic, morning):
    """A number that was voided, an hour after its prescriber asked for the next one and got it."""
    old = make_released(clinic, make_ready_patient(clinic, category=MALE))
    patient = old.prescription.patient_id
    enrol.change_category(patient, by=clinic.doctor, program=PROGRAM, category=MALE, reason="entered anew")
    record_evidence.sign_agreement(patient, by=clinic.doctor, program=PROGRAM, category=MALE)
    with clock.moved_to(morning + timedelta(hours=1)):
        assert ask_again(old.prescription_id, by=clinic.doctor, document="again", attempt_id=uuid4()).allowed
        yield old


def test_a_page_of_a_replaced_number_does_not_take_the_newer_one(counter, replaced):
    page = press(counter, "confirm", replaced).text
    assert "This number was replaced by a newer one" in page
    assert not Confirmation.objects.exists()
    assert not Decision.objects.filter(gate="confirm").exists()


def test_a_page_of_a_replaced_number_does_not_dispense_under_the_newer_one(counter, clinic, replaced):
    newer = Authorization.objects.exclude(pk=replaced.pk).get()
    make_confirmed(clinic, newer)
    assert "This number was replaced by a newer one" in press(counter, "dispense", replaced, **TICKED).text
    assert not Dispense.objects.exists()
    assert "DONE" in press(counter, "dispense", newer, **TICKED).text


def test_what_was_confirmed_before_it_was_replaced_is_shown_on_a_second_press(counter, clinic, morning):
    old, attempt = make_released(clinic, make_ready_patient(clinic, category=MALE)), uuid4()
    press(counter, "confirm", old, attempt=attempt)
    patient = old.prescription.patient_id
    enrol.change_category(patient, by=clinic.doctor, program=PROGRAM, category=MALE, reason="entered anew")
    record_evidence.sign_agreement(patient, by=clinic.doctor, program=PROGRAM, category=MALE)
    with clock.moved_to(morning + timedelta(hours=1)):
        assert ask_again(old.prescription_id, by=clinic.doctor, document="again", attempt_id=uuid4()).allowed
        page = press(counter, "confirm", old, attempt=attempt).text
    assert "nothing was done twice" in page
    assert Confirmation.objects.count() == 1
