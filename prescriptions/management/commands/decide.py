"""`manage.py decide`, with what needs a database: play a case through the site, write a stored history as a case.

It takes the place of compliance's command of the same name, because compliance must not know prescriptions.
"""

import json
import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from compliance.management.commands.decide import Command as PureCommand
from compliance.rules.history import Player, play
from config.scratch import NoScratchDatabase, scratch_database
from prescriptions.services.acts import NoSuchPrescription
from prescriptions.services.export import TooLong, take_out
from prescriptions.services.play import play_through_site


class Command(PureCommand):
    """Exit status as of the pure command; 1 where there is nothing to export."""

    help = "Decides the cases of a file, by the rules or through the site; or exports a stored prescription as a case."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "cases", metavar="FILE", nargs="?", help="a file of cases, one a line; - reads standard input"
        )
        parser.add_argument("--check", action="store_true", help="say where a verdict is not what its step expects")
        parser.add_argument(
            "--through-site",
            action="store_true",
            help="play the cases through the real services, in a database made for it and dropped afterwards",
        )
        parser.add_argument(
            "--export",
            type=UUID,
            metavar="PRESCRIPTION",
            help="print a stored prescription's history as a case; personal data, and noted as taken out",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["export"] is not None:
            self.export(options["export"])
        elif options["cases"] is None:
            raise CommandError("Name a FILE of cases, or - for standard input.")
        elif options["through_site"]:
            self.decide_through_site(*args, **options)
        else:
            super().handle(*args, **options)

    def player(self, options: dict[str, Any]) -> Player:
        return play_through_site if options["through_site"] else play

    def decide_through_site(self, *args: Any, **options: Any) -> None:
        try:
            with scratch_database():
                super().handle(*args, **options)
        except (NoScratchDatabase, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error

    def export(self, prescription: UUID) -> None:
        try:
            case = take_out(prescription, by=None)
        except NoSuchPrescription:
            sys.exit(f"There is no prescription {prescription}.")
        except TooLong as error:
            sys.exit(f"The history cannot be a case: {error}.")
        self.stdout.write(json.dumps(case, ensure_ascii=False))
