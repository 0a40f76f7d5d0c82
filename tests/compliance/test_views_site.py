"""Pages that belong to nobody's record: health, outbox, errors."""

from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client

from compliance import clock
from compliance.middleware import Door
from compliance.models import Outbox
from tests.compliance.pages import client_of
from tests.factories import make_clinic

pytestmark = pytest.mark.django_db


def test_the_process_answers_without_a_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Client().get("/livez").json() == {"alive": True}


def test_the_site_is_ready_once_every_migration_is_applied():
    response = Client().get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "database": True, "migrations": True}


def test_a_site_whose_database_is_away_is_not_ready_and_says_no_more():
    with mock.patch("compliance.views.health.MigrationExecutor", side_effect=DatabaseError("host=db password=x")):
        response = Client().get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": True, "migrations": False}


def test_the_outbox_is_a_page_of_the_demonstration_only(settings):
    client = client_of(make_clinic().doctor)
    Outbox.objects.create(to="a@example.org", subject="A date to keep", body="Please call us.", sent_at=clock.now())

    settings.SHOW_OUTBOX = True
    shown = client.get("/outbox/")
    settings.SHOW_OUTBOX = False
    hidden = client.get("/outbox/")

    assert "A date to keep" in shown.text
    assert hidden.status_code == 404


def test_a_pharmacist_has_no_outbox(settings):
    settings.SHOW_OUTBOX = True
    response = client_of(make_clinic().pharmacist).get("/outbox/")
    assert response.status_code == 403
    assert "not part of your work here" in response.text


def test_an_empty_outbox_says_so(settings):
    settings.SHOW_OUTBOX = True
    assert "Nothing has been sent yet" in client_of(make_clinic().doctor).get("/outbox/?page=nonsense").text


@pytest.mark.parametrize("address", ["/nothing-here/", "/patients/not-a-uuid/"])
def test_an_unknown_address_gets_a_helpful_page(address):
    response = client_of(make_clinic().doctor).get(address)
    assert response.status_code == 404
    assert "There is no such page for you" in response.text


def test_a_fault_of_ours_is_told_without_details():
    client = Client(raise_request_exception=False)
    with mock.patch("compliance.views.home.redirect", side_effect=RuntimeError("secret detail")):
        client.force_login(make_clinic().doctor, backend="django.contrib.auth.backends.ModelBackend")
        response = client.get("/")
    assert response.status_code == 500
    assert "Something went wrong here, not with you" in response.text
    assert "secret detail" not in response.text


def test_a_view_that_does_not_say_whom_it_is_for_is_refused_to_everybody(rf):
    request = rf.get("/new/")
    request.user = make_clinic().doctor
    with pytest.raises(PermissionDenied):
        Door(lambda _: HttpResponse()).process_view(request, lambda _: HttpResponse("open"), (), {})


@pytest.mark.parametrize(
    ("method", "address"), [("get", "/sign-out/"), ("post", "/outbox/"), ("delete", "/work-list/")]
)
def test_an_address_that_does_not_take_the_method_says_so(method, address):
    response = getattr(client_of(make_clinic().doctor), method)(address)
    assert response.status_code == 405
    assert response.headers["Allow"]
    assert "There is nothing to see at this address" in response.text
