"""Every case of the folder tests/cases gives the same verdicts through the services and the database."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from compliance.programs import load_programs
from compliance.rules.answers import write_answer
from compliance.rules.cases import read_case
from compliance.rules.history import play
from prescriptions.models import Decision
from prescriptions.services.export import export_case
from prescriptions.services.play import play_through_site
from prescriptions.services.replay import replay
from tests.cases.test_cases import FILES

pytestmark = pytest.mark.django_db


def cases():
    for file in FILES:
        for line in file.read_bytes().splitlines():
            case = read_case(line, load_programs())
            yield pytest.param(case, id=f"{file.stem}-{case.id}")


def told(answers, case):
    """Answers as the contract writes them, without sentences."""
    return [write_answer(case.id, step, answer, lambda *_: {}) for step, answer in answers]


@pytest.mark.parametrize("case", list(cases()))
def test_a_case_gets_the_same_answers_through_the_site(case):
    pure, site = list(play(case)), list(play_through_site(case))

    assert told(site, case) == told(pure, case)
    assert [_next_change(answer) for _, answer in site] == [_next_change(answer) for _, answer in pure]


def _next_change(answer):
    return getattr(answer, "next_change_at", None)


@pytest.mark.parametrize("case", list(cases()))
def test_what_a_case_left_on_the_site_replays_and_exports_to_the_same_answers(case):
    list(play_through_site(case))
    decisions = Decision.objects.order_by("decided_at", "patient_seq")

    assert [str(found) for found in replay(decisions)] == []
    for prescription in set(decisions.values_list("prescription", flat=True)):
        exported = read_case(json.dumps(export_case(prescription)).encode(), load_programs())
        answers = told(play(exported), exported)
        stored = list(decisions.filter(patient__decisions__prescription=prescription).distinct())
        kept = [(decision.gate, decision.allowed, sorted(decision.blockers)) for decision in stored[: len(answers)]]
        assert [(a["gate"], a["allowed"], sorted(b["code"] for b in a["blockers"])) for a in answers] == kept


def test_clocks_that_stand_still_refuse_to_play(settings):
    settings.CLOCK_MAY_MOVE = False
    case = next(cases()).values[0]
    with pytest.raises(ImproperlyConfigured):
        list(play_through_site(case))
