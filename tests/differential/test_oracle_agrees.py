"""The product and the oracle give the same answers, and the comparison would notice if they did not."""

import pytest

from tests import oracle
from tests.differential.__main__ import shared_out
from tests.differential.compare import check, run
from tests.differential.coverage import Coverage
from tests.differential.generator import generate

SEED = 1


def test_the_product_agrees_with_the_oracle_on_fifty_thousand_tries():
    coverage, found = run(SEED, 50_000)

    assert [each.lines() for each in found] == []
    assert coverage.tried >= 50_000
    assert 0.3 <= coverage.share_allowed <= 0.7


@pytest.mark.slow
def test_the_product_agrees_with_the_oracle_on_a_million_tries():
    coverage, found = shared_out(SEED, 1_000_000, 2)

    assert [each.lines() for each in found] == []
    assert coverage.tried >= 1_000_000
    assert 0.3 <= coverage.share_allowed <= 0.7


def test_a_seed_makes_the_same_case_twice():
    assert generate(42).case == generate(42).case
    assert generate(42).case != generate(43).case


def test_the_generator_keeps_the_verdicts_that_a_replay_gives():
    made = generate(7)

    assert oracle.play(made.case) == made.verdicts


def test_a_wrong_answer_is_found_and_shrunk_to_the_steps_that_matter():
    def forgets_certificates(case):
        return [
            verdict | {"codes": [code for code in verdict["codes"] if code != "prescriber-not-certified"]}
            for verdict in oracle.play(case)
        ]

    found = (check(seed, Coverage(), forgets_certificates) for seed in range(200))
    disagreement = next(each for each in found if each)

    assert "prescriber-not-certified" in disagreement.found
    assert [step.get("fact") for step in disagreement.case["steps"]] == ["prescription.written", None]


def test_a_product_that_raises_is_a_disagreement():
    def raises(case):
        raise ZeroDivisionError

    disagreement = check(1, Coverage(), raises)

    assert disagreement is not None
    assert "ZeroDivisionError" in disagreement.found


def test_every_kind_of_answer_is_compared():
    made = generate(1)
    for change in ({"allowed": None}, {"codes": ["x"]}, {"expires_at": 0}, {"opens_at": {"x": 1}}, {"duties": ["x"]}):
        altered = [verdict | change for verdict in made.verdicts]

        assert check(1, Coverage(), lambda case, altered=altered: altered[: len(oracle.play(case))]) is not None
