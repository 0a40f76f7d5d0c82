"""Every rule is asked by a function, tried by a case and a test, and stands in docs/traceability.md."""

import pytest

from compliance.programs import load_programs
from compliance.rules import values
from compliance.rules.decide import CHECKS
from compliance.rules.program import Edition
from compliance.rules.verdict import Code
from tests.house import trace
from tests.house.trace import NEVER_ASKED

LINES = list(trace.lines())
EDITIONS = [edition for program in load_programs().values() for edition in program.editions]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_a_rule_is_checked_and_tried(line):
    assert line.name in trace.rules(), "the contract has no row for it"
    if line.name not in NEVER_ASKED:
        assert line.tests, "no test names it"
        assert line.checks, "no function asks it"
        assert line.asked, "no gate asks it"
        assert line.cases, "no case in tests/cases expects it"


def test_the_page_has_the_rules_as_they_stand():
    """Cases and tests may have come since; what stands there must not have gone."""
    written = {cells[0].strip(): cells for cells in (row.split("|")[1:-1] for row in rows_of(trace.PAGE.read_text()))}
    assert list(written) == [f"`{line.name}`" for line in LINES]
    for line in LINES:
        _, asked, checks, cases, tests = written[f"`{line.name}`"]
        assert asked.strip() == line.asked, line.name
        assert named(checks) == set(line.checks), line.name
        assert named(cases) <= set(line.cases), line.name
        assert named(tests) <= set(line.tests), line.name


def rows_of(page):
    return [row for row in page.splitlines() if row.startswith("| `")]


def named(cell):
    return {word.strip() for word in cell.split("·")} - {""}


def test_every_check_names_its_code():
    asked = {check for checks in CHECKS.values() for check in checks}
    named_by = {
        entry.strip("`").split(": ")[1]
        for found in trace.functions_naming(Code, "compliance/rules/checks").values()
        for entry in found
    }
    assert {check.__name__ for check in asked} <= named_by


def values_in(thing):
    """Every dated value inside an edition, however deep."""
    if isinstance(thing, values.Value):
        yield thing
    if hasattr(thing, "__dataclass_fields__"):
        for name in thing.__dataclass_fields__:
            yield from values_in(getattr(thing, name))
    elif isinstance(thing, dict) or hasattr(thing, "items"):
        for inner in thing.values():
            yield from values_in(inner)
    elif isinstance(thing, tuple | list | frozenset):
        for inner in thing:
            yield from values_in(inner)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_every_value_of_a_program_is_cited(edition):
    found = list(values_in(edition))
    assert len(found) > (20 if isinstance(edition, Edition) else 2)
    for value in found:
        if value == values.Methods(cite="", settled=True, methods=frozenset()):
            continue  # the edition lists none
        assert value.cite.strip(), value
        assert isinstance(value.settled, bool)
