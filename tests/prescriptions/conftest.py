"""Browsers of the people of one clinic, and how many queries a page costs."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

NOT_COUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", 'INSERT INTO "compliance_accessevent"')


def signed_in(user):
    """A browser of somebody who is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def counter(clinic):
    """The browser at the first pharmacy's counter."""
    return signed_in(clinic.pharmacist)


@pytest.fixture
def other_counter(clinic):
    return signed_in(clinic.other_pharmacist)


@pytest.fixture
def surgery(clinic):
    """The prescriber's browser."""
    return signed_in(clinic.doctor)


@pytest.fixture
def front_desk(clinic):
    """The delegate's browser."""
    return signed_in(clinic.delegate)


@contextmanager
def at_most(queries):
    """No more queries inside; savepoints and the access record are not counted."""
    with CaptureQueriesContext(connection) as captured:
        yield
    counted = [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(NOT_COUNTED)]
    assert len(counted) <= queries, "\n".join(counted)
