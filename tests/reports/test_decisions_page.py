"""Every decision with everything it was made from, by patient code."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from compliance.models import AccessEvent
from compliance.programs import load_programs
from compliance.rules.decide import CHECKS
from compliance.rules.program import Program
from compliance.services import correct_evidence, enrol
from prescriptions.models import Decision
from prescriptions.services import release
from reports.words import CHECKS as CHECK_WORDS
from tests import factories as make
from tests.reports import scenes

pytestmark = pytest.mark.django_db
LIST = reverse("decisions")


def page_of(decision):
    return reverse("decision", args=[decision.pk])


@pytest.fixture
def refused(clinic):
    """The refusal of a release, a day before noon."""
    return scenes.held_for_agreement(clinic, scenes.NOON - timedelta(days=1)).decisions.get()


@pytest.fixture
def dispensed(clinic):
    """The decision that let a supply go to a woman who can get pregnant."""
    with scenes.at(scenes.NOON - timedelta(hours=5)):
        patient = make.make_ready_patient(clinic, given_name=scenes.NAME, family_name=scenes.FAMILY)
        authorization = make.make_released(clinic, patient)
    with scenes.at(scenes.NOON - timedelta(hours=4)):
        return make.make_dispensed(clinic, make.make_confirmed(clinic, authorization)).decision


def test_a_refusal_shows_its_reasons_its_edition_and_its_moment(auditor, noon, refused):
    text = auditor.get(page_of(refused)).text

    assert "agreement-missing" in text
    assert refused.edition in text
    assert refused.edition_sha256 in text
    assert "12:00 Tue 2 Mar 2027 (New York time)" in text
    assert refused.patient.code in text


def test_a_decision_shows_what_was_known_then_and_nothing_learnt_later(auditor, clinic, noon, dispensed):
    with scenes.at(scenes.NOON - timedelta(hours=1)):
        make.make_test(clinic, dispensed.patient, result="indeterminate")

    page = auditor.get(page_of(dispensed))

    kinds = [entry["kind"] for entry in page.context["inputs"]]
    assert kinds.count("Pregnancy test result") == 2
    assert {"Pharmacy certified", "Prescriber certified", "Confirmed", "Released"} <= set(kinds)
    assert "Dispensed" not in kinds
    assert "indeterminate" not in page.text


def test_a_decision_asked_again_gives_the_same_answer(auditor, noon, dispensed, refused):
    for decision in (dispensed, refused, *Decision.objects.all()):
        page = auditor.get(page_of(decision))
        assert page.context["recheck"].differences == ()
        assert page.context["recheck"].sealed
        assert "the same answer, byte for byte" in page.text


def test_a_decision_the_rules_would_not_repeat_says_in_what(auditor, noon, refused, monkeypatch):
    monkeypatch.setitem(load_programs(), make.PROGRAM, with_another_hash(load_programs()[make.PROGRAM]))

    page = auditor.get(page_of(refused))

    assert "another answer" in page.text
    assert f"edition_sha256 was &quot;{refused.edition_sha256}&quot;" in page.text


def test_a_decision_of_a_program_that_is_unknown_today_is_still_shown(auditor, noon, refused, monkeypatch):
    known = load_programs()[make.PROGRAM]
    monkeypatch.setitem(load_programs(), make.PROGRAM, Program(known.code, later(known)))

    page = auditor.get(page_of(refused))

    assert page.status_code == 200
    assert page.context["checks"] == []
    assert "cannot be asked again" in page.text


def with_another_hash(program):
    return Program(program.code, tuple(replace(edition, sha256="0" * 64) for edition in program.editions))


def later(program):
    """The same program, whose first edition is yet to come."""
    first = program.editions[0]
    return (replace(first, start=replace(first.start, on=date(2099, 1, 1))),)


def test_every_check_of_the_gate_is_shown_with_its_result(auditor, noon, refused):
    checks = auditor.get(page_of(refused)).context["checks"]

    assert len(checks) == len(CHECKS["release"])
    assert [check["code"] for check in checks if check["code"]] == refused.blockers
    assert {"says": "The patient agreement is signed.", "code": "agreement-missing"} in checks


def test_every_check_has_words():
    names = {check.__name__ for checks in CHECKS.values() for check in checks}

    assert names == set(CHECK_WORDS)


def test_the_signature_is_shown_by_its_hash_and_never_by_the_name_under_it(auditor, clinic, noon, refused):
    text = auditor.get(page_of(refused)).text

    assert bytes(refused.prescription.signature.sha256).hex() in text
    assert refused.prescription.signature.printed_name not in text


def test_reading_a_decision_leaves_an_access_event(auditor, noon, refused):
    auditor.get(page_of(refused))

    event = AccessEvent.objects.get(patient=refused.patient)
    assert (event.what, event.read_at) == ("decision", scenes.NOON)


def test_the_list_leaves_no_access_event(auditor, noon, refused):
    auditor.get(LIST)

    assert not AccessEvent.objects.exists()


def test_no_name_date_of_birth_or_free_text_is_shown(auditor, clinic, noon):
    secret = f"{scenes.NAME} {scenes.FAMILY} told us at the front desk"
    with scenes.at(scenes.NOON - timedelta(hours=5)):
        patient = make.make_ready_patient(clinic, given_name=scenes.NAME, family_name=scenes.FAMILY)
        wrong = make.make_test(clinic, patient, result="positive")
        correct_evidence.correct_test(wrong, by=clinic.doctor, reason=secret, result="negative")
        enrol.change_category(patient.pk, by=clinic.doctor, program=make.PROGRAM, category=make.CANNOT, reason=secret)
        prescription = make.make_held(clinic, patient)
        decision = release.release_if_ready(prescription.pk)

    page = auditor.get(page_of(decision))
    listed = auditor.get(LIST).text

    for text in (page.text, listed):
        for word in (scenes.NAME, scenes.FAMILY, "front desk", "1980-05-17", "1980"):
            assert word not in text
    assert ("reason", "withheld") in [pair for entry in page.context["inputs"] for pair in entry["values"]]


def test_the_list_is_filtered_by_gate_answer_reason_and_patient(auditor, clinic, noon, dispensed, refused):
    def found(**asked):
        return set(auditor.get(LIST, asked).context["page"].object_list)

    assert found() == set(Decision.objects.all())
    assert found(gate="dispense") == {dispensed}
    assert found(answer="no") == {refused}
    assert found(answer="yes") == set(Decision.objects.filter(allowed=True))
    assert found(reason="agreement-missing") == {refused}
    assert found(reason="test-positive") == set()
    assert found(patient=f" {refused.patient.code.lower()} ") == {refused}
    assert found(gate="confirm", answer="no") == set()


@pytest.mark.parametrize(
    "asked",
    [{"gate": "moon"}, {"answer": "perhaps"}, {"reason": "x" * 9000}, {"patient": "P" * 40}, {"from": "never"}],
    ids=str,
)
def test_a_filter_that_means_nothing_is_a_clear_error(auditor, noon, asked):
    page = auditor.get(LIST, asked)

    assert page.status_code == 400
    assert "error-summary" in page.text


def test_a_long_list_comes_in_pages_that_keep_the_filters(auditor, clinic, noon, monkeypatch):
    monkeypatch.setattr("reports.views.decisions.DECISIONS_A_PAGE", 2)
    for hours in (1, 2, 3):
        scenes.held_for_agreement(clinic, scenes.NOON - timedelta(hours=hours))

    page = auditor.get(LIST, {"gate": "release"})

    assert len(page.context["page"].object_list) == 2
    assert "Page 1 of 2" in page.text
    assert "gate=release&amp;page=2" in page.text


def test_a_number_leads_to_the_decision_that_issued_it(auditor, noon, dispensed):
    confirmation = dispensed.dispense.confirmation
    numbers = {
        dispensed.dispense.receipt: dispensed,
        confirmation.number: confirmation.decision,
        confirmation.authorization.number: confirmation.authorization.decision,
    }
    for number, decision in numbers.items():
        spaced = " ".join(number[place : place + 4] for place in range(0, 16, 4))
        assert auditor.post(LIST, {"number": spaced}).url == page_of(decision)


@pytest.mark.parametrize("typed", ["", "12", "x" * 5000, "1234 5678 9012 3456", "\x00", "1" * 60])
def test_a_number_nobody_issued_is_a_clear_error(auditor, noon, typed):
    page = auditor.post(LIST, {"number": typed})

    assert page.status_code == 200
    assert page.context["number"].errors


def test_a_decision_that_does_not_exist_is_not_found(auditor, noon):
    assert auditor.get(reverse("decision", args=[uuid4()])).status_code == 404
    assert auditor.get("/program/decisions/not-a-key/").status_code == 404


@pytest.mark.parametrize("who", ["pharmacist", "delegate", "doctor"])
def test_only_the_program_office_reads_decisions(client, clinic, noon, refused, who):
    client.force_login(getattr(clinic, who))

    assert client.get(LIST).status_code == 403
    assert client.get(page_of(refused)).status_code == 403
    assert not AccessEvent.objects.exists()


def test_pages_ask_the_database_as_often_for_many_decisions_as_for_few(
    auditor, clinic, noon, dispensed, django_assert_max_num_queries
):
    for hours in range(1, 12):
        scenes.held_for_agreement(clinic, scenes.NOON - timedelta(hours=hours))

    with django_assert_max_num_queries(12):
        auditor.get(LIST)
    with django_assert_max_num_queries(12):
        auditor.get(page_of(dispensed))
