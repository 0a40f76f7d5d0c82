"""The pharmacist's one page: what it answers, and what it never says."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError

from compliance import clock
from compliance.models import AccessEvent
from compliance.rules.program import NoEdition
from compliance.services import certify, enrol, record_evidence
from prescriptions.models import Confirmation, Decision
from prescriptions.numbers import new_number, spoken
from prescriptions.services import lookups, reverse, write
from prescriptions.services.ask_again import ask_again
from tests.factories import (
    MALE,
    PROGRAM,
    make_clinic,
    make_confirmed,
    make_dispensed,
    make_patient,
    make_ready_patient,
    make_released,
    make_test,
)
from tests.prescriptions.conftest import at_most, signed_in

CLINICAL_WORDS = (
    "test",
    "pregnan",
    "contracep",
    "menses",
    "period",
    "positive",
    "negative",
    "agreement",
    "survey",
    "iud",
)
NEUTRAL = "The prescriber has to clear something before this can be dispensed."


def ask(client, number, **headers):
    return client.post("/pharmacy/", {"number": number}, headers=headers)


def words_of(response):
    """What the page says, without its head, its banner and its field."""
    page = response.text
    return page[page.index('id="desk"') : page.index('id="ask-title"')]


def test_the_page_opens_with_its_one_field_in_focus(counter):
    page = counter.get("/pharmacy/").text
    assert page.count("autofocus") == 1
    assert page.index('name="number"') < page.index("autofocus") < page.index('id="number-help"')


def test_a_good_number_is_a_yes_with_everything_the_counter_needs(counter, clinic):
    answer = words_of(ask(counter, make_released(clinic).number))
    assert "YES" in answer
    for needed in ("pomalidomide", "1 × 4 mg", "28 days", "Adult Female Who Can Get Pregnant", "M. S., born 1980"):
        assert needed in answer, needed
    assert "May be dispensed until the end of Mon 8 Mar 2027 (your time)" in answer


@pytest.mark.parametrize("typed", ["{0} {1} {2} {3}", " {0}-{1}.{2}/{3}\n", "{0}{1}{2}{3}", "{0}\t{1}  {2}–{3}"])
def test_a_number_is_read_however_it_is_spaced(counter, clinic, typed):
    number = make_released(clinic).number
    assert "YES" in words_of(ask(counter, typed.format(*spoken(number).split())))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type the authorization number"),
        ("12AB 5678 9012 3456", "has digits only"),
        ("1234 5678", "has 16 digits"),
        ("1" * 5000, "has 16 digits"),
        ("1234\x005678", "Null characters are not allowed"),
    ],
)
def test_what_cannot_be_a_number_is_explained_and_kept_in_the_field(counter, typed, says):
    response = ask(counter, typed)
    assert response.status_code == 200
    assert says in response.text
    assert 'id="answer-word"' not in response.text.split("<template")[0]


def test_one_wrong_digit_is_told_from_an_unknown_number(counter, clinic):
    number = make_released(clinic).number
    wrong = number[:3] + str((int(number[3]) + 1) % 10) + number[4:]
    response = ask(counter, wrong)
    assert "one is wrong, or two changed places" in response.text
    assert spoken(wrong) in response.text or wrong in response.text


def test_a_number_nobody_issued_is_a_no(counter):
    answer = words_of(ask(counter, new_number()))
    assert "NO" in answer
    assert "No authorization has this number." in answer


def test_every_clinical_reason_is_one_neutral_sentence_with_whom_to_call(counter, clinic):
    authorization = make_released(clinic)
    patient = authorization.prescription.patient
    record_evidence.report_abnormal_menses(patient.pk, by=clinic.doctor)
    record_evidence.attest_contraception(patient.pk, by=clinic.doctor, methods=[], since_on=clock.now().date())
    answer = words_of(ask(counter, authorization.number))
    assert answer.count(NEUTRAL) == 1
    assert clinic.practice.phone in answer
    for word in CLINICAL_WORDS:
        assert word not in answer.lower(), word


def test_one_clinical_reason_looks_like_many(counter, clinic):
    one, many = make_released(clinic), make_released(clinic)
    record_evidence.report_abnormal_menses(one.prescription.patient_id, by=clinic.doctor)
    record_evidence.report_abnormal_menses(many.prescription.patient_id, by=clinic.doctor)
    today = clock.now().date()
    record_evidence.attest_contraception(many.prescription.patient_id, by=clinic.doctor, methods=[], since_on=today)
    shown = [
        words_of(ask(counter, row.number)).replace(spoken(row.number), "").split("Asked at")[0] for row in (one, many)
    ]
    assert shown[0] == shown[1]


def test_a_positive_test_shows_the_number_void_and_nothing_of_the_test(counter, clinic):
    authorization = make_released(clinic)
    make_test(clinic, authorization.prescription.patient, result="positive")
    answer = words_of(ask(counter, authorization.number))
    assert "The authorization was withdrawn after it was issued." in answer
    assert NEUTRAL in answer
    for word in CLINICAL_WORDS:
        assert word not in answer.lower(), word


def test_an_expired_number_is_a_no_with_its_reason_in_full(counter, clinic, morning):
    authorization = make_released(clinic)
    with clock.moved_to(morning + timedelta(days=20)):
        answer = words_of(ask(counter, authorization.number))
    assert "The authorization is over." in answer


def test_what_another_pharmacy_holds_is_a_no(counter, other_counter, clinic):
    confirmation = make_confirmed(clinic, pharmacy=clinic.other_pharmacy)
    answer = words_of(ask(counter, confirmation.authorization.number))
    assert "Another pharmacy holds this prescription." in answer
    assert clinic.other_pharmacy.name not in answer
    assert "Confirmed for this pharmacy" in words_of(ask(other_counter, confirmation.authorization.number))


def test_a_withdrawn_prescription_is_a_no(counter, clinic):
    authorization = make_released(clinic)
    write.withdraw(authorization.prescription_id, by=clinic.doctor, reason="mistake")
    assert "The prescriber withdrew this prescription." in words_of(ask(counter, authorization.number))


def test_a_site_whose_certificate_was_taken_back_gets_a_plain_no(counter, clinic):
    authorization = make_released(clinic)
    certify.certify_pharmacy(clinic.pharmacy, by=None, program=PROGRAM, certified=False)
    response = ask(counter, authorization.number)
    assert response.status_code == 200
    assert "The pharmacy is not certified at this moment." in words_of(response)


def test_too_early_a_supply_says_from_when(counter, clinic, morning):
    first = make_dispensed(clinic)
    patient = first.authorization.prescription.patient
    with clock.moved_to(morning + timedelta(days=14)):
        record_evidence.record_survey(patient.pk, by=clinic.doctor, program=PROGRAM, answered_by="patient")
        make_test(clinic, patient)
        answer = words_of(ask(counter, make_released(clinic, patient).number))
    assert "The patient still has too much left of the last supply." in answer
    assert "Possible from Sun 21 Mar 2027 on (your time)" in answer


def test_asking_stores_no_decision_and_leaves_an_access_event(counter, clinic):
    authorization = make_released(clinic)
    before = Decision.objects.count()
    ask(counter, authorization.number)
    assert Decision.objects.count() == before
    seen = AccessEvent.objects.get(patient=authorization.prescription.patient)
    assert (seen.user, seen.what) == (clinic.pharmacist, "pharmacy desk")


def test_the_number_is_in_no_address(counter, clinic):
    number = make_released(clinic).number
    page = ask(counter, number).text
    assert number not in page.replace("value=", "")
    assert f"{number}/" not in page


@pytest.mark.parametrize("failure", [OperationalError("gone"), NoEdition("none"), KeyError("unknown")])
def test_what_keeps_the_site_from_answering_is_never_a_no(counter, clinic, monkeypatch, failure):
    authorization = make_released(clinic)

    def fail(*_args, **_kwargs):
        raise failure

    monkeypatch.setattr("prescriptions.views.desk.answer_for", fail)
    response = ask(counter, authorization.number)
    assert response.status_code == 503
    answer = words_of(response)
    assert "CANNOT TELL" in answer
    assert "neither a yes nor a no" in answer
    assert authorization.number in response.text  # what was typed is still in the field


def test_guessing_is_slowed_down_and_never_locked_out(counter, clinic, monkeypatch):
    monkeypatch.setattr(lookups, "UNKNOWN_ALLOWED", 3)
    number = make_released(clinic).number
    for _ in range(3):
        ask(counter, new_number())
    assert "YES" in words_of(ask(counter, number))
    slowed = words_of(ask(counter, number))
    assert "CANNOT TELL" in slowed
    assert "One number is answered every 20 seconds" in slowed


def test_a_mistype_now_and_then_slows_nobody_down(counter, clinic, morning, monkeypatch):
    monkeypatch.setattr(lookups, "UNKNOWN_ALLOWED", 3)
    number = make_released(clinic).number
    for minutes in range(0, 60, 6):
        with clock.moved_to(morning + timedelta(minutes=minutes)):
            ask(counter, new_number())
            assert "YES" in words_of(ask(counter, number))
            assert "YES" in words_of(ask(counter, number))


def test_htmx_gets_the_desk_alone_and_a_sentence_to_announce(counter, clinic):
    response = ask(counter, make_released(clinic).number, **{"HX-Request": "true"})
    assert "<html" not in response.text
    assert 'hx-swap-oob="true"' in response.text
    assert "YES. May be dispensed until" in response.text


def test_an_answer_is_first_in_reading_order(counter, clinic):
    page = ask(counter, make_released(clinic).number).text
    main = page[page.index("<main") :]
    assert main.index('id="answer-word"') < main.index("<form")


@pytest.mark.parametrize("address", ["/pharmacy/", "/pharmacy/confirm/", "/pharmacy/dispense/", "/pharmacy/reverse/"])
@pytest.mark.parametrize("who", ["doctor", "delegate"])
def test_the_practice_has_no_desk(clinic, address, who):
    assert signed_in(getattr(clinic, who)).post(address).status_code == 403


def test_questions_cost_few_queries(counter, clinic):
    held, elsewhere = make_confirmed(clinic).authorization.number, make_released(make_clinic()).number
    with at_most(12):
        ask(counter, held)
    with at_most(12):
        ask(counter, elsewhere)
    with at_most(12):
        ask(counter, new_number())
    with at_most(12):
        counter.get("/pharmacy/")


def test_a_number_that_was_replaced_says_so(counter, clinic, morning):
    old = make_released(clinic, make_ready_patient(clinic, category=MALE))
    patient = old.prescription.patient_id
    enrol.change_category(patient, by=clinic.doctor, program=PROGRAM, category=MALE, reason="entered anew")
    record_evidence.sign_agreement(patient, by=clinic.doctor, program=PROGRAM, category=MALE)
    with clock.moved_to(morning + timedelta(hours=1)):
        act = ask_again(old.prescription_id, by=clinic.doctor, document="again", attempt_id=uuid4())
        answer = words_of(ask(counter, old.number))
        newer = words_of(ask(counter, act.decision.authorization.number))
    assert "This number was replaced by a newer one" in answer
    assert "YES" in newer


def test_what_the_site_gave_back_can_be_asked_for_again(counter, clinic):
    confirmation = make_confirmed(clinic)
    reverse.reverse(
        confirmation.authorization.prescription_id,
        pharmacy_id=clinic.pharmacy.pk,
        by=clinic.pharmacist,
        reason="mistake",
    )
    assert "Confirm for this pharmacy" in ask(counter, confirmation.authorization.number).text


def test_a_stranger_to_the_site_opens_nothing_by_key(counter, clinic):
    authorization = make_released(clinic)
    page = counter.post("/pharmacy/", {"authorization": str(authorization.pk)})
    assert "Type the authorization number" in page.text


def test_an_enrolled_patient_without_number_is_not_found_by_code(counter, clinic):
    assert "has digits only" in ask(counter, make_patient(clinic).code).text
    assert not Confirmation.objects.exists()


def lose_the_database(monkeypatch):
    def gone(*_args, **_kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", gone)


def test_without_any_database_the_counter_still_says_cannot_tell(counter, monkeypatch):
    lose_the_database(monkeypatch)
    counter.raise_request_exception = False
    for response in (counter.get("/pharmacy/"), ask(counter, new_number())):
        assert response.status_code == 503
        assert "CANNOT TELL" in response.text
        assert "neither a yes nor a no" in response.text


def test_elsewhere_a_failure_is_a_plain_page(surgery, monkeypatch):
    lose_the_database(monkeypatch)
    surgery.raise_request_exception = False
    response = surgery.get("/work-list/")
    assert response.status_code == 503
    assert "Something went wrong here, not with you" in response.text


def test_a_no_shows_nothing_of_the_patient_to_a_site_that_holds_nothing(counter, clinic):
    authorization = make_released(clinic)
    record_evidence.report_abnormal_menses(authorization.prescription.patient_id, by=clinic.doctor)
    answer = words_of(ask(counter, authorization.number))
    for hidden in ("born", "pomalidomide", "Female"):
        assert hidden not in answer
