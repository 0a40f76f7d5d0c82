"""Ringing the broker never keeps a person waiting."""

import signal
import time

import pytest
from kombu.exceptions import OperationalError
from redis import Redis

from config.celery import app
from tests.fixtures.sites import NO_BROKER, use_broker

LONGEST_SECONDS = 1.0


def seconds_to_fail():
    began_at = time.monotonic()
    with pytest.raises(OperationalError):
        app.send_task("nobody.listens", ["an id"])
    return time.monotonic() - began_at


@pytest.fixture
def broker_of_this_process():
    before = app.conf.broker_url
    yield use_broker
    use_broker(before)


def test_a_broker_that_is_not_there_fails_within_a_second(broker_of_this_process):
    broker_of_this_process(NO_BROKER)

    assert seconds_to_fail() < LONGEST_SECONDS


def test_a_broker_that_stopped_fails_within_a_second(valkey):
    app.send_task("nobody.listens", ["an id"])

    valkey.process.kill()
    valkey.process.wait()

    assert seconds_to_fail() < LONGEST_SECONDS


def test_a_broker_that_hangs_fails_in_bounded_time(valkey):
    app.send_task("nobody.listens", ["an id"])
    valkey.process.send_signal(signal.SIGSTOP)
    try:
        assert seconds_to_fail() < 3
    finally:
        valkey.process.send_signal(signal.SIGCONT)


def test_a_broker_that_comes_back_is_rung_again(valkey):
    valkey.process.kill()
    valkey.process.wait()
    seconds_to_fail()

    valkey.start()
    app.send_task("nobody.listens", ["an id"])

    assert Redis(unix_socket_path=str(valkey.socket)).llen("celery") == 1
