"""The pages about the programs themselves: for everybody who is signed in, about nobody."""

import pytest

from compliance.models import AccessEvent
from compliance.programs import load_programs
from tests import factories as make
from tests.compliance.pages import GET_QUERIES, at_most, client_of

pytestmark = pytest.mark.django_db
CODES = sorted(load_programs())


@pytest.fixture
def office(morning):
    return client_of(make.make_administrator())


def test_the_list_leads_to_every_program(office):
    page = office.get("/programs/")
    assert all(f'href="/programs/{code}/"' in page.text for code in CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_program_is_told_within_the_query_budget_and_reads_no_record(office, code):
    with at_most(GET_QUERIES):
        page = office.get(f"/programs/{code}/")
    assert page.status_code == 200
    assert load_programs()[code].editions[0].title.name in page.text
    assert not AccessEvent.objects.exists()


def test_an_unsettled_number_is_marked_with_its_note_and_source(office):
    page = office.get("/programs/us-pomalidomide/")
    assert "Not settled" in page.text
    assert "that the collection date is day 0 is not settled" in page.text
    assert "Source: L3 Lenalidomide REMS Pharmacy Guide 12/2022" in page.text


def test_a_draft_says_that_it_is_one(office):
    assert "Nobody has signed this file off" in office.get("/programs/us-pomalidomide/").text


def test_the_edition_in_force_is_shown_unless_another_is_named(office):
    assert "us-ipledge/2026-11-15 · the edition in force today" in office.get("/programs/us-ipledge/").text
    older = office.get("/programs/us-ipledge/?edition=2021-12-13")
    assert "us-ipledge/2021-12-13 · an earlier edition, for the record" in older.text


def test_the_difference_between_two_editions_is_told_in_sentences(office):
    page = office.get("/programs/us-ipledge/changes/")
    assert "us-ipledge: the edition in force from Mon 13 Dec 2021 on" in page.text
    assert "After a missed first window no wait is asked." in page.text
    assert "Before: After a missed first window a second test counts again only if it is collected 19 days" in page.text


def test_a_single_edition_has_nothing_to_differ_from(office):
    assert "only one edition" in office.get("/programs/eu-pomalidomide/changes/").text


def test_a_retired_program_says_that_it_has_no_gates(office):
    page = office.get("/programs/us-macitentan/")
    assert "this program has ended" in page.text
    assert "This file has no gates" in page.text


@pytest.mark.parametrize(
    "address", ["nothing/", "us-ipledge/?edition=2001-01-01", "us-ipledge/?edition=%00", "us-ipledge/changes/?after=x"]
)
def test_what_there_is_not_answers_as_such(office, address):
    assert office.get(f"/programs/{address}").status_code == 404
