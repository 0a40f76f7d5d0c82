"""`manage.py diff_editions A B --cases FILE`: every case whose answer changes when edition A is replaced by B."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from compliance.programs import load_programs
from compliance.programs.schema import load_edition
from compliance.programs.tables import ProgramFileError
from compliance.rules.answers import plain_answer
from compliance.rules.cases import BadCase, read_case
from compliance.rules.history import play
from compliance.rules.program import EditionHead, Program


class Command(BaseCommand):
    """B is in force wherever A was. Exit status 2 where a line of the file was no case."""

    help = "Lists every case whose answer changes when edition A is replaced by edition B."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("a", metavar="A", help="an edition, such as us-ipledge/2021-12-13")
        parser.add_argument("b", metavar="B", help="another one, or a program file that is not in force yet")
        parser.add_argument("--cases", metavar="FILE", required=True, help="a file of cases, one a line")

    def handle(self, *_args: Any, **options: Any) -> None:
        programs = load_programs()
        a, b = find_edition(programs, options["a"]), find_edition(programs, options["b"])
        program = programs[a.program]
        swapped = Program(a.program, tuple(_in_place_of(a, b) if one is a else one for one in program.editions))
        changed, bad = 0, False
        for number, line in enumerate(_lines(Path(options["cases"])), start=1):
            try:
                changes = list(_changes(line, programs, {**programs, a.program: swapped}))
            except BadCase as error:
                self.stderr.write(f"{options['cases']}:{number}: {error}")
                bad = True
                continue
            changed += bool(changes)
            for change in changes:
                self.stdout.write(change)
        self.stdout.write(f"{changed} case(s) change when {a.id} is replaced by {b.id}.")
        if bad:
            sys.exit(2)


def find_edition(programs: dict[str, Program], name: str) -> EditionHead:
    """An edition by its id, or read from a program file."""
    known = {edition.id: edition for program in programs.values() for edition in program.editions}
    if name in known:
        return known[name]
    if not Path(name).is_file():
        raise CommandError(f"{name} is no program file and no edition; known are " + ", ".join(sorted(known)))
    try:
        return load_edition(Path(name))
    except ProgramFileError as error:
        raise CommandError(str(error)) from None


def _in_place_of(a: EditionHead, b: EditionHead) -> EditionHead:
    """B's values under A's first day, so that the other editions keep their place."""
    return replace(b, program=a.program, start=a.start)


def _lines(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as lines:
            yield from lines
    except OSError as error:
        raise CommandError(f"{file}: expected a file that can be read ({error.strerror})") from None


def _changes(line: bytes, programs: dict[str, Program], swapped: dict[str, Program]) -> Iterator[str]:
    """One sentence a step whose answer differs. BadCase where the line is no case as things are."""
    case = read_case(line, programs)
    try:
        other = read_case(line, swapped)
    except BadCase as error:
        yield f"{case.id}: no answer any more: {error}"
        return
    for (step, before), (_, after) in zip(play(case), play(other), strict=True):
        was, becomes = plain_answer(before), plain_answer(after)
        if was != becomes:
            yield f"{case.id}, step {step}: {was} becomes {becomes}"
