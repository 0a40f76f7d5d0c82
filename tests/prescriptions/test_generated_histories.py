"""Generated histories, with tries around every edge, give the same answers through the site, with real commits."""

import json
import os

import pytest

from compliance.programs import load_programs
from compliance.rules.cases import read_case
from compliance.rules.history import play
from prescriptions.models import Decision
from prescriptions.services.play import play_through_site
from prescriptions.services.replay import replay
from tests.differential.generator import generate
from tests.prescriptions.test_through_site import told

SEED = 7000
MANY = int(os.environ.get("HISTORIES", "1000"))


@pytest.mark.parametrize("cases", [20, pytest.param(MANY, marks=pytest.mark.slow)])
def test_generated_histories_get_the_same_answers_through_the_site(cloned_database, cases):
    different = [seed for seed in range(SEED, SEED + cases) if not same_answers(seed)]

    assert different == []
    assert [str(found) for found in replay(Decision.objects.select_related("prescription").iterator())] == []


def same_answers(seed):
    """Whether the case of a seed is answered alike both ways."""
    case = read_case(json.dumps(generate(seed).case).encode(), load_programs())
    return told(play_through_site(case), case) == told(play(case), case)
