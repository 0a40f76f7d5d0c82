"""Processes that are watched: started again when they die, stopped in the end, never left behind."""

import contextlib
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

DEATHS_TO_GIVE_UP = 5
DEATHS_WITHIN_SECONDS = 60
LONGEST_PAUSE_SECONDS = 3.0
LOG_LINES = 12

Process = subprocess.Popen[bytes]


class GivenUpError(Exception):
    """A process keeps dying. The message says which, and what its log says."""


@dataclass
class Child:
    """One process that must be running."""

    name: str
    launch: Callable[[], Process]
    log: Path
    process: Process
    stop_signal: signal.Signals = signal.SIGTERM
    patience_seconds: float = 10
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS_TO_GIVE_UP))
    due_at: float | None = None

    def tend(self, now: float) -> str | None:
        """Look after the process at `now` (monotonic seconds); the sentence says what was done, if anything.

        Raises GivenUpError at its fifth death within a minute.
        """
        if self.due_at is not None:
            if now >= self.due_at:
                self.process, self.due_at = self.launch(), None
            return None
        if self.process.poll() is None:
            return None
        self.deaths.append(now)
        self.sweep_up()
        if len(self.deaths) == DEATHS_TO_GIVE_UP and now - self.deaths[0] < DEATHS_WITHIN_SECONDS:
            raise GivenUpError(
                f"{self.name} died {DEATHS_TO_GIVE_UP} times within a minute, so this stops here. "
                f"The end of {self.log}:\n{end_of(self.log)}"
            )
        recent = [death for death in self.deaths if now - death < DEATHS_WITHIN_SECONDS]
        self.due_at = now + min(0.2 * 2 ** (len(recent) - 1), LONGEST_PAUSE_SECONDS)
        return f"{self.name} died ({how_it_died(self.process.returncode)}); starting it again."

    def stop(self) -> None:
        """Ask it to end, and by force only where that takes too long; then leave nothing of it behind."""
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(self.patience_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.sweep_up()

    def sweep_up(self) -> None:
        """End what the process itself started and left: it has a process group of its own."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


@dataclass
class Repeated:
    """A command run every so often, whatever else is broken."""

    name: str
    launch: Callable[[], Process]
    log: Path
    every_seconds: float
    due_at: float = 0
    process: Process | None = None
    failing: bool = False

    def tend(self, now: float) -> str | None:
        """Start the command where it is due and not still running; the sentence says when it begins to fail."""
        said = self._outcome()
        if now >= self.due_at and self.process is None:
            self.process = self.launch()
            self.due_at = now + self.every_seconds
        elif self.process is not None and now > self.due_at:
            self.stop()
        return said

    def _outcome(self) -> str | None:
        if self.process is None or self.process.poll() is None:
            return None
        failed, was_failing = self.process.returncode != 0, self.failing
        self.process, self.failing = None, failed
        return f"{self.name} failed; see {self.log}." if failed and not was_failing else None

    def stop(self) -> None:
        """End it: it may be interrupted anywhere, its next run finds what it left."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def end_of(log: Path) -> str:
    """The last lines of a log."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-LOG_LINES:])


def how_it_died(code: int) -> str:
    """An exit code or a signal, in words."""
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def watch(children: list[Child | Repeated], say: Callable[[str], None]) -> NoReturn:
    """Tend all, four times a second, until a signal interrupts or one is given up (GivenUpError)."""
    while True:
        for child in children:
            sentence = child.tend(time.monotonic())
            if sentence:
                say(sentence)
        time.sleep(0.25)
