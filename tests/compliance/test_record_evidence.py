"""Each fact has one service: it writes one typed row and one entry, or nothing."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from compliance import clock
from compliance.models import LedgerEntry, LedgerFact
from compliance.services import correct_evidence, enrol, record_evidence, treat
from compliance.services.enrol import UnknownCategory
from compliance.services.session import NoSuchChain
from tests.factories import CAN, CANNOT, MALE, PROGRAM, make_patient, make_test

PRESCRIPTION = uuid4()
TEST = {"result": "negative", "sensitivity": 25, "setting": "lab"}


def tell(kind, patient_id, **more):
    """Tell a fact of each kind as plainly as it goes."""
    return TOLD[kind](patient_id, **more)


def tell_test(patient_id, at=None, **more):
    collected = (at or clock.now()) - timedelta(hours=1)
    return record_evidence.record_test(patient_id, at=at, **({"collected_at": collected} | TEST | more))


TOLD = {
    "agreement.signed": lambda patient, **more: record_evidence.sign_agreement(
        patient, **({"program": PROGRAM, "category": CAN} | more)
    ),
    "counselled": lambda patient, **more: record_evidence.record_counselling(patient, program=PROGRAM, **more),
    "contraception.stated": lambda patient, **more: record_evidence.attest_contraception(
        patient, **({"methods": ["iud", "male-condom"], "since_on": date(2027, 1, 1)} | more)
    ),
    "test.resulted": tell_test,
    "survey.completed": lambda patient, **more: record_evidence.record_survey(
        patient, **({"program": PROGRAM, "answered_by": "patient"} | more)
    ),
    "form.signed": lambda patient, **more: record_evidence.sign_prescription_form(
        patient, **({"program": PROGRAM, "form": "paf", "prescription_id": PRESCRIPTION} | more)
    ),
    "menses.pattern": lambda patient, **more: record_evidence.record_menses_pattern(
        patient, **({"pattern": "irregular"} | more)
    ),
    "menses.abnormal": record_evidence.report_abnormal_menses,
    "pregnancy.reported": lambda patient, **more: record_evidence.report_pregnancy(
        patient, **({"who": "patient"} | more)
    ),
    "pregnancy.excluded": record_evidence.exclude_pregnancy,
    "treatment.started": lambda patient, **more: treat.change_treatment(
        patient, **({"program": PROGRAM, "change": "started"} | more)
    ),
    "treatment.stopped": lambda patient, **more: treat.change_treatment(
        patient, **({"program": PROGRAM, "change": "stopped"} | more)
    ),
    "treatment.held": lambda patient, **more: treat.change_treatment(
        patient, **({"program": PROGRAM, "change": "held", "reason": "low counts"} | more)
    ),
    "treatment.resumed": lambda patient, **more: treat.change_treatment(
        patient, **({"program": PROGRAM, "change": "resumed", "reason": "counts are back"} | more)
    ),
}
REFUSED = [
    ("agreement.signed", {"category": "adult-woman"}),
    ("contraception.stated", {"methods": ["prayer"]}),
    ("test.resulted", {"result": "maybe"}),
    ("test.resulted", {"setting": "car"}),
    ("test.resulted", {"sensitivity": 0}),
    ("test.resulted", {"sensitivity": float("nan")}),
    ("survey.completed", {"answered_by": "prescriber"}),
    ("survey.completed", {"answered_by": "neighbour"}),
    ("form.signed", {"form": ""}),
    ("form.signed", {"form": "x" * 201}),
    ("menses.pattern", {"pattern": "lunar"}),
    ("pregnancy.reported", {"who": "friend"}),
    ("treatment.held", {"reason": ""}),
    ("treatment.held", {"reason": "r" * 201}),
    ("treatment.resumed", {"reason": "two\nlines"}),
    ("treatment.held", {"reason": "NUL \0"}),
    ("treatment.started", {"change": "doubled"}),
]


@pytest.fixture
def patient(clinic):
    return make_patient(clinic)


def entries(patient):
    return LedgerEntry.objects.filter(chain=patient.pk).order_by("seq")


@pytest.mark.parametrize("kind", TOLD)
def test_a_fact_is_one_row_and_one_entry(clinic, patient, morning, kind):
    row = tell(kind, patient.pk, by=clinic.doctor)
    assert isinstance(row, LedgerFact)
    entry = entries(patient).last()
    assert (entry.seq, entry.kind, entry.pk) == (2, kind, row.entry_id)
    assert (row.at, row.recorded_at, row.recorded_by) == (morning, morning, clinic.doctor)
    assert type(row).objects.get(pk=row.pk).entry == entry


@pytest.mark.parametrize("kind", TOLD)
def test_what_happened_yesterday_is_learnt_now(patient, morning, kind):
    yesterday = morning - timedelta(days=1)
    row = tell(kind, patient.pk, by=None, at=yesterday)
    assert (row.at, row.recorded_at) == (yesterday, morning)


@pytest.mark.parametrize("kind", TOLD)
def test_what_happens_later_is_refused(patient, morning, kind):
    with pytest.raises(ValueError, match="recorded_at"):
        tell(kind, patient.pk, by=None, at=morning + timedelta(minutes=1))
    assert entries(patient).count() == 1


@pytest.mark.parametrize("kind", TOLD)
def test_a_patient_nobody_knows_has_no_facts(morning, kind):
    with pytest.raises(NoSuchChain):
        tell(kind, uuid4(), by=None)


@pytest.mark.parametrize(("kind", "wrong"), REFUSED, ids=[f"{kind}-{next(iter(wrong))}" for kind, wrong in REFUSED])
def test_what_the_contract_refuses_leaves_nothing(patient, kind, wrong):
    with pytest.raises(ValueError, match=r".+"):
        tell(kind, patient.pk, by=None, **wrong)
    assert entries(patient).count() == 1


def test_a_test_is_not_known_before_it_was_collected(patient, morning):
    with pytest.raises(ValueError, match="collected_at"):
        tell("test.resulted", patient.pk, by=None, collected_at=morning + timedelta(seconds=1))
    assert tell("test.resulted", patient.pk, by=None, collected_at=morning).collected_at == morning


def test_no_contraception_is_a_statement_too(patient):
    assert tell("contraception.stated", patient.pk, by=None, methods=[]).methods == []


def test_contraception_may_begin_tomorrow(patient):
    row = tell("contraception.stated", patient.pk, by=None, since_on=date(2027, 3, 2))
    assert row.step() == {"methods": ["iud", "male-condom"], "since": "2027-03-02"}


def test_a_persons_facts_belong_to_no_program(patient):
    tell("test.resulted", patient.pk, by=None)
    tell("agreement.signed", patient.pk, by=None)
    assert [entry.program for entry in entries(patient)] == [PROGRAM, "", PROGRAM]


def test_a_correction_names_the_test_and_leaves_it_as_it_was(clinic, patient, morning):
    test = make_test(clinic, patient)
    row = correct_evidence.correct_test(test, by=clinic.doctor, reason="misread", result="positive", sensitivity=10)
    assert row.step() == {"test": str(test.pk), "reason": "misread", "result": "positive", "sensitivity": 10}
    test.refresh_from_db()
    assert (test.result, test.sensitivity) == ("negative", 25)


@pytest.mark.parametrize(
    "wrong",
    [{}, {"result": "maybe"}, {"sensitivity": -1}, {"setting": "car"}, {"result": "negative", "reason": ""}],
    ids=["nothing", "result", "sensitivity", "setting", "reason"],
)
def test_a_correction_that_says_nothing_sensible_is_refused(clinic, patient, wrong):
    test = make_test(clinic, patient)
    with pytest.raises(ValueError, match=r".+"):
        correct_evidence.correct_test(test, by=clinic.doctor, **({"reason": "misread"} | wrong))
    assert not test.corrections.exists()


def test_a_correction_cannot_move_a_collection_past_its_own_moment(clinic, patient, morning):
    test = make_test(clinic, patient)
    with pytest.raises(ValueError, match="collected_at"):
        correct_evidence.correct_test(
            test, by=None, reason="clock", collected_at=morning + timedelta(minutes=1), at=morning
        )


def test_a_home_test_can_be_corrected_to_one_that_was_not_allowed(clinic, patient):
    test = make_test(clinic, patient, setting="home", home_allowed=True)
    row = correct_evidence.correct_test(test, by=None, reason="nobody allowed it", home_allowed=False)
    assert row.step()["home_allowed"] is False


def test_a_test_can_be_voided_with_a_reason(clinic, patient):
    test = make_test(clinic, patient)
    assert correct_evidence.void_test(test, by=None, reason="wrong patient").step()["test"] == str(test.pk)
    with pytest.raises(ValueError, match="reason"):
        correct_evidence.void_test(test, by=None, reason="")


def test_enrolling_registers_the_person_and_begins_their_chain(clinic, morning):
    patient = make_patient(clinic, category=MALE, given_name="Max", email="")
    assert (patient.registered_at, patient.practice, patient.name.split()[0]) == (morning, clinic.practice, "Max")
    enrolment = patient.enrolments.get()
    assert (enrolment.category, enrolment.birth_date, enrolment.at) == (MALE, patient.birth_date, morning)
    assert entries(patient).get().kind == "patient.enrolled"


def test_a_patient_code_says_nothing_and_repeats_nothing(clinic):
    codes = {make_patient(clinic).code for _ in range(20)}
    assert len(codes) == 20
    assert all(code.startswith("P-") and not set(code[2:]) & set("AEIOU01") for code in codes)


def test_an_unknown_category_enrols_nobody(clinic):
    with pytest.raises(UnknownCategory):
        make_patient(clinic, category="wcbp")
    patient = make_patient(clinic)
    with pytest.raises(UnknownCategory):
        enrol.enrol_again(patient, by=None, program=PROGRAM, category="wcbp")
    with pytest.raises(UnknownCategory):
        enrol.change_category(patient.pk, by=None, program=PROGRAM, category="wcbp", reason="typing error")
    assert entries(patient).count() == 1


def test_a_category_changes_with_a_reason(clinic, patient):
    change = enrol.change_category(patient.pk, by=clinic.doctor, program=PROGRAM, category=CANNOT, reason="surgery")
    assert change.step() == {"category": CANNOT, "reason": "surgery"}
    with pytest.raises(ValueError, match="reason"):
        enrol.change_category(patient.pk, by=clinic.doctor, program=PROGRAM, category=CAN, reason="")
