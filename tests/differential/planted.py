"""python -m tests.differential.planted: would the comparison notice a wrong number?

Each number, list entry and switch of each edition in the oracle's tables is altered by itself, and generated cases are
replayed with the altered table until a verdict differs. What is never noticed is a number the generator does not reach.
"""

import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from typing import Any

from tests.differential.compare import difference
from tests.differential.generator import generate
from tests.oracle import tables
from tests.oracle.play import Player

CASES = 4_000


def altered_values(value: Any) -> Iterator[Any]:
    """Values one step away from a value of the tables."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value - 1, value + 1)
    elif isinstance(value, frozenset):
        yield from (value - {entry} for entry in sorted(value))
    elif isinstance(value, tuple):
        for place, entry in enumerate(value):
            swap = {"exclusive": "inclusive", "inclusive": "exclusive"}
            others = [swap[entry]] if entry in swap else altered_values(entry)
            yield from ((*value[:place], other, *value[place + 1 :]) for other in others)


def alterations(program: tables.Program) -> Iterator[tuple[str, tables.Program]]:
    """Every alteration of a program, with its name."""
    for index, edition in enumerate(program.editions):
        for name, changed in altered_editions(edition):
            editions = (*program.editions[:index], changed, *program.editions[index + 1 :])
            yield f"{program.code}/{edition.starts_on} {name}", replace(program, editions=editions)


def altered_editions(edition: tables.Edition) -> Iterator[tuple[str, tables.Edition]]:
    """Every alteration of an edition's own values and of its categories'."""
    for each in fields(edition):
        value = getattr(edition, each.name)
        if isinstance(value, date | dict | str):
            continue
        for other in altered_values(value):
            yield f"{each.name} {shown(value, other)}", replace(edition, **{each.name: other})
    for code, category in edition.categories.items():
        for each in fields(category):
            value = getattr(category, each.name)
            for other in altered_values(value):
                changed = replace(category, **{each.name: other})
                yield (
                    f"{code} {each.name} {value} -> {other}",
                    replace(edition, categories=edition.categories | {code: changed}),
                )


def shown(value: Any, other: Any) -> str:
    """An alteration in a few words."""
    if isinstance(value, frozenset):
        return "without " + ", ".join(value - other)
    return f"{value} -> {other}"


def noticed_after(program: tables.Program, cases: int = CASES) -> int | None:
    """How many generated cases it took until a verdict differed; None where none did."""
    for seed in range(cases):
        made = generate(seed, program.code)
        player = Player(program.code)
        player.program = program
        given = [player.learn(raw) for raw in made.case["steps"]]
        if difference(made.verdicts, [verdict for verdict in given if verdict]):
            return seed + 1
    return None


def main() -> int:
    """Report every alteration that no case noticed."""
    missed, total = [], 0
    for program in tables.PROGRAMS.values():
        for name, altered in alterations(program):
            total += 1
            after = noticed_after(altered)
            if after is None:
                missed.append(name)
                sys.stdout.write(f"not noticed in {CASES} cases: {name}\n")
            elif after > CASES // 4:
                sys.stdout.write(f"noticed only after {after} cases: {name}\n")
    sys.stdout.write(f"{total} alterations, {len(missed)} not noticed\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
