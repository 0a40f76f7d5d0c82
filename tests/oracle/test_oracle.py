"""The oracle answers every published case as the case expects."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests import oracle

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "cases" / "visible.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_oracle_answers_a_published_case_as_expected(case):
    verdicts = {verdict["step"]: verdict for verdict in oracle.play(case)}

    expected = {index: step["expect"] for index, step in enumerate(case["steps"]) if "expect" in step}

    assert expected
    for index, expect in expected.items():
        assert not differences(verdicts[index], expect), (case["id"], index)


def differences(verdict, expect):
    """Every way in which a verdict disagrees with what a step expects."""
    found = []
    if "allowed" in expect and verdict["allowed"] is not expect["allowed"]:
        found.append(("allowed", verdict))
    if "blockers" in expect and verdict["codes"] != sorted(expect["blockers"]):
        found.append(("blockers", verdict["codes"]))
    if "expires_at" in expect:
        wanted = expect["expires_at"] and datetime.fromisoformat(expect["expires_at"]).astimezone(UTC)
        if verdict["expires_at"] != wanted:
            found.append(("expires_at", verdict["expires_at"]))
    listed = [
        {key: str(value) if key.endswith("_on") and value else value for key, value in duty.items()}
        for duty in verdict["duties"]
    ]
    found.extend(
        ("duty", wanted, listed)
        for wanted in expect.get("duties", [])
        if not any(all(duty[key] == value for key, value in wanted.items()) for duty in listed)
    )
    found.extend(("no duty", name) for name in expect.get("no_duties", []) if any(d["duty"] == name for d in listed))
    return found


@pytest.mark.parametrize(
    ("program", "at", "error"),
    [
        ("us-pomalidomide", "2023-03-23T23:59:59-04:00", oracle.NoEditionYet),
        ("us-macitentan", "2013-10-17T23:59:59-04:00", oracle.NoEditionYet),
        ("us-macitentan", "2025-03-31T23:59:59-04:00", oracle.NotModelled),
    ],
)
def test_an_ask_outside_the_editions_is_an_error(program, at, error):
    with pytest.raises(error):
        oracle.play({"id": "early", "program": program, "steps": [{"ask": "plan", "at": at}]})
