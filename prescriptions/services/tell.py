"""How each kind of fact of a played case is told to the site: by the service a form would call."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from compliance.models import CategoryChange, Enrolment, MensesPattern
from compliance.rules import events
from compliance.rules.events import Event
from compliance.services import certify, correct_evidence, record_evidence, treat
from compliance.services.session import patient_session
from prescriptions.services.stage import Stage
from prescriptions.services.write import Order, record_order


def _certify_prescriber(stage: Stage, event: events.PrescriberCertified | events.PrescriberDecertified) -> None:
    certify.certify_prescriber(
        stage.prescriber(event.prescriber),
        by=None,
        program=stage.program,
        certified=isinstance(event, events.PrescriberCertified),
        at=event.at,
    )


def _certify_pharmacy(stage: Stage, event: events.PharmacyCertified | events.PharmacyDecertified) -> None:
    pharmacy = stage.pharmacy(event.pharmacy)
    if isinstance(event, events.PharmacyCertified):
        pharmacy.zone = event.zone or stage.case.program.zone.key
        pharmacy.save(update_fields=["zone"])
    certified = isinstance(event, events.PharmacyCertified)
    certify.certify_pharmacy(pharmacy, by=None, program=stage.program, certified=certified, at=event.at)


def _enrol(stage: Stage, event: events.PatientEnrolled) -> None:
    row = Enrolment(patient=stage.patient, program=stage.program, category=event.category, birth_date=event.birth_date)
    stage.put(row, event)


def _change_category(stage: Stage, event: events.CategoryChanged) -> None:
    row = CategoryChange(patient=stage.patient, program=stage.program, category=event.category, reason=event.reason)
    stage.put(row, event)


def _sign_agreement(stage: Stage, event: events.AgreementSigned) -> None:
    record_evidence.sign_agreement(
        stage.patient.pk, by=None, program=stage.program, category=event.category, at=event.at
    )


def _counsel(stage: Stage, event: events.Counselled) -> None:
    record_evidence.record_counselling(
        stage.patient.pk,
        by=None,
        program=stage.program,
        prescription_id=stage.named(event.prescription),
        at=event.at,
    )


def _state_contraception(stage: Stage, event: events.ContraceptionStated) -> None:
    record_evidence.attest_contraception(
        stage.patient.pk, by=None, methods=event.methods, since_on=event.since, at=event.at
    )


def _test(stage: Stage, event: events.PregnancyTestResulted) -> None:
    stage.tests[event.test] = record_evidence.record_test(
        stage.patient.pk,
        by=None,
        collected_at=event.collected_at,
        result=event.result,
        sensitivity=event.sensitivity,
        setting=event.setting,
        home_allowed=event.home_allowed,
        at=event.at,
    )


def _correct_test(stage: Stage, event: events.PregnancyTestCorrected) -> None:
    correct_evidence.correct_test(
        stage.tests[event.test],
        by=None,
        reason=event.reason,
        result=event.result,
        collected_at=event.collected_at,
        sensitivity=event.sensitivity,
        setting=event.setting,
        home_allowed=event.home_allowed,
        at=event.at,
    )


def _void_test(stage: Stage, event: events.PregnancyTestVoided) -> None:
    correct_evidence.void_test(stage.tests[event.test], by=None, reason=event.reason, at=event.at)


def _state_pattern(stage: Stage, event: events.MensesPattern) -> None:
    stage.put(MensesPattern(patient=stage.patient, pattern=event.pattern), event)


def _report_menses(stage: Stage, event: events.MensesAbnormal) -> None:
    record_evidence.report_abnormal_menses(stage.patient.pk, by=None, at=event.at)


def _survey(stage: Stage, event: events.SurveyCompleted) -> None:
    record_evidence.record_survey(
        stage.patient.pk,
        by=None,
        program=stage.program,
        answered_by=event.by,
        prescription_id=stage.named(event.prescription),
        at=event.at,
    )


def _treat(stage: Stage, event: Event, *, change: str, reason: str = "") -> None:
    treat.change_treatment(stage.patient.pk, by=None, program=stage.program, change=change, reason=reason, at=event.at)


def _report_pregnancy(stage: Stage, event: events.PregnancyReported) -> None:
    record_evidence.report_pregnancy(stage.patient.pk, by=None, who=event.who, at=event.at)


def _exclude_pregnancy(stage: Stage, event: events.PregnancyExcluded) -> None:
    record_evidence.exclude_pregnancy(stage.patient.pk, by=None, at=event.at)


def _write(stage: Stage, event: events.PrescriptionWritten) -> None:
    prescriber = stage.prescriber(event.prescriber)
    order = Order(
        program=stage.program,
        medicine=stage.case.program.editions[-1].medicine.name,
        daily_dose_mg=Decimal(1),
        capsules={Decimal(1): 1},
        dosing_days=21,
        days_supply=event.days_supply,
        refills=event.refills,
        verbal=event.verbal,
        counselled=False,
        surveyed=False,
    )
    with patient_session(stage.patient.pk, by=None, also=(prescriber.pk,)) as session:
        record_order(
            session,
            stage.patient.pk,
            order,
            prescriber=prescriber,
            document=None,
            key=stage.prescription(event.prescription),
            at=event.at,
        )


def _sign_form(stage: Stage, event: events.FormSigned) -> None:
    record_evidence.sign_prescription_form(
        stage.patient.pk,
        by=None,
        program=stage.program,
        form=event.form,
        prescription_id=stage.prescription(event.prescription),
        at=event.at,
    )


TELL: dict[type[Event], Callable[[Stage, Any], None]] = {
    events.PrescriberCertified: _certify_prescriber,
    events.PrescriberDecertified: _certify_prescriber,
    events.PharmacyCertified: _certify_pharmacy,
    events.PharmacyDecertified: _certify_pharmacy,
    events.PatientEnrolled: _enrol,
    events.CategoryChanged: _change_category,
    events.AgreementSigned: _sign_agreement,
    events.Counselled: _counsel,
    events.ContraceptionStated: _state_contraception,
    events.PregnancyTestResulted: _test,
    events.PregnancyTestCorrected: _correct_test,
    events.PregnancyTestVoided: _void_test,
    events.MensesPattern: _state_pattern,
    events.MensesAbnormal: _report_menses,
    events.SurveyCompleted: _survey,
    events.TreatmentStarted: lambda stage, event: _treat(stage, event, change="started"),
    events.TreatmentStopped: lambda stage, event: _treat(stage, event, change="stopped"),
    events.TreatmentHeld: lambda stage, event: _treat(stage, event, change="held", reason=event.reason),
    events.TreatmentResumed: lambda stage, event: _treat(stage, event, change="resumed", reason=event.reason),
    events.PregnancyReported: _report_pregnancy,
    events.PregnancyExcluded: _exclude_pregnancy,
    events.PrescriptionWritten: _write,
    events.FormSigned: _sign_form,
}
"""How each kind of fact is told to the site."""
