"""What every page of the authorization form begins with: whose patient, which program, for which prescriber."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from compliance import clock
from compliance.access import Member, Permission, may
from compliance.models import Patient, Prescriber
from compliance.programs import load_programs
from compliance.rules.facts import Facts
from compliance.rules.program import NoEdition, Program
from compliance.selectors.people import patients_of, prescribers_of
from prescriptions.selectors.preview import Preview, Terms, facts_for_form, preview, terms_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`terms` None: no form can be written now. `preview` None: nothing can be answered at this date, or asked."""

    patient: Patient
    program: Program
    prescribers: list[Prescriber]
    prescriber: Prescriber
    facts: Facts
    at: datetime
    terms: Terms | None
    preview: Preview | None
    signs: bool


def case_of(request: Member, patient_id: UUID, program_code: str) -> Case:
    """404 for a patient who is not theirs, an unknown program, and nobody to write for. Three queries."""
    program = load_programs().get(program_code)
    if program is None:
        raise Http404
    patient = get_object_or_404(patients_of(request.membership), pk=patient_id)
    prescribers = list(prescribers_of(request.membership).select_related("user", "practice").order_by("user__name"))
    if not prescribers:
        raise Http404
    prescriber = _named(prescribers, request.POST.get("prescriber") or request.GET.get("for"))
    facts, at = facts_for_form(patient.pk, program, prescriber.pk), clock.now()
    try:
        terms = terms_of(facts, program, at)
        answer = preview(facts, program, prescriber_id=prescriber.pk, at=at)
    except NoEdition:
        terms, answer = None, None
    return Case(
        patient=patient,
        program=program,
        prescribers=prescribers,
        prescriber=prescriber,
        facts=facts,
        at=at,
        terms=terms,
        preview=answer,
        signs=may(request.membership, Permission.SIGN_FORMS),
    )


def _named(prescribers: list[Prescriber], key: str | None) -> Prescriber:
    return next((prescriber for prescriber in prescribers if str(prescriber.pk) == key), prescribers[0])
