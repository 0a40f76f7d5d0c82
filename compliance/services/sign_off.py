"""A named person says that a program file says what the program's own document says. Nobody else can say it."""

from datetime import date

from django.db import transaction

from compliance import clock
from compliance.models import ProgramSignOff
from compliance.rules import calendar
from compliance.rules.program import EditionHead
from compliance.services import audit


class NotThatFile(ValueError):
    """The file on disk is not the one that was read."""


class NothingSaid(ValueError):
    """Who read, or what was read, is missing; or the day has not come yet."""


def sign_off(edition: EditionHead, *, sha256: str, document: str, signed_by: str, read_on: date) -> ProgramSignOff:
    """Record it, and note it on the program office's chain. Raises `NotThatFile` and `NothingSaid`."""
    if sha256.lower() != edition.sha256:
        raise NotThatFile(f"{edition.id} on disk has SHA-256 {edition.sha256}")
    now = clock.database_now()
    if not document.strip() or not signed_by.strip() or read_on > calendar.date_of(now, edition.zone.info):
        raise NothingSaid("a document, a name, and a day that has come are needed")
    with transaction.atomic(durable=True):
        row = ProgramSignOff.objects.create(
            program=edition.program,
            edition=edition.id,
            sha256=edition.sha256,
            document=document.strip(),
            signed_by=signed_by.strip(),
            read_on=read_on,
            recorded_at=now,
        )
        audit.note(audit.PROGRAM_OFFICE, "program.signed-off", by=None, about={"sign_off": row.pk})
    return row
