"""The compliance page, the rows behind its numbers, and the files they can be saved as."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse

from reports.counts import COUNTS
from tests import factories as make
from tests.reports import scenes

pytestmark = pytest.mark.django_db
PAGES = [reverse("program"), reverse("program-rows", args=["releases"]), reverse("program-csv", args=["releases"])]


def addresses():
    """Every page and every file of the counts."""
    slugs = [count.slug for count in COUNTS]
    return [
        reverse("program"),
        *(reverse("program-rows", args=[slug]) for slug in slugs),
        *(reverse("program-csv", args=[slug]) for slug in slugs),
    ]


def test_the_page_counts_the_last_thirty_days_unless_told_otherwise(administrator, clinic, noon):
    scenes.released(clinic, scenes.NOON - timedelta(days=31))
    scenes.released(clinic, scenes.NOON - timedelta(days=29))

    page = administrator.get(reverse("program"))

    assert page.status_code == 200
    assert "from Tue 2 Feb 2027 to Wed 3 Mar 2027" in page.text
    numbers = {tile["count"].slug: tile["number"] for _, tiles in page.context["groups"] for tile in tiles}
    assert numbers["releases"] == 1


def test_each_number_leads_to_its_rows_for_the_same_days(administrator, clinic, noon):
    scenes.busy_weeks(clinic)
    page = administrator.get(reverse("program"), {"from": "2027-02-05", "to": "2027-03-03"})

    for count in COUNTS:
        address = reverse("program-rows", args=[count.slug])
        link = f'{address}?program=us-pomalidomide&amp;from=2027-02-05&amp;to=2027-03-03"'
        assert link in page.text
        assert administrator.get(link.replace("&amp;", "&").rstrip('"')).status_code == 200


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"from": "2027-02-31", "to": "2027-03-03"}, "Give a day as year-month-day"),
        ({"from": "yesterday"}, "Give a day as year-month-day"),
        ({"from": "", "to": ""}, "Give a day."),
        ({"from": "2027-03-03", "to": "2027-03-02"}, "The last day is before the first one."),
        ({"from": "0001-01-01", "to": "2027-03-02"}, "Ask for three years at most."),
        ({"from": "9999-12-31", "to": "9999-12-31"}, "Nothing is planned more than a year ahead."),
        ({"from": "1999-12-31", "to": "2000-01-02"}, "There is nothing before the year 2000."),
        ({"from": "2027-01-01\x00"}, "Give a day as year-month-day"),
        ({"program": "no-such-program"}, "There is no such program."),
        ({"program": "'; drop table x"}, "There is no such program."),
    ],
    ids=str,
)
@pytest.mark.parametrize("address", PAGES)
def test_days_that_make_no_period_are_a_clear_error(administrator, noon, address, asked, said):
    page = administrator.get(address, asked)

    assert page.status_code == 400
    assert said in page.text
    assert "error-summary" in page.text


def test_a_page_number_that_is_none_shows_a_page(administrator, clinic, noon):
    scenes.released(clinic, scenes.NOON - timedelta(days=1))

    for asked in ("0", "-1", "many", "99999999999999999999", "\x00"):
        assert administrator.get(reverse("program-rows", args=["releases"]), {"page": asked}).status_code == 200


def test_a_number_nobody_counts_is_not_found(administrator, noon):
    assert administrator.get("/program/weather/").status_code == 404
    assert administrator.get("/program/weather.csv").status_code == 404


def test_numbers_are_read_and_never_posted(administrator, noon):
    for address in PAGES:
        assert administrator.post(address).status_code == 405


def test_no_page_and_no_file_names_a_patient(administrator, clinic, noon):
    scenes.busy_weeks(clinic)

    for address in addresses():
        text = administrator.get(address).text
        assert scenes.NAME not in text
        assert scenes.FAMILY not in text


def test_rows_say_which_patient_by_code(administrator, clinic, noon):
    patient = scenes.man(clinic, scenes.NOON - timedelta(days=1))
    scenes.released(clinic, scenes.NOON - timedelta(days=1), patient)

    assert patient.code in administrator.get(reverse("program-rows", args=["releases"])).text


@pytest.mark.parametrize("who", ["pharmacist", "delegate", "doctor"])
def test_only_the_program_office_sees_counts(client, clinic, noon, who):
    client.force_login(getattr(clinic, who))

    assert {client.get(address).status_code for address in addresses()} == {403}


def test_a_stranger_is_asked_to_sign_in(client, noon):
    page = client.get(reverse("program"))

    assert page.status_code == 302
    assert page.url.startswith(reverse("sign-in"))


def test_an_auditor_sees_the_same_counts(auditor, clinic, noon):
    assert {auditor.get(address).status_code for address in addresses()} == {200}


def test_pages_ask_the_database_as_often_for_many_patients_as_for_few(
    administrator, clinic, noon, django_assert_max_num_queries
):
    scenes.busy_weeks(clinic)
    for days in range(2, 12):
        scenes.released(clinic, scenes.NOON - timedelta(days=days))

    for address in addresses():
        with django_assert_max_num_queries(12):
            administrator.get(address)


def test_a_file_holds_the_rows_of_its_page(administrator, clinic, noon):
    scenes.busy_weeks(clinic)

    for count in COUNTS:
        answer = administrator.get(reverse("program-csv", args=[count.slug]))
        table = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
        page = administrator.get(reverse("program-rows", args=[count.slug]))
        assert len(table) == 1 + page.context["page"].paginator.count
        assert table[0] == [str(column.heading) for column in count.columns]


def test_a_file_has_a_safe_fixed_name_and_starts_with_a_byte_order_mark(administrator, noon):
    answer = administrator.get(reverse("program-csv", args=["expired-unused"]))

    assert answer["Content-Disposition"] == 'attachment; filename="holdfast-expired-unused.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"\xef\xbb\xbf")


def test_a_pharmacy_whose_name_is_a_formula_attacks_no_spreadsheet(administrator, clinic, noon):
    authorization = scenes.released(clinic, scenes.NOON - timedelta(days=2))
    with scenes.at(scenes.NOON - timedelta(days=1)):
        site = make.make_pharmacy(name='=HYPERLINK("http://evil.example","x")')
        make.make_confirmed(clinic, authorization, pharmacy=site)

    text = administrator.get(reverse("program-csv", args=["confirmations"])).content.decode("utf-8-sig")

    cells = [cell for row in csv.reader(StringIO(text)) for cell in row]
    assert '\'=HYPERLINK("http://evil.example","x")' in cells
    assert not [cell for cell in cells if cell.startswith("=")]
