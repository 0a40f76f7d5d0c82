"""`manage.py decide [--check] FILE|-`: answers cases by the pure rules, without a database (docs/contract.md)."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand

from compliance import wording
from compliance.programs import load_programs
from compliance.rules.answers import differences, write_answer
from compliance.rules.history import Answered, Player, Refused, answer_lines, play
from compliance.rules.verdict import Blocker, Gate

OK, DIFFERENT, BAD_INPUT = 0, 1, 2


class Command(BaseCommand):
    """Exit status: 0; 1 where --check found a difference; 2 where a line was no case."""

    help = "Decides the cases of a file, one JSON object a line; prints one verdict a line."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cases", metavar="FILE", help="a file of cases, one a line; - reads standard input")
        parser.add_argument("--check", action="store_true", help="say where a verdict is not what its step expects")

    def handle(self, *_args: Any, **options: Any) -> None:
        file = options["cases"]
        try:
            with _opened(file) as lines:
                status = self.answer(file, lines, check=options["check"], player=self.player(options))
        except OSError as error:
            self.stderr.write(f"{file}: expected a file that can be read ({error.strerror})")
            status = BAD_INPUT
        if status != OK:
            sys.exit(status)

    def player(self, _options: dict[str, Any]) -> Player:
        """What plays the cases."""
        return play

    def answer(self, file: str, lines: BinaryIO, *, check: bool, player: Player) -> int:
        """Prints every verdict and, to standard error, every bad line and difference; returns the exit status."""
        status = OK
        for line in answer_lines(lines, load_programs(), player):
            if isinstance(line, Refused):
                self.stderr.write(f"{file}:{line.number}: {line.bad}")
                status = BAD_INPUT
                continue
            self._print(line)
            if check and self._differs(f"{file}:{line.number}", line):
                status = max(status, DIFFERENT)
        return status

    def _print(self, line: Answered) -> None:
        for step, answer in line.answers:
            self.stdout.write(json.dumps(write_answer(line.case.id, step, answer, sentences)))

    def _differs(self, where: str, line: Answered) -> bool:
        found = [
            f"{where}: case {json.dumps(line.case.id)}, step {step}: {difference}"
            for step, answer in line.answers
            for difference in differences(line.case.steps[step], answer)
        ]
        for difference in found:
            self.stderr.write(difference)
        return bool(found)


def sentences(gate: Gate, blocker: Blocker) -> dict[str, str]:
    return {"says": wording.says(blocker.code, gate), "next": wording.next_step(blocker.code, gate)}


@contextmanager
def _opened(file: str) -> Iterator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
    else:
        with Path(file).open("rb") as lines:
            yield lines
