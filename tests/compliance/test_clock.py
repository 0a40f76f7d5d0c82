"""One clock, which tests and the demonstration may move and a deployment may not."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from compliance import clock
from tests.factories import new_york

THEN = new_york(2027, 3, 1, 9)


def test_inside_it_is_that_moment_and_outside_it_is_not():
    with clock.moved_to(THEN):
        assert clock.now() == clock.database_now() == THEN
        assert clock.now().tzinfo is UTC
        assert clock.is_moved()
    assert not clock.is_moved()
    assert clock.now() != THEN


def test_it_can_be_moved_again_inside_and_comes_back():
    with clock.moved_to(THEN):
        with clock.moved_to(THEN + timedelta(hours=1)):
            assert clock.now() == THEN + timedelta(hours=1)
        assert clock.now() == THEN


def test_it_comes_back_after_an_error():
    with pytest.raises(LookupError), clock.moved_to(THEN):
        raise LookupError
    assert not clock.is_moved()


def test_fractions_of_a_second_are_cut():
    with clock.moved_to(THEN + timedelta(microseconds=999_999)):
        assert clock.now() == THEN
    assert clock.now().microsecond == 0


def test_another_thread_lives_at_its_own_moment():
    seen = []
    with clock.moved_to(THEN):
        other = threading.Thread(target=lambda: seen.append(clock.is_moved()))
        other.start()
        other.join()
    assert seen == [False]


def test_the_databases_clock_runs_on_during_a_transaction(cloned_database):
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        first = clock.database_now()
        cursor.execute("SELECT pg_sleep(1.1)")
        assert clock.database_now() > first
    assert first.microsecond == 0
    assert abs(first - datetime.now(UTC)) < timedelta(seconds=30)


def test_settings_that_forbid_it_are_obeyed(settings):
    settings.CLOCK_MAY_MOVE = False
    with pytest.raises(ImproperlyConfigured), clock.moved_to(THEN):
        pass


def test_production_settings_let_nobody_move_it():
    program = """
import django
django.setup()
from datetime import UTC, datetime
from django.core.exceptions import ImproperlyConfigured
from compliance import clock
try:
    with clock.moved_to(datetime(2027, 3, 1, tzinfo=UTC)):
        print("moved")
except ImproperlyConfigured:
    print("refused")
"""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "DATABASE_URL": "postgres://holdfast_app@localhost/holdfast",
        "REDIS_URL": "redis://localhost:6379/0",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "holdfast.example",
        "CLOCK_MAY_MOVE": "true",
        "HOLDFAST_DEMO": "",
    }
    said = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["refused"]
