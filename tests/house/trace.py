"""Rule to check to test: which function asks each code of the contract, and what tries it.

`python -m tests.house.trace` writes docs/traceability.md from the contract, the source, the cases and the tests.
"""

import ast
import json
import os
import re
import sys
from collections import defaultdict
from dataclasses import dataclass

from compliance.rules.decide import CHECKS
from compliance.rules.verdict import Code, DutyKind
from tests.house.source import ROOT, python_files, tree_of

PAGE = ROOT / "docs/traceability.md"
HEAD = """# Traceability: rule, check, test

Written by `python -m tests.house.trace`; never edited. A rule is a row of [the contract](contract.md), its words are in
`compliance/wording.py` and its numbers, with their sources, in `compliance/programs/`. A case is a line of
`tests/cases/*.jsonl`.
"""
ROW = re.compile(r"^\| ((?:`[a-z0-9-]+` ?)+)\| (?:(patient|prescriber|pharmacy|program) \| )?(.+?) \|$", re.MULTILINE)
NEVER_ASKED = {Code.PROGRAM_RETIRED: "never blocks"}


@dataclass(frozen=True)
class Line:
    """One code or duty: where it is asked, by which functions, and what tries it."""

    name: str
    asked: str
    checks: tuple[str, ...]
    cases: tuple[str, ...]
    tests: tuple[str, ...]

    def __str__(self):
        cells = [f"`{self.name}`", self.asked, *(" · ".join(found) for found in (self.checks, self.cases, self.tests))]
        return f"| {' | '.join(cells)} |"


def functions_naming(enum, folder):
    """`Code.X` to the functions of a folder that name it, as `file: function`, by the enum's member."""
    found = defaultdict(list)
    for path in python_files(folder):
        for function in (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)):
            for member in sorted(members_in(function, enum)):
                found[member].append(f"`{path.relative_to(folder)}: {function.name}`")
    return found


def members_in(tree, enum):
    """The members of an enum that a piece of source names, as `Enum.MEMBER` or by value."""
    values = {member.value: member for member in enum}
    named = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == enum.__name__:
            named.add(enum[node.attr])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in values:
            named.add(values[node.value])
    return named


def gates_asking(code):
    """The gates whose checks name the code."""
    by_function = functions_naming(Code, "compliance/rules/checks").get(code, [])
    names = {entry.strip("`").split(": ")[1] for entry in by_function}
    return [gate for gate, checks in CHECKS.items() if names & {check.__name__ for check in checks}]


def cases_expecting():
    """The ids of the cases that expect a code or duty, by its name."""
    found = defaultdict(set)
    for path in sorted((ROOT / "tests/cases").glob("*.jsonl")):
        for line in path.read_text().splitlines():
            if line.strip():
                expect_of(json.loads(line), found)
    return found


def expect_of(case, found):
    for step in case["steps"]:
        expected = step.get("expect", {})
        duties = [duty["duty"] for duty in expected.get("duties", [])]
        for name in [*expected.get("blockers", []), *duties]:
            found[name].add(case["id"])


def tests_naming(enum):
    """The test files that name a member, by the member; the house itself tries nothing."""
    found = defaultdict(set)
    for path in python_files("tests"):
        if path.name.startswith("test_") and "house" not in path.parts:
            for member in members_in(tree_of(path), enum):
                found[member].add(f"`{path.relative_to('tests')}`")
    return found


def rules():
    """The contract's row for each code and duty: what it says."""
    rows = ROW.findall((ROOT / "docs/contract.md").read_text())
    return {name: text for names, _, text in rows for name in re.findall(r"`([^`]+)`", names)}


def lines():
    """Every code, then every duty."""
    cases = cases_expecting()
    for enum, folder in ((Code, "compliance/rules/checks"), (DutyKind, "compliance/rules/duties")):
        checks, tests = functions_naming(enum, folder), tests_naming(enum)
        for member in enum:
            asked = ", ".join(gates_asking(member)) if enum is Code else "plan"
            yield Line(
                name=member.value,
                asked=NEVER_ASKED.get(member, asked),
                checks=tuple(checks[member]),
                cases=tuple(sorted(cases[member.value])),
                tests=tuple(sorted(tests[member])),
            )


def page():
    """The whole document."""
    table = [
        "| code or duty | asked at | check | cases | tests |",
        "| --- | --- | --- | --- | --- |",
        *map(str, lines()),
    ]
    return HEAD + "\n" + "\n".join(table) + "\n"


if __name__ == "__main__":
    os.chdir(ROOT)
    PAGE.write_text(page())
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}\n")
