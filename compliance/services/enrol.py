"""A person comes into care, and into a program."""

import secrets
from datetime import date
from uuid import UUID

from django.db import transaction

from compliance.models import CategoryChange, Chain, Enrolment, Patient, Practice, User
from compliance.programs import load_programs
from compliance.services.ledger import open_chain
from compliance.services.session import Session, patient_session, session_on

CODE_ALPHABET = "23456789CDFGHJKMNPQRTVWXY"  # nothing that reads like another, no vowels to make words


class UnknownCategory(ValueError):
    """The program has no such category."""


def enrol_patient(
    *,
    by: User | None,
    practice: Practice,
    program: str,
    category: str,
    given_name: str,
    family_name: str,
    birth_date: date,
    zone: str,
    email: str = "",
    language: str = "en",
    wants_reminders: bool = True,
) -> Patient:
    """Register a person and enrol them, in one act. Raises `UnknownCategory`."""
    check_category(program, category)
    patient = Patient(
        code=new_code(),
        practice=practice,
        given_name=given_name,
        family_name=family_name,
        birth_date=birth_date,
        email=email,
        zone=zone,
        language=language,
        wants_reminders=wants_reminders,
    )
    with transaction.atomic(durable=True):
        session = register(patient, by=by)
        _enrol(session, patient, program=program, category=category)
    return patient


def register(patient: Patient, *, by: User | None) -> Session:
    """Save a new person, enrolled nowhere yet, and begin their chain, in the caller's transaction."""
    open_chain(Chain.Kind.PATIENT, patient.pk)
    session = session_on(patient.pk, by=by)
    patient.registered_at = session.at
    patient.save(force_insert=True)
    return session


def enrol_again(patient: Patient, *, by: User | None, program: str, category: str) -> Enrolment:
    """Enrol a known person: in another program, or anew in the same. Raises `UnknownCategory`."""
    check_category(program, category)
    with patient_session(patient.pk, by=by) as session:
        return _enrol(session, patient, program=program, category=category)


def change_category(patient_id: UUID, *, by: User | None, program: str, category: str, reason: str) -> CategoryChange:
    """Move the patient to another category, which voids all that was issued. Raises `UnknownCategory`."""
    check_category(program, category)
    with patient_session(patient_id, by=by) as session:
        change = CategoryChange(patient_id=patient_id, program=program, category=category, reason=reason)
        session.record(change)
    return change


def check_category(program: str, category: str) -> None:
    """Raises `UnknownCategory` unless some edition of the program, if there is such a program, has the category."""
    known = load_programs().get(program)
    if known is None or not any(category in edition.categories for edition in known.editions):
        raise UnknownCategory(f"{program} has no category {category}")


def new_code() -> str:
    """A patient code that says nothing about the person; unique by constraint, unlikely to meet it."""
    return "P-" + "".join(secrets.choice(CODE_ALPHABET) for _ in range(7))


def _enrol(session: Session, patient: Patient, *, program: str, category: str) -> Enrolment:
    enrolment = Enrolment(patient=patient, program=program, category=category, birth_date=patient.birth_date)
    session.record(enrolment)
    return enrolment
