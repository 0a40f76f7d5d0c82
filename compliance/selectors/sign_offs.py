"""Which program files somebody has put their name to."""

from datetime import datetime
from itertools import pairwise

from django.db.models import QuerySet

from compliance.models import ProgramSignOff
from compliance.programs import load_programs
from compliance.rules import calendar
from compliance.rules.program import Edition, EditionHead, Program


def sign_offs_of(edition: EditionHead) -> QuerySet[ProgramSignOff]:
    """Of exactly this file, the latest first; one for an earlier wording of it is none."""
    return ProgramSignOff.objects.filter(edition=edition.id, sha256=edition.sha256).order_by("-recorded_at")


def drafts(at: datetime) -> list[EditionHead]:
    """The editions with gates, in force at that moment or later, whose files nobody has signed off. One query."""
    signed = set(ProgramSignOff.objects.values_list("edition", "sha256"))
    needed = [edition for program in load_programs().values() for edition in _to_be_used(program, at)]
    return [edition for edition in needed if (edition.id, edition.sha256) not in signed]


def _to_be_used(program: Program, at: datetime) -> list[EditionHead]:
    today = calendar.date_of(at, program.zone)
    over = {before.id for before, after in pairwise(program.editions) if after.starts_on <= today}
    return [edition for edition in program.editions if isinstance(edition, Edition) and edition.id not in over]
