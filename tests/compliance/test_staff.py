"""Who works here, as what, until when; who is certified; what was noted about it."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from compliance import clock
from compliance.access import ROLES, Permission, may, membership_of
from compliance.models import AccessEvent, Chain, LedgerEntry, Membership
from compliance.rules.events import PharmacyCertified, PharmacyDecertified
from compliance.selectors.facts import Reach, facts_of, learnt
from compliance.selectors.people import patients_of, prescribers_of
from compliance.services import audit, certify, staff
from compliance.services.staff import AlreadyGiven
from tests.factories import (
    PROGRAM,
    make_administrator,
    make_delegate,
    make_patient,
    make_pharmacy,
    make_practice,
    make_prescriber,
    make_user,
    new_york,
)

NOTES = {"role-given", "role-ended", "delegated", "delegation-ended", "prescriber-registered", "pharmacy-registered"}


def noted(act):
    return [
        json.loads(bytes(entry.body))
        for entry in LedgerEntry.objects.filter(chain=audit.PROGRAM_OFFICE, kind=f"note.{act}").order_by("seq")
    ]


def role_of(user):
    membership = membership_of(user)
    return membership and membership.role


def test_a_role_begins_and_ends_with_a_note(clinic, morning):
    user = make_user()
    membership = staff.give_role(user, Membership.Role.AUDITOR, by=clinic.doctor)
    assert (role_of(user), membership.began_at) == ("auditor", morning)
    with clock.moved_to(morning + timedelta(hours=1)):
        staff.end_role(membership, by=clinic.doctor)
    assert role_of(user) is None
    ended = noted("role-ended")[-1]
    assert ended == {"act": "role-ended", "at": "2027-03-01T15:00:00Z", "membership": str(membership.pk)}


def test_ending_twice_changes_nothing(clinic, morning):
    membership = staff.give_role(make_user(), Membership.Role.AUDITOR, by=None)
    staff.end_role(membership, by=None)
    with clock.moved_to(morning + timedelta(hours=1)):
        staff.end_role(membership, by=None)
    membership.refresh_from_db()
    assert membership.ended_at == morning
    assert len(noted("role-ended")) == 1


def test_one_role_at_a_time(clinic):
    user = make_user()
    first = staff.give_role(user, Membership.Role.AUDITOR, by=None)
    with pytest.raises(AlreadyGiven):
        staff.give_role(user, Membership.Role.ADMINISTRATOR, by=None)
    assert role_of(user) == "auditor"
    staff.end_role(first, by=None)
    staff.give_role(user, Membership.Role.ADMINISTRATOR, by=None)
    assert role_of(user) == "administrator"


def test_a_role_without_its_place_is_refused(clinic):
    with pytest.raises(IntegrityError, match="membership_role_at_its_place"), transaction.atomic():
        staff.give_role(make_user(), Membership.Role.PHARMACIST, by=None, practice=clinic.practice)


def test_who_may_no_longer_sign_in_has_no_role(clinic):
    clinic.doctor.is_active = False
    clinic.doctor.save(update_fields=["is_active"])
    assert membership_of(clinic.doctor) is None


def test_a_prescriber_sees_the_patients_of_the_practice_and_no_others(clinic):
    mine = make_patient(clinic)
    elsewhere = make_prescriber(make_practice())
    assert set(patients_of(membership_of(clinic.doctor))) == {mine}
    assert not patients_of(membership_of(elsewhere.user)).exists()


@pytest.mark.parametrize("role", ["pharmacist", "administrator"])
def test_nobody_else_sees_patients(clinic, role):
    make_patient(clinic)
    user = clinic.pharmacist if role == "pharmacist" else make_administrator()
    assert not patients_of(membership_of(user)).exists()
    assert not prescribers_of(membership_of(user)).exists()


def test_a_delegate_works_until_the_last_day_in_the_practices_zone(clinic, morning):
    make_patient(clinic)
    delegate = make_delegate(clinic.prescriber, last_on=date(2027, 3, 1))
    with clock.moved_to(new_york(2027, 3, 1, 23, 59)):
        assert patients_of(membership_of(delegate)).count() == 1
        assert list(prescribers_of(membership_of(delegate))) == [clinic.prescriber]
    with clock.moved_to(new_york(2027, 3, 2, 0)):
        assert not patients_of(membership_of(delegate)).exists()


def test_ending_a_delegation_takes_effect_at_once(clinic):
    make_patient(clinic)
    delegation = clinic.delegate.delegations.get()
    assert patients_of(membership_of(clinic.delegate)).exists()
    staff.end_delegation(delegation, by=clinic.doctor)
    staff.end_delegation(delegation, by=clinic.doctor)
    assert not patients_of(membership_of(clinic.delegate)).exists()
    assert len(noted("delegation-ended")) == 1


def test_one_delegation_a_pair(clinic):
    with pytest.raises(AlreadyGiven):
        staff.delegate_to(clinic.prescriber, clinic.delegate, by=clinic.doctor, last_on=date(2028, 1, 1))


def test_a_delegate_of_another_practice_prepares_nothing_here(clinic):
    stranger = make_delegate(make_prescriber(make_practice()))
    make_patient(clinic)
    assert not patients_of(membership_of(stranger)).exists()


def test_certificates_are_facts_on_the_owners_own_chain(clinic):
    pharmacy = make_pharmacy(certified=False, zone="America/Los_Angeles")
    certify.certify_pharmacy(pharmacy, by=None, program=PROGRAM)
    certify.certify_pharmacy(pharmacy, by=None, program=PROGRAM, certified=False)
    first, second = (event for _, event in learnt([Reach(pharmacy.pk)], program=PROGRAM))
    assert isinstance(first, PharmacyCertified)
    assert (first.pharmacy, first.zone) == (str(pharmacy.pk), "America/Los_Angeles")
    assert isinstance(second, PharmacyDecertified)


def test_a_certificate_counts_for_its_program_only(clinic):
    assert not learnt([Reach(clinic.pharmacy.pk)], program="us-thalidomide")
    assert len(learnt([Reach(clinic.pharmacy.pk)], program=PROGRAM)) == 1


def test_certificates_of_tomorrow_are_refused(clinic, morning):
    with pytest.raises(ValueError, match="recorded_at"):
        certify.certify_prescriber(clinic.prescriber, by=None, program=PROGRAM, at=morning + timedelta(days=1))


def test_facts_are_read_up_to_where_they_were_seen(clinic):
    patient = make_patient(clinic)
    assert len(facts_of(Reach(patient.pk, 0), program=PROGRAM).events) == 0
    assert len(facts_of(Reach(patient.pk, 1), program=PROGRAM).events) == 1
    others = [Reach(clinic.prescriber.pk), Reach(clinic.pharmacy.pk, 0)]
    assert len(facts_of(Reach(patient.pk), program=PROGRAM, others=others).events) == 2


def test_the_whole_staff_is_on_the_program_offices_chain(clinic, morning):
    staff.end_role(clinic.delegate.memberships.get(), by=None)
    staff.end_delegation(clinic.delegate.delegations.get(), by=None)
    chain = Chain.objects.get(pk=audit.PROGRAM_OFFICE)
    kinds = set(chain.entries.values_list("kind", flat=True))
    assert {f"note.{act}" for act in NOTES} == kinds
    assert chain.kind == Chain.Kind.ORGANISATION


def test_a_note_names_rows_and_no_people(clinic):
    bodies = " ".join(bytes(entry.body).decode() for entry in LedgerEntry.objects.filter(chain=audit.PROGRAM_OFFICE))
    people = [clinic.doctor, clinic.delegate, clinic.pharmacist]
    assert not [user.name for user in people if user.name in bodies or user.username in bodies]


def test_reading_a_record_leaves_an_event_and_no_entry(clinic, morning):
    patient = make_patient(clinic)
    before = LedgerEntry.objects.count()
    audit.note_read(patient.pk, user=clinic.doctor, what="patient")
    event = AccessEvent.objects.get()
    assert (event.patient, event.user, event.what, event.read_at) == (patient, clinic.doctor, "patient", morning)
    assert LedgerEntry.objects.count() == before


def test_every_role_has_words_and_acts():
    assert ROLES.keys() == set(Membership.Role)
    assert all(role.says and role.may for role in ROLES.values())
    assert set().union(*(role.may for role in ROLES.values())) == set(Permission)


@pytest.mark.parametrize(
    ("role", "never"),
    [
        ("delegate", {Permission.SIGN_FORMS, Permission.VERIFY, Permission.DISPENSE}),
        ("pharmacist", {Permission.SEE_PATIENTS, Permission.RECORD_FACTS, Permission.SEE_DECISIONS}),
        ("administrator", {Permission.SEE_PATIENTS, Permission.SIGN_FORMS, Permission.DISPENSE}),
        ("auditor", {Permission.CERTIFY, Permission.SEE_PATIENTS, Permission.RECORD_FACTS}),
        ("prescriber", {Permission.VERIFY, Permission.DISPENSE, Permission.CERTIFY, Permission.SEE_DECISIONS}),
    ],
)
def test_what_a_role_never_may(role, never):
    assert not ROLES[role].may & never
    assert not may(None, Permission.VERIFY)
