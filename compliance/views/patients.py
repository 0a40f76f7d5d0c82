"""What every page about one patient shares: whose record it is, and what is known."""

from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Value
from django.http import Http404
from django.utils.translation import gettext as _

from compliance import clock
from compliance.access import Member
from compliance.forms.base import About
from compliance.models import Patient
from compliance.programs import load_programs
from compliance.rules.program import NoEdition, Program
from compliance.selectors.facts import Reach, facts_of
from compliance.selectors.people import patients_of


def own_patient(request: Member, patient_id: UUID) -> Patient:
    """The patient, if they are one of the member's; else the same 404 as for nobody.

    `enrolled_in` on it names the programs they were ever enrolled in, in order.
    """
    programs = ArrayAgg("enrolments__program", distinct=True, default=Value([]))
    patient = patients_of(request.membership).filter(pk=patient_id).annotate(enrolled_in=programs).first()
    if patient is None:
        raise Http404
    return patient


def about_patient(patient: Patient, *, program: Program) -> About:
    """What is known in one program at this moment. One query. 404 where no edition of it answers."""
    facts = facts_of(Reach(patient.pk), program=program.code)
    now = max(clock.now(), facts.last_learnt_at or clock.now())
    try:
        edition = program.gates_at(now)
    except NoEdition as none:
        raise Http404 from none
    if edition is None:
        raise Http404(_("This program has ended."))
    return About(patient=patient, program=program, edition=edition, facts=facts, now=now)


def program_asked(request: Member, patient: Patient) -> Program:
    """The program a page is about: the one its address names, else the patient's own. 404 for any other."""
    codes: list[str] = sorted(patient.enrolled_in)  # type: ignore[attr-defined]  # annotated by own_patient
    asked = request.GET.get("program", codes[0] if codes else "")
    if asked not in codes:
        raise Http404
    return load_programs()[asked]
