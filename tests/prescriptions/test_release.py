"""A held prescription is released once everything is met, by the system once a signature."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from stdnum import verhoeff

from compliance import clock
from compliance.models import LedgerEntry
from compliance.programs import load_programs
from compliance.rules.verdict import Code
from compliance.services import certify, record_evidence
from compliance.services.attempts import AttemptRefused
from prescriptions.models import Authorization, Decision, Hold
from prescriptions.services import release
from prescriptions.services.acts import NoSuchPrescription
from tests.factories import (
    CANNOT,
    MALE,
    PROGRAM,
    make_confirmed,
    make_dispensed,
    make_held,
    make_patient,
    make_prescriber,
    make_ready_patient,
    make_released,
    make_test,
    new_york,
)

DAY = timedelta(days=1)


@pytest.fixture
def ready(clinic):
    """Held, and nothing stands in the way."""
    return make_held(clinic, make_ready_patient(clinic))


@pytest.fixture
def waiting(clinic):
    """Held, and nearly everything stands in the way."""
    return make_held(clinic, make_patient(clinic))


@pytest.mark.parametrize(
    ("category", "expires_at"),
    [("adult-female-can", new_york(2027, 3, 9, 0)), (CANNOT, new_york(2027, 4, 1, 0)), (MALE, new_york(2027, 4, 1, 0))],
)
def test_a_ready_prescription_gets_a_number(clinic, morning, category, expires_at):
    held = make_held(clinic, make_ready_patient(clinic, category=category))
    decision = release.release_if_ready(held.pk)
    assert (decision.allowed, decision.blockers, decision.expires_at) == (True, [], expires_at)
    issued = decision.authorization
    assert (issued.issued_at, issued.expires_at, issued.voided_at) == (morning, expires_at, None)
    assert verhoeff.is_valid(issued.number)
    assert not Hold.objects.exists()


def test_the_decision_keeps_everything_it_was_made_from(ready, clinic, morning):
    seq = LedgerEntry.objects.filter(chain=ready.patient_id).count()
    decision = release.release_if_ready(ready.pk)
    edition = load_programs()[PROGRAM].edition_at(morning)
    assert (decision.patient_seq, decision.prescriber_seq, decision.pharmacy_seq) == (seq, 1, None)
    assert (decision.edition, decision.edition_sha256) == (edition.id, edition.sha256)
    assert (decision.decided_at, decision.user, decision.patient) == (morning, None, ready.patient)
    shown = json.loads(bytes(decision.verdict))
    assert (shown["allowed"], shown["edition"], shown["at"]) == (True, edition.id, "2027-03-01T14:00:00Z")


def test_the_outcome_is_on_the_patients_chain_and_names_its_decision(ready):
    decision = release.release_if_ready(ready.pk)
    entry = decision.entry
    assert (entry.chain_id, entry.seq, entry.kind) == (ready.patient_id, decision.patient_seq + 1, "release")
    body = json.loads(bytes(entry.body))
    assert (body["outcome"], body["prescription"], body["decision"]) == ("release", str(ready.pk), str(decision.pk))
    assert datetime.fromisoformat(body["expires_at"]) == decision.expires_at


def test_a_refusal_is_kept_too_and_is_no_event(waiting):
    decision = release.release_if_ready(waiting.pk)
    assert not decision.allowed
    assert Code.AGREEMENT_MISSING in decision.blockers
    assert decision.entry.kind == "release.refused"
    assert decision.blockers == sorted(decision.blockers)
    assert not Authorization.objects.exists()


def test_a_hold_remembers_what_was_seen_and_when_it_can_change(waiting, morning):
    with clock.moved_to(morning + timedelta(minutes=5)):
        decision = release.release_if_ready(waiting.pk)
    hold = Hold.objects.get(pk=waiting.pk)
    assert hold.blockers == decision.blockers
    assert hold.patient_seq == LedgerEntry.objects.filter(chain=waiting.patient_id).count()
    assert (hold.asked_at, hold.prescriber_seq) == (morning + timedelta(minutes=5), 1)
    assert hold.next_change_at == new_york(2027, 3, 2, 0)
    assert hold.freeable


def test_the_same_refusal_is_stored_once(waiting, morning):
    assert release.release_if_ready(waiting.pk) is not None
    with clock.moved_to(morning + DAY):
        assert release.release_if_ready(waiting.pk) is None
    assert Decision.objects.count() == 1
    assert Hold.objects.get().asked_at == morning + DAY


def test_a_refusal_for_other_reasons_is_stored_again(waiting, clinic):
    release.release_if_ready(waiting.pk)
    record_evidence.record_survey(waiting.patient_id, by=clinic.doctor, program=PROGRAM, answered_by="patient")
    decision = release.release_if_ready(waiting.pk)
    assert Code.SURVEY_PATIENT_DUE not in decision.blockers
    assert Decision.objects.count() == 2


def test_the_last_missing_fact_frees_it(clinic):
    patient = make_ready_patient(clinic)
    positive_by_mistake = make_test(clinic, patient, result="indeterminate")
    held = make_held(clinic, patient)
    assert release.release_if_ready(held.pk).blockers == [Code.TEST_UNCLEAR]
    make_test(clinic, patient, collected_at=positive_by_mistake.collected_at + timedelta(minutes=5))
    assert release.release_if_ready(held.pk).allowed


def test_an_uncertified_prescribers_signature_waits_for_the_certificate(clinic):
    patient = make_ready_patient(clinic)
    certify.certify_prescriber(clinic.prescriber, by=None, program=PROGRAM, certified=False)
    held = make_held(clinic, patient)
    assert release.release_if_ready(held.pk).blockers == [Code.PRESCRIBER_NOT_CERTIFIED]
    certify.certify_prescriber(clinic.prescriber, by=None, program=PROGRAM)
    decision = release.release_if_ready(held.pk)
    assert (decision.allowed, decision.prescriber_seq) == (True, 3)


def test_the_system_releases_a_signature_once(ready):
    first = release.release_if_ready(ready.pk)
    assert release.release_if_ready(ready.pk) is None
    assert [decision.pk for decision in Decision.objects.all()] == [first.pk]


@pytest.mark.parametrize("end", ["expiry", "void"])
def test_after_its_end_only_the_prescriber_asks_again(ready, clinic, morning, end):
    release.release_if_ready(ready.pk)
    if end == "void":
        record_evidence.report_pregnancy(ready.patient_id, by=clinic.doctor, who="patient")
        record_evidence.exclude_pregnancy(ready.patient_id, by=clinic.doctor)
    with clock.moved_to(morning + 9 * DAY):
        make_test(clinic, ready.patient)
        make_test(clinic, ready.patient, collected_at=morning - 4 * DAY)
        assert release.release_if_ready(ready.pk) is None
        asked = release.release(ready.pk, by=clinic.doctor)
    assert Decision.objects.count() == 2
    assert asked.decision.user == clinic.doctor


def test_an_open_number_is_never_replaced(clinic, morning):
    old = make_released(clinic, make_ready_patient(clinic, category=MALE))
    with clock.moved_to(morning + 28 * DAY):
        record_evidence.record_survey(old.prescription.patient_id, by=None, program=PROGRAM, answered_by="patient")
        assert release.release(old.prescription_id, by=clinic.doctor).decision.blockers == [Code.PRESCRIPTION_CLOSED]
    old.refresh_from_db()
    assert old.lapsed_at is None


def test_an_expired_number_is_replaced_by_the_next_release(clinic, morning):
    patient = make_ready_patient(clinic)
    old = make_released(clinic, patient)
    with clock.moved_to(morning + 8 * DAY):
        make_test(clinic, patient, collected_at=morning - 5 * DAY)
        make_test(clinic, patient, collected_at=morning + 7 * DAY)
        act = release.release(old.prescription_id, by=clinic.doctor)
        assert act.allowed, act.decision.blockers
    old.refresh_from_db()
    new = act.decision.authorization
    assert (old.lapsed_at, old.voided_at) == (morning + 8 * DAY, None)
    assert new.number != old.number
    assert new.expires_at == new_york(2027, 3, 16, 0)


@pytest.mark.parametrize("make", [make_released, make_confirmed, make_dispensed])
def test_what_is_on_its_way_is_not_released_again(clinic, make):
    made = make(clinic)
    prescription = made.prescription_id if make is make_released else made.decision.prescription_id
    act = release.release(prescription, by=clinic.doctor)
    assert Code.PRESCRIPTION_CLOSED in act.decision.blockers
    assert Authorization.objects.count() == 1


def test_a_held_prescription_lapses_after_thirty_days(waiting, morning):
    release.release_if_ready(waiting.pk)
    last_good_second = new_york(2027, 4, 1, 0) - timedelta(seconds=1)
    with clock.moved_to(last_good_second):
        release.release_if_ready(waiting.pk)
        waiting.refresh_from_db()
        assert (waiting.lapsed_at, waiting.hold.freeable) == (None, True)
    with clock.moved_to(last_good_second + timedelta(seconds=1)):
        assert Code.PRESCRIPTION_TOO_OLD in release.release_if_ready(waiting.pk).blockers
    waiting.refresh_from_db()
    assert waiting.lapsed_at == last_good_second + timedelta(seconds=1)
    assert not Hold.objects.exists()


@pytest.mark.parametrize("wrong", [{"days_supply": 29}, {"days_supply": 0}, {"refills": 1}])
def test_what_is_wrong_with_the_prescription_itself_no_later_fact_frees(clinic, wrong):
    held = make_held(clinic, make_ready_patient(clinic), **wrong)
    release.release_if_ready(held.pk)
    assert not Hold.objects.get(pk=held.pk).freeable


def test_one_press_is_one_decision(ready, clinic):
    attempt = uuid4()
    first = release.release(ready.pk, by=clinic.doctor, attempt_id=attempt)
    again = release.release(ready.pk, by=clinic.doctor, attempt_id=attempt)
    assert (again.decision, again.repeated, first.repeated) == (first.decision, True, False)
    assert again.now.codes == (Code.PRESCRIPTION_CLOSED,)
    assert Decision.objects.count() == 1


def test_another_users_press_is_refused(ready, clinic):
    attempt = uuid4()
    release.release(ready.pk, by=clinic.doctor, attempt_id=attempt)
    with pytest.raises(AttemptRefused):
        release.release(ready.pk, by=make_prescriber(clinic.practice).user, attempt_id=attempt)
    assert Decision.objects.count() == 1


def test_what_nobody_wrote_is_not_released(morning):
    with pytest.raises(NoSuchPrescription):
        release.release(uuid4(), by=None)
    with pytest.raises(NoSuchPrescription):
        release.release_if_ready(uuid4())


def test_a_moment_that_went_back_decides_at_the_last_known_one(ready, morning):
    with clock.moved_to(morning - 3 * DAY):
        assert release.release_if_ready(ready.pk).decided_at == morning
