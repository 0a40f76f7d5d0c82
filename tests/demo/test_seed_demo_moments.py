"""The demonstration can be made at any moment, and never in a database that is in use."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from compliance import clock
from compliance.models import Patient
from prescriptions.demo.stories import STORIES
from prescriptions.models import Hold
from tests import factories as make
from tests.demo.test_seed_demo import HELD

MOMENTS = {
    "the middle of the night": make.new_york(2027, 6, 16, 0, 10),
    "the day after the clocks went forward": make.new_york(2027, 3, 15, 11),
    "the night the clocks go back": make.new_york(2027, 11, 7, 1, 30),
    "the first of March": make.new_york(2027, 3, 1, 8),
    "the last minutes of a leap February": make.new_york(2028, 2, 29, 23, 50),
    "new year": make.new_york(2028, 1, 1, 0, 0, 30),
}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_everybody_is_in_the_same_state_whenever_it_is_made(moment, tmp_path):
    with clock.moved_to(moment):
        call_command("seed_demo", accounts=tmp_path / "accounts.txt")

    assert Patient.objects.count() == len(STORIES)
    assert {hold.prescription.patient.given_name: hold.blockers for hold in Hold.objects.all()} == HELD


@pytest.mark.django_db
def test_nothing_is_added_to_a_database_in_use():
    make.make_patient(make.make_clinic())

    with pytest.raises(CommandError, match="not the demonstration's"):
        call_command("seed_demo")

    assert Patient.objects.count() == 1
