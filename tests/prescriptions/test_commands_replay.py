"""`replay`, `decide --export` and `decide --through-site` as somebody at a terminal meets them."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from compliance.models import LedgerEntry
from compliance.programs import load_programs
from compliance.rules.decide import decide
from compliance.services import certify
from prescriptions.models import Decision
from prescriptions.services import export
from tests import factories as make

ROOT = Path(__file__).parents[2]
FIRST_CASES = 3


@pytest.fixture
def dispensed(clinic):
    """Supplied under a number; refused once by the other pharmacy."""
    return make.make_dispensed(clinic)


def run(*args, **options):
    out, err = StringIO(), StringIO()
    try:
        call_command(*args, stdout=out, stderr=err, **options)
        status = 0
    except SystemExit as end:
        status = end.code
    return status, out.getvalue(), err.getvalue()


def test_with_no_decision_it_says_so(db):
    assert run("replay") == (0, "There is no stored decision yet, so nothing was replayed.\n", "")


def test_every_decision_comes_out_again(dispensed):
    assert run("replay") == (0, "replayed: 3 decisions, 0 of them differ\n", "")


def test_a_later_fact_does_not_change_what_was_decided(clinic, dispensed):
    make.make_test(clinic, dispensed.authorization.prescription.patient, result="positive")
    certify.certify_prescriber(clinic.prescriber, by=None, program=make.PROGRAM, certified=False)
    certify.certify_pharmacy(clinic.pharmacy, by=None, program=make.PROGRAM, certified=False)

    assert run("replay")[0] == 0


def test_another_program_file_is_reported_by_its_hash(dispensed):
    real = load_programs()[make.PROGRAM]
    changed = type(real)(real.code, tuple(_with_hash(edition, "0" * 64) for edition in real.editions))
    with patch("prescriptions.services.replay.load_programs", return_value={make.PROGRAM: changed}):
        status, out, err = run("replay")

    assert (status, out) == (1, "replayed: 3 decisions, 3 of them differ\n")
    assert err.count("edition_sha256 was") == 3


def _with_hash(edition, sha256):
    return replace(edition, sha256=sha256)


def test_a_rule_that_answers_otherwise_is_reported(dispensed):
    with patch("prescriptions.services.replay.decide", side_effect=_without_expiry):
        status, _, err = run("replay")

    assert status == 1
    assert 'expires_at was "2027-03-09T05:00:00Z", is null' in err


def _without_expiry(*args, **asked):
    return replace(decide(*args, **asked), expires_at=None)


def test_an_unknown_program_is_a_difference_and_no_crash(dispensed):
    with patch("prescriptions.services.replay.load_programs", return_value={}):
        status, _, err = run("replay")

    assert status == 1
    assert "cannot be asked again (KeyError)" in err


def test_an_exported_case_decides_to_what_was_stored(dispensed, tmp_path):
    status, out, _ = run("decide", export=dispensed.authorization.prescription_id)
    file = tmp_path / "case.jsonl"
    file.write_text(out)

    assert status == 0
    assert [step["expect"]["allowed"] for step in json.loads(out)["steps"] if "try" in step] == [True] * 3
    assert run("decide", str(file), check=True)[0] == 0


def test_one_changed_line_shows_what_would_have_made_the_difference(dispensed, tmp_path):
    case = export.export_case(dispensed.authorization.prescription_id)
    case["steps"] = [step for step in case["steps"] if step.get("fact") != "agreement.signed"]
    file = tmp_path / "case.jsonl"
    file.write_text(json.dumps(case))

    status, out, _ = run("decide", str(file), check=True)

    assert status == 1
    assert "agreement-missing" in out


def test_the_case_ends_with_the_last_decision_about_the_prescription(clinic, dispensed):
    make.make_test(clinic, dispensed.authorization.prescription.patient)
    assert "try" in export.export_case(dispensed.authorization.prescription_id)["steps"][-1]


def test_a_certificate_learnt_after_a_decision_stands_after_it(clinic):
    """All within one second, where moments alone could not tell."""
    authorization = make.make_released(clinic)
    certify.certify_pharmacy(clinic.pharmacy, by=None, program=make.PROGRAM, certified=False)
    certify.certify_pharmacy(clinic.pharmacy, by=None, program=make.PROGRAM)
    make.make_confirmed(clinic, authorization)

    steps = export.export_case(authorization.prescription_id)["steps"]

    kinds = [step.get("fact") or step["try"] for step in steps]
    assert kinds.index("release") < kinds.index("pharmacy.decertified") < kinds.index("confirm")


def test_taking_a_case_out_leaves_a_note(dispensed):
    run("decide", export=dispensed.authorization.prescription_id)
    assert LedgerEntry.objects.filter(kind="note.case-taken-out").count() == 1


def test_there_is_nothing_to_export_of_what_nobody_wrote(db):
    assert "There is no prescription" in run("decide", export=uuid4())[0]


def test_too_long_a_history_says_so(dispensed):
    with patch.object(export, "MAX_STEPS", 3):
        assert "cannot be a case" in run("decide", export=dispensed.authorization.prescription_id)[0]


def test_a_file_is_asked_for(db):
    with pytest.raises(CommandError, match="Name a FILE"):
        call_command("decide")


def test_without_an_owner_no_case_is_played(db):
    with pytest.raises(CommandError, match="database of its own"):
        call_command("decide", "-", through_site=True)
    assert not Decision.objects.exists()


def test_the_command_plays_cases_in_a_database_that_is_gone_afterwards(tmp_path):
    cases = tmp_path / "cases.jsonl"
    lines = (ROOT / "tests/cases/visible.jsonl").read_bytes().splitlines(keepends=True)[:FIRST_CASES]
    cases.write_bytes(b"".join(lines) + b"no case\n")

    def run_decide(*flags):
        demo = {"HOLDFAST_DEMO": str(tmp_path / "demo"), "DJANGO_SETTINGS_MODULE": "config.settings.demo"}
        command = [sys.executable, "manage.py", "decide", "--check", *flags, str(cases)]
        return subprocess.run(command, cwd=ROOT, env=os.environ | demo, capture_output=True, text=True, check=False)

    site, pure = run_decide("--through-site"), run_decide()

    assert site.returncode == pure.returncode == 2
    assert site.stdout == pure.stdout
    assert site.stdout.count("\n") > FIRST_CASES
    assert pure.stderr.splitlines()[-1] in site.stderr
