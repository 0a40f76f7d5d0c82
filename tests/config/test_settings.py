"""What a deployment refuses to start without, and what every deployment has."""

import os
import subprocess
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import environ
import pytest
from django.conf import settings

from compliance.programs.tables import ProgramFileError
from config import checks
from config.celery import app
from config.settings.databases import named_databases

ROOT = Path(__file__).resolve().parents[2]
DEPLOYED = {
    "DATABASE_URL": "postgresql://app:secret@db.example/holdfast",
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "holdfast.example",
    "REDIS_URL": "rediss://broker.example/0",
}


def production(code, **named):
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.production", **named}
    return subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=False)


def test_production_starts_where_everything_is_named():
    done = production("import django; django.setup()", **DEPLOYED)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", sorted(DEPLOYED))
def test_production_refuses_to_start_and_names_what_is_missing(name):
    done = production("import django; django.setup()", **{**DEPLOYED, name: ""})

    assert done.returncode != 0
    assert f"Production needs {name} in the environment" in done.stderr


def test_production_refuses_a_moved_clock():
    moves = (
        "import django; django.setup()\n"
        "from datetime import UTC, datetime\n"
        "from compliance.clock import moved_to\n"
        "moved_to(datetime(2026, 1, 1, tzinfo=UTC)).__enter__()\n"
    )

    done = production(moves, **DEPLOYED)

    assert "ImproperlyConfigured" in done.stderr


def test_production_never_starts_an_embedded_server():
    shown = production("from django.conf import settings; print(settings.DATABASES)", **DEPLOYED)

    assert "embedded" not in shown.stdout
    assert "db.example" in shown.stdout


def test_a_deployment_with_a_movable_clock_fails_its_check(settings):
    settings.CLOCK_MAY_MOVE, settings.SESSION_COOKIE_SECURE = True, True

    assert [error.id for error in checks.the_clock_stands_still()] == ["config.E001"]


@pytest.mark.django_db
def test_the_tests_run_as_a_role_that_owns_nothing():
    assert checks.the_site_owns_nothing(databases=["default"]) == []


def test_a_site_that_runs_as_the_owner_fails_its_check(cloned_database):
    from django.db import connections

    default = connections.settings["default"]
    connections["default"].close()
    default["USER"] = "holdfast_owner"
    try:
        found = checks.the_site_owns_nothing(databases=["default"])
    finally:
        connections["default"].close()
        default["USER"] = "holdfast_app"

    assert [error.id for error in found] == ["config.E002"]


def test_one_role_under_two_names_fails_its_check(monkeypatch):
    databases = {"default": {"USER": "same"}, "owner": {"USER": "same"}}
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES=databases))

    assert [error.id for error in checks.the_site_is_not_given_the_owner()] == ["config.E003"]


def test_a_program_file_that_says_nonsense_fails_its_check(monkeypatch):
    def load():
        raise ProgramFileError("us-pomalidomide/2023-03-24.toml", "hold", "days", "a number")

    monkeypatch.setattr(checks, "load_programs", load)

    (error,) = checks.every_program_file_is_what_its_schema_says()
    assert error.id == "config.E004"
    assert "us-pomalidomide/2023-03-24.toml" in error.msg


def test_a_deployment_that_would_decide_by_drafts_fails_its_check(db, settings):
    settings.DRAFTS_MAY_DECIDE = False
    found = checks.programs_are_signed_off(databases=["default"])
    assert {error.id for error in found} == {"config.E005"}
    assert any("us-pomalidomide/2023-03-24 is a draft" in error.msg for error in found)
    assert not any("us-macitentan" in error.msg for error in found), "a program without gates needs nobody's word"


def test_the_demonstration_runs_drafts(db, settings):
    settings.DRAFTS_MAY_DECIDE = True
    assert checks.programs_are_signed_off(databases=["default"]) == []


def test_production_lets_no_draft_decide():
    shown = production("from django.conf import settings; print(settings.DRAFTS_MAY_DECIDE)", **DEPLOYED)

    assert shown.stdout.strip() == "False"


def test_the_program_files_of_this_house_pass_their_check():
    assert checks.every_program_file_is_what_its_schema_says() == []


def test_the_site_does_not_know_the_owner_unless_told(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", DEPLOYED["DATABASE_URL"])

    assert set(named_databases(environ.Env(), {})) == {"default"}


def test_a_socket_folder_may_stand_where_the_host_does(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@%2Fvar%2Frun%2Fpg/holdfast")

    assert named_databases(environ.Env(), {})["default"]["HOST"] == "/var/run/pg"


def test_sessions_end_after_fifteen_idle_minutes():
    assert settings.SESSION_COOKIE_AGE == 15 * 60
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"


def test_a_killed_worker_loses_no_task():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_time_limit < app.conf.broker_transport_options["visibility_timeout"]


def test_the_schedule_names_tasks_that_exist():
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("tasks")

    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)


@pytest.mark.django_db
def test_every_model_change_has_its_migration():
    from django.core.management import call_command

    said = StringIO()
    with suppress(SystemExit):
        call_command("makemigrations", check=True, dry_run=True, stdout=said)

    assert said.getvalue() == "No changes detected\n"
