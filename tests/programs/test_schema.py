"""Program files: what the schema refuses, and how it says so."""

import hashlib
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from compliance.programs import FOLDER, load_programs
from compliance.programs.schema import load_edition, load_program
from compliance.programs.tables import ProgramFileError

SOURCE = FOLDER / "us-pomalidomide" / "2023-03-24.toml"
LOCKED = FOLDER / "us-ipledge" / "2021-12-13.toml"


@pytest.fixture
def folder(tmp_path):
    """A copy of the program, to be spoilt."""
    copied = tmp_path / "us-pomalidomide"
    copied.mkdir()
    shutil.copy(SOURCE, copied)
    return copied


def spoil(folder: Path, pattern: str, new: str, *, name: str = SOURCE.name) -> Path:
    """Replace the first match of a pattern; a pattern that is not there is an error of the test."""
    file = folder / name
    text, found = re.subn(pattern, new, file.read_text(), count=1, flags=re.MULTILINE | re.DOTALL)
    assert found == 1, pattern
    file.write_text(text)
    return file


def refused(folder: Path) -> ProgramFileError:
    with pytest.raises(ProgramFileError) as caught:
        load_program(folder)
    return caught.value


def test_the_unspoilt_copy_is_accepted_and_hashed(folder):
    (edition,) = load_program(folder).editions

    assert edition.sha256 == hashlib.sha256(SOURCE.read_bytes()).hexdigest()
    assert edition.id == "us-pomalidomide/2023-03-24"


@pytest.mark.parametrize(
    ("pattern", "new", "table", "key"),
    [
        (r'^program = "us-pomalidomide"', 'program = "us-other"', "top level", "program"),
        (r"^modelled = true", "modelled = 1", "top level", "modelled"),
        (r"^modelled = true\n", "", "top level", "modelled"),
        (r"^modelled = true", "modelled = true\ncolour = 1", "top level", "colour"),
        (r"^on = 2023-03-24", "on = 2023-03-25", "top level", "program"),
        (r"^on = 2023-03-24", 'on = "2023-03-24"', "start", "on"),
        (r'^name = "America/New_York"', 'name = "America/Newyork"', "zone", "name"),
        (r"^\[sensitivity\]\n", "[sensitivity]\nlimit = 3\n", "sensitivity", "limit"),
        (r"^miu_per_ml = 50", "miu_per_ml = 0", "sensitivity", "miu_per_ml"),
        (r"^miu_per_ml = 50", "miu_per_ml = 50.0", "sensitivity", "miu_per_ml"),
        (r"^miu_per_ml = 50", "miu_per_ml = true", "sensitivity", "miu_per_ml"),
        (r"^\[sensitivity\]\nmiu_per_ml = 50\n", "[sensitivity]\n", "sensitivity", "miu_per_ml"),
        (r"(\[sensitivity\]\nmiu_per_ml = 50\n)cite = [^\n]*\n", r"\1", "sensitivity", "cite"),
        (r"(\[sensitivity\]\nmiu_per_ml = 50\n)cite = [^\n]*\n", r'\1cite = ""\n', "sensitivity", "cite"),
        (r"(\[sensitivity\]\nmiu_per_ml = 50\n)cite = [^\n]*\n", r'\1cite = "X9"\n', "sensitivity", "cite"),
        (r"(\[sensitivity\]\n[^\[]*)settled = true", r'\1settled = "yes"', "sensitivity", "settled"),
        (r"\[sensitivity\][^\[]*", "", "top level", "sensitivity"),
        (r'^asked = "each prescription"', 'asked = "sometimes"', "counselling[0]", "asked"),
        (r'^counts = "exclusive"', 'counts = "roughly"', "contraception", "counts"),
        (r'(\[hold\].*?)counts = "exclusive"', r'\1counts = "about"', "hold", "counts"),
        (r'(\[hold\].*?)anchor = "written"', r'\1anchor = "issued"', "hold", "anchor"),
        (r'(\[hold\].*?)zone = "program"', r'\1zone = "pharmacy"', "hold", "zone"),
        (r'(\[\[authorization\]\].*?)anchor = "test collected"', r'\1anchor = "birth"', "authorization[0]", "anchor"),
        (r'"patch", "ring"', '"patch", "charm"', "contraception.highly_effective", "methods"),
        (r'"patch", "ring"', '"patch", "patch"', "contraception.highly_effective", "methods"),
        (r"^methods_asked = 2", "methods_asked = 3", "contraception", "methods_asked"),
        (r'categories = \["child-female-cannot"\]', 'categories = ["child"]', "patient_survey[2]", "categories"),
        (r'categories = \["child-female-cannot"\]', "categories = []", "patient_survey[2]", "categories"),
        (
            r'categories = \["child-female-cannot"\]',
            'categories = ["adult-male"]',
            "patient_survey[2]",
            "categories",
        ),
        (r"^\[settings.home\]", "[settings.garden]", "settings.garden", None),
        (r"^earliest_days = 14", "earliest_days = 9", "first_test", "earliest_days"),
        (r'^age = "adult"', 'age = "old"', "categories.adult-female-can", "age"),
        (r"^capsules_mg = \[1, 2, 3, 4\]", "capsules_mg = [1, 0]", "medicine", "capsules_mg"),
        (r"^\[prescriber_survey\]", "[[prescriber_survey]]", "top level", "prescriber_survey"),
        (r"^\[\[counselling\]\]", "[counselling]", "top level", "counselling"),
        (r"^days = 7\nanchor = \"last covered day\"", 'months = 1\nanchor = "last covered day"', "days_left", "days"),
        (
            r"^\[days_left\]",
            (
                '[lock]\ndays = 19\nanchor = "missed test collected"\ncounts = "exclusive"\nzone = "program"\n'
                'cite = "L3"\nsettled = true\n\n[days_left]'
            ),
            "lock",
            None,
        ),
        (r"^modelled = true", "modelled = false", "top level", "modelled"),
    ],
)
def test_a_spoilt_file_is_refused_by_file_table_and_key(folder, pattern, new, table, key):
    spoil(folder, pattern, new)

    error = refused(folder)

    assert (error.file, error.table, error.key) == ("us-pomalidomide/2023-03-24.toml", table, key)
    assert all(part in str(error) for part in (error.file, f"[{table}]", key or "", "expected "))


@pytest.mark.parametrize("content", [b"not toml", b"\xff", b"[a]\n[a]\n"])
def test_what_is_no_toml_is_refused(folder, content):
    (folder / SOURCE.name).write_bytes(content)

    assert "TOML in UTF-8" in refused(folder).expected


def test_a_folder_without_editions_is_no_program(tmp_path):
    assert "edition" in refused(tmp_path).expected


def second_edition(folder: Path, start: str = "2030-01-01") -> Path:
    file = folder / f"{start}.toml"
    file.write_text(SOURCE.read_text().replace("on = 2023-03-24", f"on = {start}"))
    return file


def test_a_further_edition_needs_no_code(folder):
    second_edition(folder)

    program = load_program(folder)

    assert [edition.starts_on for edition in program.editions] == [date(2023, 3, 24), date(2030, 1, 1)]
    assert program.edition_on(date(2029, 12, 31)).id.endswith("2023-03-24")
    assert program.edition_on(date(2030, 1, 1)).id.endswith("2030-01-01")


def test_two_files_may_not_start_on_one_day(folder):
    shutil.copy(SOURCE, folder / "2023-03-24b.toml")

    assert refused(folder).key == "program"


def test_nothing_follows_a_retirement(folder):
    second_edition(folder)
    spoil(folder, r"^\[frame\]", '[retired]\non = 2031-01-01\ncite = "F1"\nsettled = true\n\n[frame]')

    error = refused(folder)

    assert (error.file, error.table) == ("us-pomalidomide/2030-01-01.toml", "start")
    assert "overlaps" in error.expected


def test_editions_share_their_zone(folder):
    name = second_edition(folder).name
    spoil(folder, "America/New_York", "America/Chicago", name=name)

    assert (refused(folder).table, refused(folder).key) == ("zone", "name")


def test_editions_share_their_categories(folder):
    name = second_edition(folder).name
    spoil(folder, r"^produces_sperm = true", "produces_sperm = false", name=name)

    assert refused(folder).table == "categories"


# --- the files that are shipped ---------------------------------------------------------------------------------------


def test_every_program_of_the_house_loads():
    assert sorted(load_programs()) == [
        "de-pomalidomide",
        "eu-pomalidomide",
        "uk-pomalidomide",
        "us-ipledge",
        "us-lenalidomide",
        "us-macitentan",
        "us-pomalidomide",
        "us-thalidomide",
    ]


def tables(document, name=""):
    for key, value in document.items():
        path = f"{name}.{key}" if name else key
        if isinstance(value, dict) and key != "sources":
            yield path, value
            yield from tables(value, path)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield from ((f"{path}[{place}]", one) for place, one in enumerate(value))


def test_every_value_has_a_citation_and_says_whether_it_is_settled():
    for program in load_programs().values():
        for edition in program.editions:
            for name, table in tables(edition.document):
                holds_values = any(not isinstance(value, dict | list) for value in table.values())
                if holds_values:
                    assert table["cite"], f"{edition.id} {name}"
                    assert isinstance(table["settled"], bool), f"{edition.id} {name}"


def test_what_rests_on_no_public_text_is_not_settled():
    for program in load_programs().values():
        for edition in program.editions:
            for name, table in tables(edition.document):
                if "open" in str(table.get("cite", "")).split():
                    assert table["settled"] is False, f"{edition.id} {name}"


def test_a_source_that_nothing_cites_is_not_listed():
    for program in load_programs().values():
        for edition in program.editions:
            cited = {one for _, table in tables(edition.document) for one in str(table.get("cite", "")).split()}
            assert set(edition.document["sources"]) == cited, edition.id


def test_the_editions_of_ipledge_differ_where_the_program_changed():
    old, new = load_programs()["us-ipledge"].editions

    assert (old.lock.days, new.lock) == (19, None)
    assert set(old.settings) == {"lab"}
    assert set(new.settings) == {"lab", "clinic", "home"}
    assert ("cannot" in old.authorization, "cannot" in new.authorization) == (True, False)


def test_an_edition_that_is_not_in_the_folder_of_its_program_is_refused(tmp_path):
    file = tmp_path / LOCKED.name
    shutil.copy(LOCKED, file)

    with pytest.raises(ProgramFileError, match="as folder and file are named"):
        load_edition(file)
