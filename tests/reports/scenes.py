"""What several tests of the reports look at: a clinic, and patients whose prescriptions went different ways."""

from datetime import timedelta
from uuid import uuid4

from compliance import clock
from compliance.models import ScheduledTest
from prescriptions.services import release, reverse, write
from tests import factories as make

NOON = make.new_york(2027, 3, 3, 12)
LONG_AGO = NOON - timedelta(days=60)
NAME = "Zebulon"
FAMILY = "Quixley"


def at(moment):
    """Inside, it is that moment."""
    return clock.moved_to(moment)


def clinic_of_long_ago():
    """Certified and staffed two months before noon."""
    with at(LONG_AGO):
        return make.make_clinic()


def man(clinic, moment, **details):
    """Somebody whose prescription needs no test: ready at `moment`."""
    with at(moment):
        return make.make_ready_patient(clinic, category=make.MALE, given_name=NAME, family_name=FAMILY, **details)


def released(clinic, moment, patient=None):
    """An authorization issued at `moment`."""
    patient = patient or man(clinic, moment)
    with at(moment):
        return make.make_released(clinic, patient)


def held_for_agreement(clinic, moment):
    """A prescription held because nobody signed the agreement, decided at `moment`."""
    with at(moment):
        patient = make.make_patient(clinic, category=make.MALE, given_name=NAME, family_name=FAMILY)
        prescription = make.make_held(clinic, patient)
        release.release_if_ready(prescription.pk)
    return prescription


def given_back(clinic, confirmation, moment, reason="not-collected"):
    """The pharmacy gives a confirmation back."""
    with at(moment):
        return reverse.reverse(
            confirmation.authorization.prescription_id,
            pharmacy_id=confirmation.pharmacy_id,
            by=clinic.pharmacist,
            reason=reason,
        )


def withdrawn(clinic, prescription, moment):
    with at(moment):
        return write.withdraw(prescription.pk, by=clinic.doctor, reason="not-needed")


def scheduled(patient, due_on, *, met_on=None, met_by=None, closed_on=None, duty="pregnancy-test", advice=False):
    """A row of the plan's projection."""
    return ScheduledTest.objects.create(
        id=uuid4(),
        patient=patient,
        program=make.PROGRAM,
        duty=duty,
        due_on=due_on,
        met_on=met_on,
        met_by=met_by,
        closed_on=closed_on or met_on,
        advice=advice,
    )


def busy_weeks(clinic):
    """One of everything that is counted, in the month before noon."""
    used = released(clinic, NOON - timedelta(days=20))
    with at(NOON - timedelta(days=19)):
        make.make_dispensed(clinic, make.make_confirmed(clinic, used))
    back = released(clinic, NOON - timedelta(days=18))
    with at(NOON - timedelta(days=17)):
        confirmation = make.make_confirmed(clinic, back)
    given_back(clinic, confirmation, NOON - timedelta(days=16))
    held_for_agreement(clinic, NOON - timedelta(days=15))
    with at(NOON - timedelta(days=12)):
        woman = make.make_ready_patient(clinic, given_name=NAME, family_name=FAMILY)
        make.make_released(clinic, woman)
    with at(NOON - timedelta(days=11)):
        make.make_test(clinic, woman, result="positive")
    with at(NOON - timedelta(days=10)):
        expiring = make.make_ready_patient(clinic, given_name=NAME, family_name=FAMILY)
        make.make_released(clinic, expiring)
    test = expiring.pregnancytests.first()
    scheduled(expiring, (NOON - timedelta(days=5)).date())
    scheduled(expiring, (NOON - timedelta(days=4)).date(), met_on=(NOON - timedelta(days=4)).date(), met_by=test)
    scheduled(expiring, (NOON - timedelta(days=3)).date(), met_on=(NOON - timedelta(days=2)).date(), met_by=test)
    scheduled(expiring, NOON.date())
