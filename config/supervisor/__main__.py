"""`python -m config.supervisor demo` runs the demo; `… reset` throws its data away."""

import argparse
import fcntl
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import TextIO

from config.embedded import EmbeddedError
from config.embedded.folders import demo_folder, private_folder, socket_folder
from config.embedded.session import demo_server
from config.supervisor.children import GivenUpError, watch
from config.supervisor.demo import Demo
from config.supervisor.listener import HOST, NoPortError, listen

FIRST_PORT = 8000
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopAskedError(BaseException):
    """Somebody asked this process to stop. Not an Exception: nothing on the way may swallow it."""


def say(sentence: str) -> None:
    """One line on the terminal, at once even through a pipe."""
    print(sentence, flush=True)


def stop_is_asked(_number: int, _frame: FrameType | None) -> None:
    """The first signal stops; more of them change nothing."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise StopAskedError


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m config.supervisor", description=__doc__)
    parser.add_argument("act", choices=["demo", "reset"])
    parser.add_argument("--data", type=Path, default=demo_folder(), help="the data folder (default: %(default)s)")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or FIRST_PORT))
    parser.add_argument("--empty", action="store_true", help="start without the invented people")
    options = parser.parse_args(arguments)
    # A background job of a script inherits SIGINT ignored; so these are set whatever was inherited.
    for number in STOPPING:
        signal.signal(number, stop_is_asked)
    private_folder(options.data)
    with (options.data / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"A demo is running with this data already: {address_of(lock)} (Ctrl-C where it was started stops it).")
            return 1
        return reset(options.data) if options.act == "reset" else run(options, lock)


def reset(data: Path) -> int:
    """Throw the demo's data away; the caller holds the lock, so no demo is running."""
    if demo_server(data).answers():
        say("A manage.py command is using the demo's database. End it first.")
        return 1
    shutil.rmtree(socket_folder(data))
    for entry in data.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != "demo.lock":
            entry.unlink()
    say("The demo's data is gone. `make demo` makes it afresh.")
    return 0


def run(options: argparse.Namespace, lock: TextIO) -> int:
    """Run the demo until it is asked to stop, or cannot go on."""
    demo = None
    try:
        listener, taken = listen(options.port)
        if taken:
            say(f"Port {', '.join(map(str, taken))} is taken; using {listener.getsockname()[1]} instead.")
        demo = Demo(options.data, listener, say, empty=options.empty)
        write_address(lock, demo.port)
        say_age(options.data)
        demo.start()
        say_where(demo)
        watch(demo.children, say)
    except StopAskedError:
        say("\nStopping …")
        return 0
    except (EmbeddedError, GivenUpError, NoPortError) as error:
        say(f"\n{error}")
        return 1
    finally:
        if demo is not None:
            demo.stop()
            say("Everything is stopped.")


def write_address(lock: TextIO, port: int) -> None:
    """Let a second `make demo` say where the first one is."""
    lock.seek(0)
    lock.truncate()
    lock.write(f"http://{HOST}:{port}")
    lock.flush()


def address_of(lock: TextIO) -> str:
    lock.seek(0)
    return lock.read()


def say_age(data: Path) -> None:
    """How old kept data is. Its windows close while it lies there, so an old demo shows mostly what has expired."""
    made = data / "made.json"
    if not made.exists():
        return
    age = in_words(time.time() - json.loads(made.read_text())["made_at"])
    say(
        f"Keeping the data of {data}, made {age} ago. `make demo-reset` throws it away; the next start makes it afresh."
    )


def in_words(seconds: float) -> str:
    """How long, in the unit a person would use."""
    minutes = seconds / 60
    if minutes < 120:
        return f"{minutes:.0f} minutes"
    return f"{minutes / 60:.0f} hours" if minutes < 48 * 60 else f"{minutes / 1440:.0f} days"


def say_where(demo: Demo) -> None:
    """Where to go and how to sign in."""
    say(f"\nHoldfast is running:\n  http://{HOST}:{demo.port}\n  http://localhost:{demo.port}\n")
    accounts = demo.data / "accounts.txt"
    if accounts.exists():
        say(accounts.read_text().rstrip() + "\n")
    say(f"Logs are in {demo.data / 'log'}. Ctrl-C stops everything.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
