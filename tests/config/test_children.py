"""Watched processes: started again, given up, never left behind."""

import subprocess
import sys
import time

import psutil
import pytest

from config.supervisor.children import Child, GivenUpError, Repeated
from config.supervisor.listener import listen

SLEEPS = [sys.executable, "-c", "import time; time.sleep(60)"]
LEAVES_A_CHILD = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
time.sleep(60)
"""


def start(*command):
    return subprocess.Popen(command or SLEEPS, start_new_session=True)


@pytest.fixture
def child(tmp_path):
    made = Child("The sleeper", start, tmp_path / "log", start())
    yield made
    made.process.kill()
    made.process.wait()


def die(child):
    child.process.kill()
    child.process.wait()


def test_a_dead_child_is_started_again_within_five_seconds(child):
    die(child)

    said = child.tend(now=100.0)
    child.tend(now=105.0)

    assert said == "The sleeper died (SIGKILL); starting it again."
    assert child.process.poll() is None


def test_a_living_child_is_left_alone(child):
    before = child.process.pid

    assert child.tend(now=100.0) is None
    assert child.process.pid == before


def test_the_fifth_death_within_a_minute_gives_up_and_shows_the_log(child):
    child.log.write_text("no such table\n")
    for death in range(4):
        die(child)
        child.tend(now=100.0 + 10 * death)
        child.tend(now=105.0 + 10 * death)
    die(child)

    with pytest.raises(GivenUpError, match=r"The sleeper died 5 times within a minute(.|\n)*no such table"):
        child.tend(now=140.0)


def test_five_deaths_over_a_longer_time_are_no_reason_to_give_up(child):
    for death in range(6):
        die(child)
        child.tend(now=100.0 + 20 * death)
        child.tend(now=105.0 + 20 * death)

    assert child.process.poll() is None


def test_stopping_ends_what_the_child_itself_started(tmp_path):
    process = start(sys.executable, "-c", LEAVES_A_CHILD)
    child = Child("The parent", start, tmp_path / "log", process)
    until = time.monotonic() + 5
    while not (grandchildren := psutil.Process(process.pid).children()) and time.monotonic() < until:
        time.sleep(0.02)

    child.stop()

    assert grandchildren
    assert psutil.wait_procs(grandchildren, timeout=5)[1] == []


def test_a_command_that_runs_too_long_makes_room_for_the_next(tmp_path):
    repeated = Repeated("The sweep", start, tmp_path / "log", every_seconds=60)

    repeated.tend(now=0.0)
    stuck = repeated.process
    repeated.tend(now=61.0)
    repeated.tend(now=62.0)

    assert stuck.poll() is not None
    assert repeated.process is not stuck
    repeated.stop()


def test_a_failing_command_is_told_once_and_goes_on(tmp_path):
    repeated = Repeated("The sweep", lambda: start("false"), tmp_path / "log", every_seconds=1)
    said = []
    for now in range(3):
        repeated.tend(now=now)
        repeated.process.wait()
        said.append(repeated.tend(now=now + 0.5))

    assert said == [f"The sweep failed; see {repeated.log}.", None, None]


def test_a_taken_port_is_named_and_the_next_one_used():
    first, _ = listen(18000)
    port = first.getsockname()[1]

    second, taken = listen(port)

    assert taken == [port]
    assert second.getsockname()[1] == port + 1
    first.close()
    second.close()
