"""Somebody to look at the reports, at noon of 3 March 2027 in New York."""

import pytest

from tests import factories as make
from tests.reports import scenes


@pytest.fixture
def clinic(db):
    return scenes.clinic_of_long_ago()


@pytest.fixture
def noon(clinic):
    """From here on it is noon; what came before must be made by the scenes."""
    with scenes.at(scenes.NOON):
        yield scenes.NOON


@pytest.fixture
def administrator(client, db):
    """The client, signed in as an administrator."""
    with scenes.at(scenes.LONG_AGO):
        client.force_login(make.make_administrator())
    return client


@pytest.fixture
def auditor(client, db):
    """The client, signed in as an auditor."""
    with scenes.at(scenes.LONG_AGO):
        client.force_login(make.make_auditor())
    return client
