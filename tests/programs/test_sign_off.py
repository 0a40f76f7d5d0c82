"""A sign-off is one person's word about one file, by its hash; it is never made up and never changed."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from compliance import clock
from compliance.models import LedgerEntry, ProgramSignOff
from compliance.programs import load_programs
from compliance.selectors.sign_offs import drafts, sign_offs_of
from compliance.services.audit import PROGRAM_OFFICE
from tests import factories as make
from tests.compliance.pages import client_of

EDITION = load_programs()["us-pomalidomide"].editions[0]
SAID = {"sha256": EDITION.sha256, "document": "PS-Pomalidomide REMS, 3/2023", "by": "Dr. Ada Invented, medical office"}


def record(edition=EDITION.id, **changes):
    said = {**SAID, "read_on": "2027-02-26", **changes}
    given = [f"--{name.replace('_', '-')}={value}" for name, value in said.items()]
    out = StringIO()
    call_command("sign_off", edition, *given, stdout=out)
    return out.getvalue()


def test_shipped_files_are_drafts(morning):
    assert EDITION in drafts(clock.now())
    assert not ProgramSignOff.objects.exists()


def test_a_sign_off_says_who_read_what_and_when_and_is_noted_on_the_offices_chain(morning):
    assert EDITION.sha256 in record()
    (row,) = sign_offs_of(EDITION)
    assert (row.signed_by, row.document, f"{row.read_on}") == (SAID["by"], SAID["document"], "2027-02-26")
    assert LedgerEntry.objects.filter(chain=PROGRAM_OFFICE, kind="note.program.signed-off").count() == 1
    assert EDITION not in drafts(clock.now())


def test_a_word_about_an_earlier_wording_of_the_file_does_not_count(morning):
    record()
    ProgramSignOff.objects.create(
        program="us-thalidomide",
        edition="us-thalidomide/2023-04-27",
        sha256="ab" * 32,
        document="something else",
        signed_by="Somebody",
        read_on=make.today(),
        recorded_at=clock.database_now(),
    )
    assert "us-thalidomide/2023-04-27" in {edition.id for edition in drafts(clock.now())}


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "ab" * 32},
        {"document": " "},
        {"by": " "},
        {"read_on": "2027-03-02"},
        {"read_on": "yesterday"},
        {"edition": "us-pomalidomide/1999-01-01"},
    ],
)
def test_a_word_about_nothing_is_refused(morning, changes):
    with pytest.raises(CommandError):
        record(**changes)
    assert not ProgramSignOff.objects.exists()


def test_an_edition_that_is_over_needs_nobodys_word(morning):
    waiting = {edition.id for edition in drafts(clock.now())}
    assert "us-ipledge/2026-11-15" in waiting
    assert "us-ipledge/2021-12-13" not in waiting
    assert not {one for one in waiting if one.startswith("us-macitentan")}


def test_the_programs_page_says_who_stands_for_the_file(morning):
    page = client_of(make.make_administrator())
    assert "A draft." in page.get("/programs/us-pomalidomide/").text
    record()
    after = page.get("/programs/us-pomalidomide/").text
    assert "A draft." not in after
    assert "Dr. Ada Invented, medical office read this very file against" in after
