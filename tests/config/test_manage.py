"""`manage.py` on a machine where nobody named a database."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def manage(tmp_path):
    def run(*command):
        env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        env["HOLDFAST_DEMO"] = str(tmp_path / "data")
        return subprocess.run(
            [sys.executable, ROOT / "manage.py", *command],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def servers_of(folder):
    found = psutil.process_iter(["cmdline"])
    return [process for process in found if str(folder) in " ".join(process.info["cmdline"] or [])]


def test_a_command_that_needs_no_database_starts_none(manage, tmp_path):
    done = manage("check")

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_the_first_need_of_a_database_starts_one_for_the_life_of_the_command(manage, tmp_path):
    done = manage("check", "--database", "default")

    assert done.returncode == 0, done.stderr
    assert "Started the embedded database for this command" in done.stderr
    assert servers_of(tmp_path) == []


@pytest.mark.slow
def test_the_next_command_finds_the_tables_the_first_one_made(manage):
    manage("check", "--database", "default")

    done = manage("migrate", "--check", "--database", "owner")

    assert done.returncode == 0, done.stderr
