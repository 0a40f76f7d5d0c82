"""One patient: what is next, the course as a picture, everything on record, and a button for every fact."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compliance.access import Member, Permission, demand, may, may_change_test
from compliance.forms.base import About
from compliance.forms.kinds import offered
from compliance.presenters import duty_shown
from compliance.rules import calendar
from compliance.rules.program import NoEdition
from compliance.rules.verdict import Code
from compliance.selectors.people import prescribers_of
from compliance.services.audit import note_read
from compliance.views.patients import own_patient, program_asked
from prescriptions.presenters.amounts import capsules_text
from prescriptions.presenters.course import draw_course
from prescriptions.presenters.evidence import evidence_of
from prescriptions.presenters.preview import preview_shown
from prescriptions.presenters.standing import shown_of
from prescriptions.presenters.steps import step_shown
from prescriptions.selectors.patient import RecordOfPatient, record_of

GROUPS = {
    "tests": ("test",),
    "contraception": ("contraception",),
    "agreements": ("agreement", "category", "re-enrolment"),
    "surveys": ("survey", "counselling", "prescriber-survey", "prescription-form"),
    "periods": ("menses-pattern", "menses-abnormal"),
    "pregnancies": ("pregnancy", "exclusion"),
    "course": ("start", "hold", "resume", "stop"),
}
"""Which facts are recorded beside which list."""


@demand(Permission.SEE_PATIENTS)
@require_safe
def patient(request: Member, patient_id: UUID) -> HttpResponse:
    """The whole record, for the patient's own practice."""
    found = own_patient(request, patient_id)
    program = program_asked(request, found)
    prescriber = prescribers_of(request.membership).select_related("user").first()
    try:
        record = record_of(found, program, prescriber=prescriber)
    except NoEdition as none:
        raise Http404 from none
    signed_by = prescriber.user.name if prescriber else ""
    note_read(found.pk, user=request.user, what="patient")
    return render(request, "prescriptions/patient.html", context_of(request, record, signed_by=signed_by))


def context_of(request: Member, record: RecordOfPatient, *, signed_by: str) -> dict[str, Any]:
    """Everything in words."""
    zone, program = ZoneInfo(record.patient.zone), record.program
    evidence = evidence_of(record.facts.events, program, zone)
    category = program.categories.get(record.facts.standing.category or "")
    today = calendar.date_of(record.at, program.zone)
    looked = preview_shown(record.preview, program.zone, signed_by=signed_by) if record.preview else None
    codes = {blocker.code for blocker in record.preview.remaining} if record.preview else set()
    return {
        "patient": record.patient,
        "program": program,
        "other_programs": [code for code in sorted(record.patient.enrolled_in) if code != program.code],  # type: ignore[attr-defined]
        "edition": record.edition,
        "zone": program.zone,
        "category": category.name if category else "",
        "step": step_shown(record.step, record.patient.pk, program.code, record.at) if record.step else None,
        "looked": looked,
        "pregnancy_open": bool(codes & {Code.TEST_POSITIVE, Code.PREGNANCY_REPORTED}),
        "drawing": draw_course(record, evidence.tests),
        "duties": [duty_shown(duty, today) for duty in record.duties],
        "prescriptions": [
            {
                "row": row,
                "shown": shown_of(row, standing, program.zone),
                "capsules": capsules_text({line.strength_mg: line.per_dose for line in row.capsules.all()}),
            }
            for row, standing in record.prescriptions
        ],
        "evidence": evidence,
        "asks_what_if": bool(record.preview and category and category.can_get_pregnant),
        "buttons": buttons_of(request, record),
        "changeable": {test.id for test in evidence.tests if may_change_test(request.membership, test.result)},
    }


def buttons_of(request: Member, record: RecordOfPatient) -> dict[str, list[tuple[str, str]]]:
    """The forms this person may fill in, by list."""
    if record.edition is None or not may(request.membership, Permission.RECORD_FACTS):
        return {}
    about = About(
        patient=record.patient, program=record.program, edition=record.edition, facts=record.facts, now=record.at
    )
    forms = dict(offered(about, attests=may(request.membership, Permission.ATTEST)))
    return {
        group: [(kind, str(forms[kind].title)) for kind in kinds if kind in forms] for group, kinds in GROUPS.items()
    }
