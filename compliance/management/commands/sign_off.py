"""`manage.py sign_off EDITION --sha256 … --document … --by … --read-on …`: a person stands for a program file."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError

from compliance.programs import load_programs
from compliance.rules.program import EditionHead
from compliance.services.sign_off import NothingSaid, NotThatFile, sign_off


class Command(BaseCommand):
    help = "Record that a named person has read a program file against the program's own document, and when."

    def add_arguments(self, parser):
        parser.add_argument("edition", help="such as us-pomalidomide/2023-03-24")
        parser.add_argument("--sha256", required=True, help="of the file that was read (sha256sum FILE)")
        parser.add_argument("--document", required=True, help="title, version and date of the document that was read")
        parser.add_argument("--by", required=True, help="name and office of the person who read it")
        parser.add_argument("--read-on", required=True, type=date.fromisoformat, help="YYYY-MM-DD")

    def handle(self, *_args, **options):
        edition = edition_named(options["edition"])
        try:
            row = sign_off(
                edition,
                sha256=options["sha256"],
                document=options["document"],
                signed_by=options["by"],
                read_on=options["read_on"],
            )
        except (NotThatFile, NothingSaid) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"signed off: {row.edition}, {row.sha256}, by {row.signed_by}")


def edition_named(name: str) -> EditionHead:
    for program in load_programs().values():
        for edition in program.editions:
            if edition.id == name:
                return edition
    raise CommandError(f"there is no edition {name}")
