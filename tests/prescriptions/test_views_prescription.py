"""A prescription's page: where it stands, what it waits for, and what its prescriber can do about it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from compliance import clock
from compliance.models import AccessEvent, Signature
from compliance.services import enrol, record_evidence
from prescriptions.models import Authorization, Decision, Hold, PharmacyNotice, Prescription
from prescriptions.numbers import spoken
from prescriptions.services import ask_again as service
from prescriptions.services import confirm, release, write
from tests.factories import (
    CANNOT,
    MALE,
    PASSWORD,
    PROGRAM,
    make_confirmed,
    make_dispensed,
    make_held,
    make_patient,
    make_prescriber,
    make_ready_patient,
    make_released,
    make_test,
)
from tests.prescriptions.conftest import at_most, signed_in


def address(prescription):
    return f"/prescriptions/{getattr(prescription, 'prescription_id', None) or prescription.pk}/"


def plain(page):
    """The page's words without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("&#x27;", "'")


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]+)"', page).group(1)


def ask_again(client, prescription, *, password=PASSWORD, **changes):
    page = client.get(address(prescription)).text
    fields = {"attempt": hidden(page, "attempt"), "shown": hidden(page, "shown"), "password": password, **changes}
    return client.post(address(prescription) + "ask-again/", fields)


# --- where it stands ------------------------------------------------------------------------------------------------


def test_a_held_one_says_for_exactly_what_and_asks_by_itself(surgery, clinic):
    prescription = make_held(clinic, make_patient(clinic))
    page = surgery.get(address(prescription)).text
    words = plain(page)
    assert "It waits for" in words
    for says in ("agreement since enrolling.", "The patient can clear this.", "The site asks again by itself."):
        assert says in words, says
    assert 'hx-trigger="every 3s"' in page
    assert "Look now" in words


def test_one_with_everything_met_is_being_released(surgery, clinic):
    page = surgery.get(address(make_held(clinic, make_ready_patient(clinic)))).text
    assert "Everything is met. The number is being issued" in page


def test_one_that_nothing_can_free_offers_to_be_written_again(surgery, clinic):
    prescription = make_held(clinic, make_ready_patient(clinic), refills=2)
    page = surgery.get(address(prescription)).text
    assert "Nothing that happens later can free this prescription." in page
    assert "The prescription has refills, which are not allowed." in page
    assert "A new one would have to wait for" not in page
    assert f"/prescribe/{PROGRAM}/?again={prescription.pk}" in page
    assert "hx-trigger" not in page


def test_what_is_wrong_with_it_stands_apart_from_what_a_new_one_would_wait_for(surgery, clinic):
    page = surgery.get(address(make_held(clinic, make_patient(clinic), refills=2))).text
    wrong, wait = page.split("A new one would have to wait for")
    assert "has refills" in wrong
    assert "agreement since enrolling" not in wrong
    assert "agreement since enrolling" in wait


def test_a_released_one_shows_its_number_in_fours_aloud_and_until_when(surgery, clinic):
    authorization = make_released(clinic)
    page = surgery.get(address(authorization)).text
    assert spoken(authorization.number) in plain(page)
    assert "It may be dispensed until the end of Mon 8 Mar 2027 (New York time)." in page
    assert "Said aloud:" in page
    assert "hx-trigger" not in page


def test_a_confirmed_one_says_by_whom_and_until_when(surgery, clinic):
    page = surgery.get(address(make_confirmed(clinic).authorization)).text
    assert "Harbour Pharmacy holds it until 09:00 Tue 2 Mar 2027 (New York time)." in page


def test_a_dispensed_one_says_when_and_until_when_it_lasts(surgery, clinic):
    page = surgery.get(address(make_dispensed(clinic).authorization)).text
    assert "The supply left the pharmacy at 09:00 Mon 1 Mar 2027 (New York time)" in page
    assert "covers until Sun 28 Mar 2027" in page
    assert "Withdraw this prescription" not in page


def test_a_void_one_says_why_and_offers_a_new_signature(surgery, clinic, morning):
    authorization = make_released(clinic, make_ready_patient(clinic, category=CANNOT))
    patient = authorization.prescription.patient_id
    with clock.moved_to(morning + timedelta(hours=1)):
        enrol.change_category(patient, by=clinic.doctor, program=PROGRAM, category=CANNOT, reason="entered anew")
        page = surgery.get(address(authorization)).text
    assert "The patient&#x27;s category was changed." in page
    assert spoken(authorization.number) not in plain(page)
    assert "A new number would have to wait for" in page
    assert "Sign again to ask for a new number" in page


def test_a_supply_that_is_out_when_it_is_voided_says_call_the_patient(surgery, clinic):
    supply = make_dispensed(clinic)
    make_test(clinic, supply.authorization.prescription.patient, result="positive")
    page = surgery.get(address(supply.authorization)).text
    assert "A pregnancy test came back positive." in page
    assert "Call the patient now" in page
    assert "Sign again" not in page


def test_an_expired_one_says_since_when(surgery, clinic, morning):
    authorization = make_released(clinic)
    with clock.moved_to(morning + timedelta(days=9)):
        page = surgery.get(address(authorization)).text
    assert "The number was good until the end of Mon 8 Mar 2027 (New York time) and was not used." in page


def test_a_withdrawn_one_says_why(surgery, clinic):
    prescription = make_held(clinic, make_patient(clinic))
    write.withdraw(prescription.pk, by=clinic.doctor, reason="changed")
    page = surgery.get(address(prescription)).text
    assert "dose or medicine changed" in page
    assert "Write it again today" in page


def test_a_lapsed_one_offers_a_new_form(surgery, clinic, morning):
    prescription = make_held(clinic, make_patient(clinic))
    with clock.moved_to(morning + timedelta(days=40)):
        release.release_if_ready(prescription.pk)
        page = surgery.get(address(prescription)).text
    assert "too old to be released" in page
    assert "Write it again today" in page


# --- the part that looks again by itself ----------------------------------------------------------------------------


def test_a_poll_sends_nothing_while_nothing_changed(surgery, clinic):
    prescription = make_held(clinic, make_ready_patient(clinic))
    page = surgery.get(address(prescription)).text
    poll = re.search(r'hx-get="([^"]+)"', page).group(1)
    assert surgery.get(poll).status_code == 204
    release.release_if_ready(prescription.pk)
    changed = surgery.get(poll)
    assert changed.status_code == 200
    assert "<html" not in changed.text
    assert "Released" in changed.text
    assert "hx-trigger" not in changed.text


def test_a_poll_neither_prolongs_the_session_nor_counts_as_reading(surgery, clinic):
    prescription = make_held(clinic, make_patient(clinic))
    surgery.get(address(prescription) + "status/")
    assert "seen_at" not in surgery.session
    assert not AccessEvent.objects.exists()
    surgery.get(address(prescription))
    assert "seen_at" in surgery.session
    assert AccessEvent.objects.get().what == "prescription"


# --- withdrawing ----------------------------------------------------------------------------------------------------


def test_its_prescriber_withdraws_it_with_a_reason(surgery, clinic):
    prescription = make_held(clinic, make_patient(clinic))
    assert "Choose a reason." in surgery.post(address(prescription) + "withdraw/").text
    assert surgery.post(address(prescription) + "withdraw/", {"reason": "not-needed"}).status_code == 302
    prescription.refresh_from_db()
    assert prescription.withdrawn_reason == "not-needed"
    assert not Hold.objects.exists()


def test_withdrawing_tells_the_pharmacy_that_holds_it(surgery, clinic):
    confirmation = make_confirmed(clinic)
    surgery.post(address(confirmation.authorization) + "withdraw/", {"reason": "mistake"})
    assert PharmacyNotice.objects.get().pharmacy == clinic.pharmacy


def test_a_positive_test_after_a_withdrawal_is_still_one_notice(surgery, clinic):
    confirmation = make_confirmed(clinic)
    surgery.post(address(confirmation.authorization) + "withdraw/", {"reason": "mistake"})
    make_test(clinic, confirmation.authorization.prescription.patient, result="positive")
    assert PharmacyNotice.objects.count() == 1


def test_what_was_dispensed_is_not_withdrawn(surgery, clinic):
    supply = make_dispensed(clinic)
    surgery.post(address(supply.authorization) + "withdraw/", {"reason": "mistake"})
    assert Prescription.objects.get().withdrawn_at is None
    with pytest.raises(write.AlreadyDispensed):
        write.withdraw(supply.authorization.prescription_id, by=clinic.doctor, reason="mistake")


def test_a_partner_sees_it_and_cannot_withdraw_or_sign_it(clinic):
    authorization = make_released(clinic)
    partner = signed_in(make_prescriber(clinic.practice, name="Paula Partner").user)
    page = partner.get(address(authorization))
    assert page.status_code == 200
    assert "Withdraw this prescription" not in page.text
    said = partner.post(address(authorization) + "withdraw/", {"reason": "mistake"}, follow=True).text
    assert "Only the prescriber who signed it can withdraw it." in said


def test_a_delegate_reads_it_and_can_do_neither(front_desk, clinic):
    prescription = make_held(clinic, make_patient(clinic))
    assert "Withdraw this prescription" not in front_desk.get(address(prescription)).text
    for act in ("withdraw", "ask-again"):
        assert front_desk.post(address(prescription) + f"{act}/", {"reason": "mistake"}).status_code == 403


def test_another_practices_prescription_does_not_exist(clinic, counter):
    prescription = make_held(clinic, make_patient(clinic))
    stranger = signed_in(make_prescriber().user)
    for path in ("", "status/", "withdraw/", "ask-again/"):
        missing = stranger.get(f"/prescriptions/{uuid4()}/{path}")
        theirs = stranger.get(address(prescription) + path)
        assert (theirs.status_code, missing.status_code) == (404, 404), path
        assert plain(theirs.text) == plain(missing.text)
        assert counter.get(address(prescription) + path).status_code == 403


# --- asking for a new number ----------------------------------------------------------------------------------------


@pytest.fixture
def voided(clinic):
    """A man's number that a category entered anew made void; nothing else is in the way any more."""
    authorization = make_released(clinic, make_ready_patient(clinic, category=MALE))
    patient = authorization.prescription.patient_id
    enrol.change_category(patient, by=clinic.doctor, program=PROGRAM, category=MALE, reason="entered anew")
    record_evidence.sign_agreement(patient, by=clinic.doctor, program=PROGRAM, category=MALE)
    return authorization


def test_a_new_signature_gets_a_new_number_and_is_kept(surgery, clinic, voided):
    assert ask_again(surgery, voided).status_code == 302
    newest = Authorization.objects.get(voided_at=None)
    assert newest.number != voided.number
    signature = Signature.objects.get(subject_id=voided.prescription_id, meaning__contains="new authorization number")
    assert "REQUEST FOR A NEW AUTHORIZATION NUMBER" in bytes(signature.document).decode()
    assert spoken(newest.number) in plain(surgery.get(address(voided)).text)


def test_without_a_new_signature_nothing_asks_again(clinic, voided):
    assert release.release_if_ready(voided.prescription_id) is None
    assert Authorization.objects.count() == 1


def test_a_wrong_password_asks_for_nothing(surgery, voided):
    before = Decision.objects.count()
    page = ask_again(surgery, voided, password="not this one").text
    assert "This is not your password." in page
    assert Decision.objects.count() == before


def test_a_double_submit_asks_once(surgery, voided):
    page = surgery.get(address(voided)).text
    fields = {"attempt": hidden(page, "attempt"), "shown": hidden(page, "shown"), "password": PASSWORD}
    for _ in range(2):
        assert surgery.post(address(voided) + "ask-again/", fields).status_code == 302
    assert Authorization.objects.count() == 2
    assert Signature.objects.filter(meaning__contains="new authorization number").count() == 1


def test_a_signature_that_gets_a_no_is_kept_and_held(surgery, clinic, voided, morning):
    patient = voided.prescription.patient_id
    with clock.moved_to(morning + timedelta(hours=1)):
        enrol.change_category(patient, by=clinic.doctor, program=PROGRAM, category=MALE, reason="once more")
        ask_again(surgery, voided)
        page = surgery.get(address(voided)).text
    assert "It waits for" in page
    assert Decision.objects.filter(gate="release", allowed=False).count() == 1
    with clock.moved_to(morning + timedelta(hours=2)):
        record_evidence.sign_agreement(patient, by=clinic.doctor, program=PROGRAM, category=MALE)
    assert release.release_if_ready(voided.prescription_id).allowed


def test_asking_again_while_a_number_is_good_never_holds_it(surgery, clinic):
    authorization = make_released(clinic)
    act = service.ask_again(authorization.prescription_id, by=clinic.doctor, document="again", attempt_id=uuid4())
    assert list(act.decision.blockers) == ["prescription-closed"]
    assert not Hold.objects.exists()


def test_nobody_else_asks_for_a_new_number(clinic, voided):
    partner = make_prescriber(clinic.practice)
    with pytest.raises(write.NotTheirs):
        service.ask_again(voided.prescription_id, by=partner.user, document="again", attempt_id=uuid4())
    assert Signature.objects.filter(meaning__contains="new authorization number").count() == 0


@pytest.mark.parametrize("broken", [{"attempt": "x"}, {"shown": "0" * 64}, {"attempt": "\x00"}, {"shown": "x" * 5000}])
def test_a_broken_page_signs_nothing(surgery, voided, broken):
    assert ask_again(surgery, voided, **broken).status_code in {200, 409}
    assert Authorization.objects.count() == 1


@pytest.mark.parametrize("path", ["withdraw/", "ask-again/"])
def test_an_act_address_opened_by_hand_leads_to_the_page(surgery, clinic, path):
    prescription = make_held(clinic, make_patient(clinic))
    assert surgery.get(address(prescription) + path).url == address(prescription)


def test_the_page_costs_few_queries(surgery, front_desk, clinic):
    authorization = make_released(clinic)
    confirm.confirm(authorization.prescription_id, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist)
    held = make_held(clinic, make_patient(clinic))
    for client in (surgery, front_desk):
        for row in (authorization, held):
            where = address(row)
            with at_most(12):
                assert client.get(where).status_code == 200
            with at_most(12):
                assert client.get(where + "status/").status_code == 200


def test_the_acts_cost_few_queries(surgery, clinic, voided):
    where, page = address(voided), surgery.get(address(voided)).text
    fields = {"attempt": hidden(page, "attempt"), "shown": hidden(page, "shown"), "password": PASSWORD}
    with at_most(30):
        surgery.post(where + "ask-again/", fields)
    with at_most(30):
        surgery.post(where + "withdraw/", {"reason": "mistake"})
