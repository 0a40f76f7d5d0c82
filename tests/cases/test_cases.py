"""Every case file of this folder, by the pure rules. `expect` in a case is what this file asserts."""

from pathlib import Path

import pytest

from compliance.programs import load_programs
from compliance.rules.answers import differences
from compliance.rules.cases import read_case
from compliance.rules.history import play

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.jsonl"))


def lines():
    for file in FILES:
        for line in file.read_bytes().splitlines():
            case = read_case(line, load_programs())
            yield pytest.param(case, id=f"{file.stem}-{case.id}")


@pytest.mark.parametrize("case", list(lines()))
def test_a_case_is_answered_as_it_expects(case):
    found = [
        f"step {step}: {difference}"
        for step, answer in play(case)
        for difference in differences(case.steps[step], answer)
    ]

    assert found == []


def test_the_cases_expect_something_of_every_gate():
    expected = {type(step).__name__ for param in lines() for step in param.values[0].steps if step.expect is not None}

    assert expected == {"TryStep", "AskStep"}
    assert len(list(lines())) >= 53
