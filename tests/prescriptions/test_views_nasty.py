"""Whatever is sent, by whoever is signed in: a sensible page, nothing written, never a 500."""

from uuid import uuid4

import pytest

from prescriptions.models import Decision, Prescription
from tests.factories import PROGRAM, make_confirmed, make_released
from tests.prescriptions.conftest import signed_in

FIELDS = (
    "number",
    "authorization",
    "attempt",
    "reason",
    "note",
    "method",
    "counselled",
    "guide_given",
    "shown",
    "password",
    "intent",
    "prescriber",
    "again",
    "category",
    "dose_mg",
    "capsules_4",
    "dosing_days",
    "days_supply",
    "refills",
    "verbal",
    "states_0",
    "from",
)
NASTY = (
    "",
    "\x00",
    "9" * 5000,
    "-1",
    "1e400",
    "NaN",
    "Infinity",
    "½",
    "🜚" * 50,
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "../../etc",
    str(uuid4()),
    "[]",
    "\u202e1234",
    "\ud7ff",
)


def sent(value):
    return dict.fromkeys(FIELDS, value)


def check(response):
    assert response.status_code in {200, 302, 403, 404, 409}, response.status_code
    assert b"<script>alert(1)" not in response.content


def test_nothing_sent_to_the_counter_breaks_it(counter, clinic):
    confirmation = make_confirmed(clinic)
    key, paths = str(confirmation.authorization_id), ["", "confirm/", "dispense/", "reverse/"]
    for value in NASTY:
        for path in paths:
            check(counter.post(f"/pharmacy/{path}", sent(value)))
            check(counter.post(f"/pharmacy/{path}", sent(value) | {"authorization": key, "attempt": "none"}))
            check(counter.get(f"/pharmacy/{path}", sent(value)))
        check(counter.post(f"/pharmacy/notices/{uuid4()}/", sent(value)))
    assert Decision.objects.filter(gate__in=["confirm", "dispense", "reverse"]).count() == 1


def test_nothing_sent_to_the_practice_breaks_it(clinic):
    prescription = make_released(clinic).prescription
    form = f"/patients/{prescription.patient_id}/prescribe/{PROGRAM}/"
    acts = [f"/prescriptions/{prescription.pk}/{act}/" for act in ("withdraw", "ask-again")]
    for value in NASTY:
        surgery = signed_in(clinic.doctor)  # anew: five wrong passwords end a session
        for path in (form, f"{form}sign/", *acts):
            check(surgery.post(path, sent(value)))
            check(surgery.get(path, sent(value) | {"draft": value, "for": value, "seen": value}))
    prescription.refresh_from_db()
    assert prescription.withdrawn_at is None
    assert Prescription.objects.count() == 1


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_refused(surgery, counter, clinic, method):
    prescription = make_released(clinic).prescription
    for client, path in ((counter, "/pharmacy/"), (surgery, f"/prescriptions/{prescription.pk}/")):
        assert getattr(client, method)(path).status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/prescriptions/x/", "/prescriptions/%00/", "/pharmacy/receipts/1/", "/patients/1/prescribe/x/", "/pharmacy/x/"],
)
def test_what_is_no_key_is_no_page(surgery, path):
    assert surgery.get(path).status_code == 404
