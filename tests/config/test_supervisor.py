"""The demo's supervisor, started as a person starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
READY = "Ctrl-C stops everything."


class Demo:
    """A running supervisor with an empty site."""

    def __init__(self, data, port=0, *, wrapper=()):
        self.data = data
        command = [
            sys.executable,
            "-m",
            "config.supervisor",
            "demo",
            "--empty",
            "--data",
            str(data),
            "--port",
            str(port),
        ]
        # As a person's shell has it: naming no server, so that the demo brings its own.
        env = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DJANGO_SETTINGS_MODULE"}}
        self.process = subprocess.Popen([*wrapper, *command], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        self.said = ""

    def until(self, words):
        for line in self.process.stdout:
            self.said += line
            if words in line:
                return self
        raise AssertionError(self.said)

    @property
    def url(self):
        return next(word for word in self.said.split() if word.startswith("http://127.0.0.1:"))

    def processes(self):
        return psutil.Process(self.process.pid).children(recursive=True)

    def find(self, *words):
        return next(child for child in self.processes() if all(word in title(child) for word in words))

    def stop(self, number=signal.SIGTERM):
        everything = self.processes()
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        self.said += rest
        return psutil.wait_procs(everything, timeout=10)[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """One demo for the tests that leave it running."""
    started = Demo(tmp_path_factory.mktemp("demo") / "data", port=18100).until(READY)
    yield started
    started.stop()


@pytest.fixture
def own_demo(tmp_path):
    """A demo to be stopped or killed by the test."""
    return Demo(tmp_path / "data", port=18110).until(READY)


def title(process):
    return " ".join([process.name(), *process.cmdline()])


def answers(url):
    try:
        urllib.request.urlopen(url, timeout=10)  # noqa: S310  # our own http address
    except urllib.error.HTTPError as error:
        return error.code < 500
    return True


def comes_back(demo, *words, other_than):
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            if demo.find(*words).pid != other_than.pid:
                return True
        except (StopIteration, psutil.NoSuchProcess):
            time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything_and_leaves_nothing(own_demo, number):
    left = own_demo.stop(number)

    assert left == []
    assert own_demo.process.returncode == 0
    assert "Everything is stopped." in own_demo.said
    assert not list((own_demo.data / "run").iterdir())


def test_a_background_job_that_ignores_interrupts_still_stops_on_one(tmp_path):
    ignoring = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    )
    demo = Demo(tmp_path / "data", port=18120, wrapper=[sys.executable, "-c", ignoring]).until(READY)

    left = demo.stop(signal.SIGINT)

    assert left == []
    assert demo.process.returncode == 0


@pytest.mark.parametrize(
    "words",
    [("gunicorn", "config.wsgi"), ("celery", "worker"), ("celery", "beat"), ("valkey-server",), ("postgres", "-D")],
    ids=["web", "worker", "beat", "valkey", "postgres"],
)
def test_what_is_killed_comes_back_within_five_seconds(demo, words):
    victim = demo.find(*words)

    victim.kill()

    assert comes_back(demo, *words, other_than=victim)
    assert answers(demo.url)


def test_nothing_outlives_a_killed_supervisor(own_demo):
    everything = own_demo.processes()

    own_demo.process.kill()

    assert len(everything) > 8
    assert psutil.wait_procs(everything, timeout=15)[1] == []


def test_a_taken_port_is_said_and_the_next_one_serves(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        demo = Demo(tmp_path / "data", port=port).until(READY)

        assert f"Port {port} is taken" in demo.said
        assert answers(demo.url)
        assert demo.stop() == []


def test_a_second_demo_on_the_same_data_says_where_the_first_one_is(demo):
    second = Demo(demo.data, port=18130)

    said, _ = second.process.communicate(timeout=30)

    assert demo.url in said
    assert second.process.returncode == 1
    assert answers(demo.url)


def test_a_command_uses_the_running_demos_database(demo, monkeypatch):
    monkeypatch.setenv("HOLDFAST_DEMO", str(demo.data))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.demo")

    command = [sys.executable, "manage.py", "check", "--database", "default"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "Using the database of the running demo" in done.stderr
    assert answers(demo.url)
