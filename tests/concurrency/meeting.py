"""Two sides of a race, stopped between what they read and the first thing they write, on connections of their own.

The stop is put in from here, around `patient_session`; nothing in the shipped code knows of it. A side that has read
waits until the other has read too, or until the database says that the other waits for a lock: then it cannot come.
So with the lock one side always finishes before the other reads, and without it both always decide from old facts.
"""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

import psycopg
from django.db import IntegrityError, connection

from compliance.services import session as sessions

USERS_OF_THE_SESSION = (
    "compliance.services.enrol",
    "compliance.services.record_evidence",
    "prescriptions.services.acts",
    "prescriptions.services.release",
)
PATIENCE, POLL = 20.0, 0.002

_here = threading.local()
_real_session, _real_lock = sessions.patient_session, sessions._lock


class StoppedSession(sessions.Session):
    """Stops before its first write."""

    def append(self, *args, **kwargs):
        meeting = getattr(_here, "meeting", None)
        if meeting is not None:
            meeting.arrive(_here.side)
        return super().append(*args, **kwargs)


@contextmanager
def stopping_session(*args, **kwargs):
    with _real_session(*args, **kwargs) as session:
        yield StoppedSession(owner=session.owner, at=session.at, by=session.by, seqs=session.seqs)


@contextmanager
def stops(*, locked=True):
    """Inside, racing sides stop between read and write; where not `locked`, no row is locked before it is read."""
    with ExitStack() as patches:
        for module in USERS_OF_THE_SESSION:
            patches.enter_context(patch(f"{module}.patient_session", stopping_session))
        if not locked:
            patches.enter_context(patch.object(sessions, "_lock", lambda key, _strength: _real_lock(key, "")))
        yield


@dataclass
class Meeting:
    """Where the two sides of one try wait for each other. Side `last`, where both got there, lets the other finish."""

    watchers: tuple
    last: int | None = None
    pids: list = field(default_factory=lambda: [None, None])
    arrived: set = field(default_factory=set)
    left: set = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def arrive(self, side):
        """Come, and wait until the other side is here too, or cannot come."""
        with self.changed:
            if side in self.arrived:
                return
            self.arrived.add(side)
            self.changed.notify_all()
            if self._other_is_there(side) and side == self.last:
                self.changed.wait_for(lambda: 1 - side in self.left, timeout=PATIENCE)

    def _other_is_there(self, side):
        for _ in range(int(PATIENCE / POLL)):
            if self.changed.wait_for(lambda: 1 - side in self.arrived | self.left, timeout=POLL):
                return True
            if self._is_locked_out(1 - side, side):
                return False
        raise AssertionError("The other side neither came nor waits for a lock.")

    def leave(self, side):
        """Done, one way or another: nobody has to wait for this side any more."""
        with self.changed:
            self.left.add(side)
            self.changed.notify_all()

    def _is_locked_out(self, side, watcher):
        pid = self.pids[side]
        if pid is None:
            return False
        blocked = self.watchers[watcher].execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])
        return blocked.fetchone()[0]


class Ring:
    """Two threads, each with its own connections, that race as often as they are told to."""

    def __init__(self, database_url, *, seed):
        self.random = random.Random(seed)  # noqa: S311 - decides who starts first, nothing secret
        self.threads = [ThreadPoolExecutor(1), ThreadPoolExecutor(1)]
        self.watchers = tuple(psycopg.connect(database_url, autocommit=True) for _ in self.threads)

    def race(self, *acts, last=None):
        """Both acts at once. Each side's result, or the error of the constraint that stopped it."""
        meeting = Meeting(self.watchers, last)
        start = threading.Barrier(2)
        head_starts = self.random.choice([(0, 0), (0, 0.003), (0.003, 0)])
        running = [
            thread.submit(_run, act, side, meeting, start, head_starts[side])
            for side, (thread, act) in enumerate(zip(self.threads, acts, strict=True))
        ]
        return [side.result(PATIENCE * 2) for side in running]

    def close(self):
        for thread in self.threads:
            thread.submit(_close).result(PATIENCE)
            thread.shutdown()
        for watcher in self.watchers:
            watcher.close()


def _run(act, side, meeting, start, wait):
    connection.ensure_connection()
    meeting.pids[side] = connection.connection.info.backend_pid
    start.wait(PATIENCE)
    threading.Event().wait(wait)
    _here.meeting, _here.side = meeting, side
    try:
        return act()
    except IntegrityError as refused:
        return refused
    finally:
        _here.meeting = None
        meeting.leave(side)


def _close():
    """Looked up in the thread that calls it: its own connection."""
    connection.close()
