"""Role × address × whose record it is, complete: what is not yours answers like what does not exist."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from compliance.access import ROLES, membership_of
from compliance.models import Membership
from prescriptions.models import PharmacyNotice
from tests.factories import (
    PROGRAM,
    make_administrator,
    make_auditor,
    make_clinic,
    make_confirmed,
    make_dispensed,
    make_held,
    make_ready_patient,
    make_test,
)
from tests.house.test_views import OURS

WORDS = {"program": PROGRAM, "kind": "test", "count": "tests-due"}
OWNED = {"patient_id", "test_id", "prescription_id", "dispense_id", "notice_id"}
EVERYBODYS = {"decision"}  # the program office sees every decision, by patient code
ARGUMENT = re.compile(r"<(\w+):(\w+)>")
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=|X-CSRFToken": )"\w+"|token="[^"]+"|value="[\w:=-]{40,}"')
SEEN = {200, 302, 405}


def records_of(clinic):
    """One record of every kind that an address can name."""
    void = make_confirmed(clinic)
    make_test(clinic, void.authorization.prescription.patient, result="positive")
    supply, held = make_dispensed(clinic), make_held(clinic, make_ready_patient(clinic))
    return {
        "patient_id": held.patient_id,
        "test_id": held.patient.pregnancytests.first().pk,
        "prescription_id": held.pk,
        "dispense_id": supply.pk,
        "notice_id": PharmacyNotice.objects.get(authorization=void.authorization).pk,
        "decision": supply.decision_id,
    }


def users_of(clinic):
    return {
        Membership.Role.PRESCRIBER: clinic.doctor,
        Membership.Role.DELEGATE: clinic.delegate,
        Membership.Role.PHARMACIST: clinic.pharmacist,
        Membership.Role.ADMINISTRATOR: make_administrator(),
        Membership.Role.AUDITOR: make_auditor(),
    }


def concrete(address, keys):
    return "/" + ARGUMENT.sub(lambda found: str({**WORDS, **keys}[found[2]]), address)


def named_in(address):
    return {name for kind, name in ARGUMENT.findall(address) if kind == "uuid"}


@pytest.fixture
def two_clinics(clinic, settings):
    settings.SHOW_OUTBOX = True
    mine, theirs = records_of(clinic), records_of(make_clinic())
    return users_of(clinic), mine, theirs, {name: uuid4() for name in mine}


@pytest.mark.parametrize("role", Membership.Role)
def test_a_role_sees_its_own_and_nothing_else(two_clinics, role):
    users, *relations = two_clinics
    assert membership_of(users[role]).role == role
    faults, browsers = [], [browser_of(users[role]) for _ in relations]
    for address, view, _name in OURS:
        asked = zip(browsers, relations, strict=True)
        mine, theirs, nobodys = (browser.get(concrete(address, keys)) for browser, keys in asked)
        seen = (mine.status_code, theirs.status_code, nobodys.status_code)
        if seen not in expected(view, role, named_in(address)):
            faults.append(f"{address}: {seen}")
        if theirs.status_code in {403, 404} and TOKEN.sub(b"", theirs.content) != TOKEN.sub(b"", nobodys.content):
            faults.append(f"{address}: somebody else's record looks different from none")
    assert not faults, "\n".join(faults)


def browser_of(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def expected(view, role, named):
    """Every right answer for one's own record, somebody else's and nobody's."""
    alike = {(code, code, code) for code in SEEN}
    if view.demands is None:
        return alike
    if view.demands not in ROLES[role].may:
        return {(403, 403, 403)}
    if named & OWNED:
        return {(code, 404, 404) for code in SEEN} | {(405, 405, 405), (302, 302, 302)}
    return {(code, code, 404) for code in SEEN} if named & EVERYBODYS else alike


def test_every_argument_of_an_address_is_in_the_table():
    arguments = {name for address, _, _ in OURS for _, name in ARGUMENT.findall(address)}
    assert arguments == WORDS.keys() | OWNED | EVERYBODYS
