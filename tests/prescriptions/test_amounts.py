"""Doses and capsules: two different numbers, in words and in fields."""

from decimal import Decimal

import pytest
from django.utils import translation

from prescriptions.presenters.amounts import bare, capsules_field, capsules_text, fewest_capsules, mg

POMALIDOMIDE = tuple(map(Decimal, (1, 2, 3, 4)))
LENALIDOMIDE = tuple(map(Decimal, ("2.5", "5", "10", "15", "20", "25")))


@pytest.mark.parametrize(
    ("dose", "strengths", "fits"),
    [
        ("4", POMALIDOMIDE, {4: 1}),
        ("5", POMALIDOMIDE, {4: 1, 1: 1}),
        ("8", POMALIDOMIDE, {4: 2}),
        ("7.5", LENALIDOMIDE, {5: 1, Decimal("2.5"): 1}),
        ("2.5", POMALIDOMIDE, {}),
        ("0.5", POMALIDOMIDE, {}),
    ],
)
def test_few_capsules_make_up_a_dose_or_none_do(dose, strengths, fits):
    assert fewest_capsules(Decimal(dose), strengths) == fits


def test_no_amount_shows_zeros_that_say_nothing():
    assert [mg(Decimal(text)) for text in ("4.00", "2.50", "10", "100")] == ["4", "2.5", "10", "100"]
    assert str(bare(Decimal("10.00"))) == "10"


def test_a_field_takes_a_point_where_people_read_a_comma():
    with translation.override("es"):
        assert mg(Decimal("2.5")) == "2,5"
        assert str(bare(Decimal("2.50"))) == "2.5"
        assert capsules_field(Decimal("2.50")) == "capsules_2-5"


def test_the_strongest_capsules_come_first():
    assert capsules_text({Decimal(1): 1, Decimal(3): 2}) == "2 × 3 mg + 1 × 1 mg"
