"""Were the lock ever missing, the database would still let one win: constraints are the second net."""

import threading

import pytest
from django.db import IntegrityError, connection

from compliance.services import session
from prescriptions.models import Authorization, Confirmation, Decision
from prescriptions.services import acts, release
from prescriptions.services.confirm import confirm
from tests.factories import make_clinic, make_confirmed, make_held, make_ready_patient, make_released


@pytest.fixture
def unlocked(monkeypatch):
    """Sessions that lock nothing, and decide together before either writes."""
    together = threading.Barrier(2, timeout=20)

    def look(key, _strength):
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, length, last_at FROM compliance_chain WHERE id = %s", [key])
            return cursor.fetchone()

    def keep_together(held, asked):
        together.wait()
        return keep(held, asked)

    keep = acts.keep
    monkeypatch.setattr(session, "_lock", look)
    monkeypatch.setattr(acts, "keep", keep_together)


def race(*acting):
    """What each of two threads got: an act, or the error that refused it."""
    got = [None] * len(acting)

    def run(place, act):
        try:
            got[place] = act()
        except IntegrityError as error:
            got[place] = error.__cause__.diag.constraint_name
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acting)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return got


def winners(got):
    return [act for act in got if isinstance(act, acts.Act)]


def test_one_of_two_releases_at_once_is_refused(cloned_database, request):
    clinic = make_clinic()
    held = make_held(clinic, make_ready_patient(clinic))
    request.getfixturevalue("unlocked")
    got = race(*[lambda: release.release(held.pk, by=clinic.doctor)] * 2)
    assert len(winners(got)) == Authorization.objects.count() == Decision.objects.count() == 1
    assert "authorization_lapsed_at_after_expires_at" in got, "an open number cannot be stamped as replaced"


def test_one_of_two_pharmacies_at_once_is_refused(cloned_database, request):
    clinic = make_clinic()
    issued = make_released(clinic)
    request.getfixturevalue("unlocked")
    sites = ((clinic.pharmacy, clinic.pharmacist), (clinic.other_pharmacy, clinic.other_pharmacist))
    got = race(
        *(lambda site=site, by=by: confirm(issued.prescription_id, pharmacy_id=site.pk, by=by) for site, by in sites)
    )
    assert len(winners(got)) == Confirmation.objects.count() == 1
    assert "confirmation_one_pharmacy_at_a_time" in got


def test_a_stamp_that_meets_no_row_undoes_the_act(clinic):
    confirmation = make_confirmed(clinic)
    with pytest.raises(RuntimeError, match="more or fewer"):
        acts.stamp(Confirmation.objects.filter(pk=confirmation.pk, reversed_at__isnull=False), reversed_at=None)
