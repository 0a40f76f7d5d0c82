"""People, places and prescriptions for tests, made by the real services at the present moment of `compliance.clock`.

Put a test's clock where it wants it and everything here happens then:

    with clock.moved_to(new_york(2027, 3, 1, 9)):
        clinic = make_clinic()
        patient = make_ready_patient(clinic)
        prescription = make_held(clinic, patient)

Nothing here writes a row that a service could write. Every maker takes what it varies as keywords.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import uuid4
from zoneinfo import ZoneInfo

from compliance import clock
from compliance.models import Membership, Patient, Pharmacy, Practice, Prescriber, User
from compliance.services import certify, enrol, record_evidence, staff
from prescriptions.models import Authorization, Confirmation, Dispense, Prescription
from prescriptions.services import confirm, dispense, release, write

PROGRAM = "us-pomalidomide"
ZONE = "America/New_York"
CAN = "adult-female-can"
CANNOT = "adult-female-cannot"
MALE = "adult-male"
PASSWORD = "correct horse battery"
TWO_METHODS = ("iud", "male-condom")

_numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Clinic:
    """A practice with a certified prescriber and a delegate, and two certified pharmacies with a pharmacist each."""

    practice: Practice
    prescriber: Prescriber
    delegate: User
    pharmacy: Pharmacy
    pharmacist: User
    other_pharmacy: Pharmacy
    other_pharmacist: User

    @property
    def doctor(self) -> User:
        """The prescriber's user, who signs in."""
        return self.prescriber.user


def new_york(year, month, day, hour=9, minute=0, second=0) -> datetime:
    """An instant of the program's zone."""
    return datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(ZONE))


def today() -> date:
    """The date in the program's zone."""
    return clock.database_now().astimezone(ZoneInfo(ZONE)).date()


def ago(**span) -> datetime:
    """The instant that long before now: `ago(days=12)`, `ago(hours=2)`."""
    return clock.database_now() - timedelta(**span)


def make_user(*, name="Ada Example", username=None, password=PASSWORD) -> User:
    """Somebody who can sign in with `password` and has no role."""
    username = username or f"person-{next(_numbers)}"
    return User.objects.create_user(username, name=name, email=f"{username}@example.org", password=password)


def make_practice(*, name="Elm Street Oncology") -> Practice:
    return Practice.objects.create(name=name, phone="+1 212 555 0100", zone=ZONE)


def make_prescriber(practice=None, *, certified=True, name="Ines Lindqvist") -> Prescriber:
    """A prescriber with a user and a role; certified by the program unless told otherwise."""
    practice, user = practice or make_practice(), make_user(name=name)
    prescriber = certify.register_prescriber(user, by=None, practice=practice, identifier=f"NPI-{next(_numbers):08d}")
    staff.give_role(user, Membership.Role.PRESCRIBER, by=None, practice=practice)
    if certified:
        certify.certify_prescriber(prescriber, by=None, program=PROGRAM)
    return prescriber


def make_delegate(prescriber, *, name="Tom Prepares", last_on=None) -> User:
    """A user who may prepare the prescriber's forms, for a year unless told otherwise."""
    user = make_user(name=name)
    staff.give_role(user, Membership.Role.DELEGATE, by=None, practice=prescriber.practice)
    staff.delegate_to(prescriber, user, by=prescriber.user, last_on=last_on or today() + timedelta(days=365))
    return user


def make_pharmacy(*, name="Harbour Pharmacy", certified=True, zone=ZONE) -> Pharmacy:
    number = next(_numbers)
    pharmacy = certify.register_pharmacy(
        by=None, name=name, phone="+1 212 555 0199", email=f"site-{number}@example.org", zone=zone
    )
    if certified:
        certify.certify_pharmacy(pharmacy, by=None, program=PROGRAM)
    return pharmacy


def make_pharmacist(pharmacy, *, name="Paul Counter") -> User:
    user = make_user(name=name)
    staff.give_role(user, Membership.Role.PHARMACIST, by=None, pharmacy=pharmacy)
    return user


def make_administrator(*, name="Ann Office") -> User:
    user = make_user(name=name)
    staff.give_role(user, Membership.Role.ADMINISTRATOR, by=None)
    return user


def make_auditor(*, name="Otto Reads") -> User:
    user = make_user(name=name)
    staff.give_role(user, Membership.Role.AUDITOR, by=None)
    return user


def make_clinic() -> Clinic:
    """A practice and two sites, all certified, all staffed."""
    practice = make_practice()
    prescriber = make_prescriber(practice)
    pharmacy, other = make_pharmacy(), make_pharmacy(name="Hill Pharmacy")
    return Clinic(
        practice=practice,
        prescriber=prescriber,
        delegate=make_delegate(prescriber),
        pharmacy=pharmacy,
        pharmacist=make_pharmacist(pharmacy),
        other_pharmacy=other,
        other_pharmacist=make_pharmacist(other, name="Olga Counter"),
    )


def make_patient(clinic, *, category=CAN, birth_date=date(1980, 5, 17), **details) -> Patient:
    """Enrolled now, and nothing more is known."""
    number = next(_numbers)
    person = {
        "given_name": "Marta",
        "family_name": f"Sample-{number}",
        "zone": ZONE,
        "email": f"patient-{number}@example.org",
        **details,
    }
    return enrol.enrol_patient(
        by=clinic.doctor,
        practice=clinic.practice,
        program=PROGRAM,
        category=category,
        birth_date=birth_date,
        **person,
    )


def make_ready_patient(clinic, *, category=CAN, **details) -> Patient:
    """Everything is known that a first release now asks, but for the prescription and what is signed with it.

    For who can get pregnant: contraception for 40 days, a first test 12 days ago, a second test an hour ago.
    """
    patient = make_patient(clinic, category=category, **details)
    by = clinic.doctor
    record_evidence.sign_agreement(patient.pk, by=by, program=PROGRAM, category=category)
    record_evidence.record_survey(patient.pk, by=by, program=PROGRAM, answered_by="patient")
    if category.endswith("-can"):
        since = today() - timedelta(days=40)
        record_evidence.attest_contraception(patient.pk, by=by, methods=TWO_METHODS, since_on=since)
        make_test(clinic, patient, collected_at=ago(days=12))
        make_test(clinic, patient, collected_at=ago(hours=1))
    return patient


def make_test(clinic, patient, *, collected_at=None, result="negative", sensitivity=25, setting="lab", **more):
    """A pregnancy test whose result is learnt now; collected half an hour ago unless told otherwise."""
    return record_evidence.record_test(
        patient.pk,
        by=clinic.doctor,
        collected_at=collected_at or ago(minutes=30),
        result=result,
        sensitivity=sensitivity,
        setting=setting,
        **more,
    )


def make_order(**changes) -> write.Order:
    """What a plain authorization form says: 4 mg on 21 of 28 days, one capsule a dose, no refills."""
    plain = {
        "program": PROGRAM,
        "medicine": "pomalidomide",
        "daily_dose_mg": Decimal(4),
        "capsules": {Decimal(4): 1},
        "dosing_days": 21,
        "days_supply": 28,
    }
    return write.Order(**(plain | changes))


def make_held(clinic, patient, *, document="I prescribe what this page shows.", attempt_id=None, **changes):
    """A signed prescription that nobody has asked to release yet."""
    return write.write_prescription(
        patient.pk,
        make_order(**changes),
        by=clinic.doctor,
        prescriber=clinic.prescriber,
        document=document,
        attempt_id=attempt_id or uuid4(),
    )


def make_released(clinic, patient=None, **changes) -> Authorization:
    """An open authorization for a patient, a ready one unless given."""
    patient = patient or make_ready_patient(clinic)
    decision = release.release_if_ready(make_held(clinic, patient, **changes).pk)
    assert decision is not None
    assert decision.allowed, decision.blockers
    return decision.authorization


def make_confirmed(clinic, authorization=None, *, pharmacy=None) -> Confirmation:
    """A confirmation that the clinic's first pharmacy holds, unless another is given."""
    authorization = authorization or make_released(clinic)
    site = pharmacy or clinic.pharmacy
    act = confirm.confirm(authorization.prescription_id, pharmacy_id=site.pk, by=_counter(clinic, site))
    assert act.allowed, act.decision.blockers
    return Confirmation.objects.get(decision=act.decision)


def make_dispensed(clinic, confirmation=None, *, method="handover") -> Dispense:
    """A supply handed over under a confirmation, a fresh one unless given."""
    confirmation = confirmation or make_confirmed(clinic)
    act = dispense.dispense(
        confirmation.authorization.prescription_id,
        pharmacy_id=confirmation.pharmacy_id,
        by=_counter(clinic, confirmation.pharmacy),
        method=method,
        counselled=True,
        guide_given=True,
    )
    assert act.allowed, act.decision.blockers
    return Dispense.objects.get(decision=act.decision)


def blockers_of(prescription: Prescription) -> list[str]:
    """Why the latest stored decision about it said no; empty where it said yes."""
    return list(prescription.decisions.order_by("-decided_at", "-patient_seq").first().blockers)


def _counter(clinic, pharmacy) -> User:
    return clinic.other_pharmacist if pharmacy == clinic.other_pharmacy else clinic.pharmacist
