"""A life in which everything happens once, so that every kind of fact and a row of every model is there."""

from datetime import timedelta

from compliance import clock
from compliance.database import our_models
from compliance.models import (
    Chain,
    Draft,
    Membership,
    Outbox,
    ProgramSignOff,
    Reassessment,
    Reminder,
    ScheduledTest,
    Survey,
    TestCorrection,
    TreatmentChange,
)
from compliance.services import audit, certify, correct_evidence, enrol, record_evidence, treat
from prescriptions.models import Authorization, Confirmation, Decision, Dispense, Hold, Prescription
from prescriptions.services import reverse
from tests.factories import (
    CANNOT,
    PROGRAM,
    make_confirmed,
    make_dispensed,
    make_held,
    make_ready_patient,
    make_released,
    make_test,
    today,
)


def tell_everything(clinic):
    """Every fact of the contract about one patient, each by its service; returns the patient."""
    supply = make_dispensed(clinic)
    prescription = supply.authorization.prescription
    patient, by = prescription.patient, clinic.doctor
    treat.change_treatment(patient.pk, by=by, program=PROGRAM, change="started")
    treat.change_treatment(patient.pk, by=by, program=PROGRAM, change="held", reason="low counts")
    treat.change_treatment(patient.pk, by=by, program=PROGRAM, change="resumed", reason="counts are back")
    treat.change_treatment(patient.pk, by=by, program=PROGRAM, change="stopped")
    record_evidence.record_counselling(patient.pk, by=by, program=PROGRAM)
    record_evidence.record_menses_pattern(patient.pk, by=by, pattern="irregular")
    record_evidence.report_abnormal_menses(patient.pk, by=by)
    record_evidence.report_pregnancy(patient.pk, by=by, who="partner")
    record_evidence.exclude_pregnancy(patient.pk, by=by)
    record_evidence.sign_prescription_form(
        patient.pk, by=by, program=PROGRAM, form="paf", prescription_id=prescription.pk
    )
    decimal = make_test(clinic, patient, sensitivity=6.3, setting="home", home_allowed=True)
    correct_evidence.correct_test(decimal, by=by, reason="read from the kit", sensitivity=6.25)
    whole = make_test(clinic, patient)
    correct_evidence.correct_test(
        whole,
        by=by,
        reason="copied wrongly",
        result="indeterminate",
        collected_at=whole.collected_at - timedelta(hours=1),
        sensitivity=20,
        setting="clinic",
        home_allowed=True,
    )
    correct_evidence.void_test(whole, by=by, reason="spoiled «sample» – naïve")
    reverse.reverse(
        prescription.pk, pharmacy_id=clinic.pharmacy.pk, by=clinic.pharmacist, reason="mistake", note="wrong bag"
    )
    enrol.change_category(patient.pk, by=by, program=PROGRAM, category=CANNOT, reason="surgery")
    certify.certify_prescriber(clinic.prescriber, by=by, program="us-thalidomide", certified=False)
    certify.certify_pharmacy(clinic.pharmacy, by=None, program="us-thalidomide", certified=False)
    return patient


def live(clinic):
    """A plain row of every model of ours, by model: open, held, not yet stamped."""
    voided = make_confirmed(clinic, pharmacy=clinic.other_pharmacy)
    make_test(clinic, voided.authorization.prescription.patient, result="positive")
    patient = tell_everything(clinic)
    supply = make_dispensed(clinic)
    held = make_held(clinic, make_ready_patient(clinic))
    confirmed = make_confirmed(clinic, make_released(clinic))
    audit.note_read(patient.pk, user=clinic.doctor, what="patient")
    now, day = clock.now(), today()
    about = {"patient": patient, "program": PROGRAM, "duty": "pregnancy-test", "due_on": day}
    plain = {
        Chain: Chain.objects.get(pk=patient.pk),
        Decision: confirmed.authorization.decision,
        Membership: clinic.doctor.memberships.get(),
        Survey: Survey.objects.filter(by="patient").first(),
        TestCorrection: TestCorrection.objects.get(result="indeterminate"),
        TreatmentChange: TreatmentChange.objects.get(change="started"),
        Hold: held.hold,
        Prescription: held,
        Authorization: confirmed.authorization,
        Confirmation: confirmed,
        Dispense: supply,
        Draft: Draft.objects.create(
            author=clinic.delegate, form="life", patient=patient, program=PROGRAM, data={}, saved_at=now
        ),
        Outbox: Outbox.objects.create(to="a@example.org", subject="s", body="b", sent_at=now),
        ProgramSignOff: ProgramSignOff.objects.create(
            program=PROGRAM,
            edition=f"{PROGRAM}/2023-03-24",
            sha256="ab" * 32,
            document="a document of nobody's",
            signed_by="Somebody Invented",
            read_on=day,
            recorded_at=now,
        ),
        Reassessment: Reassessment.objects.get_or_create(
            patient=patient, program=PROGRAM, defaults={"patient_seq": 1, "reached_at": now}
        )[0],
        Reminder: Reminder.objects.create(**about, due_at=now, planned_at=now),
        ScheduledTest: ScheduledTest.objects.create(**about),
    }
    return {model: plain.get(model) or model.objects.order_by("pk").first() for model in our_models()}
