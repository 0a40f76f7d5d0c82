"""`manage.py decide` and `manage.py diff_editions`: files, words, exit statuses. Neither touches a database."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from compliance.management.commands import decide
from compliance.programs import FOLDER
from compliance.rules.verdict import Code

VISIBLE = Path(__file__).with_name("visible.jsonl")
ROOT = Path(__file__).parents[2]
CASES = VISIBLE.read_bytes().splitlines(keepends=True)
KEYS = {"code", "owner", "opens_at", "fix_by", "says", "next", "cite"}


def run(name, *args):
    """The standard output, the standard error and the exit status of a command."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(name, *args, stdout=out, stderr=err, no_color=True)
    except SystemExit as stopped:
        return out.getvalue(), err.getvalue(), stopped.code
    return out.getvalue(), err.getvalue(), 0


@pytest.fixture
def file(tmp_path):
    def write(*lines):
        path = tmp_path / "cases.jsonl"
        path.write_bytes(b"".join(lines))
        return str(path)

    return write


def test_every_try_and_ask_gives_one_line_of_json():
    out, err, status = run("decide", "--check", str(VISIBLE))

    verdicts = [json.loads(line) for line in out.splitlines()]
    assert (err, status) == ("", 0)
    assert len(verdicts) == sum(
        ("try" in step) or ("ask" in step) for line in CASES for step in json.loads(line)["steps"]
    )
    assert verdicts[0]["case"] == "plain-man-us"


def test_a_verdict_has_the_keys_of_the_contract():
    out, _, _ = run("decide", str(VISIBLE))

    verdicts = [json.loads(line) for line in out.splitlines()]
    tries = [verdict for verdict in verdicts if verdict["gate"] != "plan"]
    plans = [verdict for verdict in verdicts if verdict["gate"] == "plan"]
    shared = {"case", "step", "gate", "at", "allowed", "expires_at", "edition"}
    assert all(set(verdict) == shared | {"blockers"} for verdict in tries)
    assert all(set(verdict) == shared | {"duties"} for verdict in plans)
    assert all(verdict["allowed"] is (not verdict["blockers"]) for verdict in tries)
    assert all((verdict["allowed"], verdict["expires_at"]) == (None, None) for verdict in plans)
    assert all(set(blocker) == KEYS for verdict in tries for blocker in verdict["blockers"])
    assert all(
        [blocker["code"] for blocker in verdict["blockers"]]
        == sorted(blocker["code"] for blocker in verdict["blockers"])
        for verdict in tries
    )


def test_a_release_reads_as_the_contract_shows_it(file):
    out, _, _ = run("decide", file(CASES[2]))

    release = json.loads(out.splitlines()[0])

    assert (release["step"], release["gate"], release["at"]) == (11, "release", "2028-05-16T15:00-04:00")
    assert (release["expires_at"], release["edition"]) == ("2028-05-24T00:00-04:00", "us-pomalidomide/2023-03-24")


def test_a_difference_is_said_and_makes_the_status_1(file):
    wrong = CASES[0].replace(b'"allowed": true', b'"allowed": false', 1)

    out, err, status = run("decide", "--check", file(wrong, CASES[1]))

    assert status == 1
    assert 'cases.jsonl:1: case "plain-man-us", step 8: allowed: expected False, got True' in err
    assert err.count("\n") == 1
    assert len(out.splitlines()) == 7


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (b'"expires_at": "2028-06-09T00:00-04:00"', b'"expires_at": null', "expires_at: expected None"),
        (b'"expires_at": "2028-06-09T00:00-04:00"', b'"expires_at": "2028-06-09T04:00Z"', ""),
        (b'"blockers": []', b'"blockers": ["test-missing"]', "blockers: expected [test-missing], got []"),
    ],
)
def test_each_expected_key_is_compared(file, was, becomes, said):
    _, err, _ = run("decide", "--check", file(CASES[0].replace(was, becomes, 1)))

    assert said in err
    assert bool(err) is bool(said)


def test_expected_duties_are_compared_by_the_given_keys(file):
    case = next(line for line in CASES if b"plan-before-the-start" in line)

    late = run("decide", "--check", file(case.replace(b'"opens_on": "2028-09-04"', b'"opens_on": "2028-09-05"')))
    unwanted = run("decide", "--check", file(case.replace(b'["pregnancy-test"]', b'["first-test"]')))

    assert "duties: expected {duty: first-test" in late[1]
    assert "no_duties: expected no first-test" in unwanted[1]
    assert (late[2], unwanted[2]) == (1, 1)


def test_without_check_nothing_is_compared(file):
    assert run("decide", file(CASES[0].replace(b'"allowed": true', b'"allowed": false')))[1:] == ("", 0)


def test_a_bad_line_is_said_the_others_run_and_the_status_is_2(file):
    bad = b'{"id": "bad", "program": "us-pomalidomide", "steps": [{"try": "release", "at": "2028-01-01T00:00Z"}]}\n'
    wrong = CASES[1].replace(b'"allowed": true', b'"allowed": false', 1)

    out, err, status = run("decide", "--check", file(CASES[0], bad, b"{\n", wrong))

    lines = err.splitlines()
    assert status == 2
    assert lines[0].endswith('cases.jsonl:2: case "bad", step 0, key "prescription": expected this key to be there')
    assert "cases.jsonl:3: case -, step -, key -: expected one JSON object in UTF-8" in lines[1]
    assert "cases.jsonl:4: case" in lines[2]
    assert {json.loads(line)["case"] for line in out.splitlines()} == {"plain-man-us", "plain-woman-who-cannot-us"}


def test_a_bad_step_at_the_end_takes_back_every_verdict_of_its_case(file):
    case = json.loads(CASES[0])
    case["steps"].append({"ask": "plan"})

    out, _, status = run("decide", file(json.dumps(case).encode()))

    assert (out, status) == ("", 2)


def test_a_file_that_cannot_be_read_is_bad_input(tmp_path):
    _, err, status = run("decide", str(tmp_path / "nowhere.jsonl"))

    assert status == 2
    assert "nowhere.jsonl: expected a file that can be read" in err


def test_standard_input_is_read_and_no_database_is_needed():
    program = (
        "import sys, os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings.test'; "
        "import django; django.setup(); from django.db import connection; "
        "connection.ensure_connection = lambda: sys.exit('a database was asked'); "
        "from django.core.management import execute_from_command_line as run; "
        "run(['manage.py', 'decide', '--check', '-'])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], input=CASES[0] + CASES[1], capture_output=True, cwd=ROOT, check=True
    )

    assert len(done.stdout.splitlines()) == 7
    assert done.stderr == b""


def test_a_line_of_a_megabyte_is_refused_in_a_short_sentence(file):
    case = json.loads(CASES[0])
    case["steps"][0]["prescriber"] = "x" * 1_000_000

    _, err, status = run("decide", file(json.dumps(case).encode() + b"\n", b'{"' + b"k" * 1_000_000 + b'": 1}\n'))

    assert status == 2
    assert len(err) < 2000


def test_every_code_has_words_for_the_practice():
    for code in Code:
        said = decide.sentences(None, type("Reason", (), {"code": code}))
        assert said["says"].endswith(".")
        assert said["next"].endswith(".")


# --- two editions -----------------------------------------------------------------------------------------------------

OLD, NEW = "us-ipledge/2021-12-13", "us-ipledge/2026-11-15"


def test_the_cases_whose_answer_changes_are_listed():
    out, err, status = run("diff_editions", OLD, NEW, "--cases", str(VISIBLE))

    assert (err, status) == ("", 0)
    assert "isotretinoin-missed-first-window, step 12: release: no, test-locked becomes release: yes" in out
    assert "plain-isotretinoin" not in out
    assert out.splitlines()[-1] == f"3 case(s) change when {OLD} is replaced by {NEW}."


def test_an_edition_replaced_by_itself_changes_nothing():
    out, _, _ = run("diff_editions", OLD, OLD, "--cases", str(VISIBLE))

    assert out == f"0 case(s) change when {OLD} is replaced by {OLD}.\n"


def test_a_file_that_is_not_in_force_yet_can_be_tried(tmp_path):
    folder = tmp_path / "us-ipledge"
    folder.mkdir()
    draft = folder / "2026-11-15.toml"
    draft.write_text(
        (FOLDER / "us-ipledge" / "2026-11-15.toml").read_text().replace("days = 30\ncite", "days = 29\ncite")
    )

    out, _, _ = run("diff_editions", NEW, str(draft), "--cases", str(VISIBLE))

    assert (
        "plain-isotretinoin, step 10: release: yes, until 2028-05-15T00:00-04:00 becomes release: no, supply-too-long"
        in out
    )


def test_bad_cases_are_said_and_the_status_is_2(file):
    _, err, status = run("diff_editions", OLD, NEW, "--cases", file(b"{}\n"))

    assert status == 2
    assert 'cases.jsonl:1: case -, step -, key "id"' in err


@pytest.mark.parametrize("name", ["us-ipledge/2022-01-01", "nowhere.toml"])
def test_an_unknown_edition_is_said_with_the_known_ones(name):
    with pytest.raises(CommandError, match=OLD):
        run("diff_editions", name, NEW, "--cases", str(VISIBLE))


def test_a_file_that_is_no_program_file_is_said(tmp_path):
    (tmp_path / "x.toml").write_text("a = 1")

    with pytest.raises(CommandError, match="sources"):
        run("diff_editions", OLD, str(tmp_path / "x.toml"), "--cases", str(VISIBLE))
