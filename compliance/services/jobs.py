"""What a background job does when it may be run by several at once, killed at any point, and must end in time."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import DatabaseError, connection

from compliance import clock

log = structlog.get_logger(__name__)

LOCK_SPACE = 0x4F1D
"""The first half of every job's advisory lock, so that nobody else's number means one of ours."""

BUSY_ROW_WAIT = "1s"
"""How long a job waits for a row that somebody is working on; it asks again in a minute."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds a job may take. It stops between rows, never within one."""

    ends: float

    @classmethod
    def of(cls, seconds: float) -> "Budget":
        return cls(clock.seconds() + seconds)

    @property
    def is_left(self) -> bool:
        return clock.seconds() < self.ends


@dataclass(slots=True)
class Count:
    """How many rows a job found, finished and failed on. `late`: found, and left for the next run for want of time."""

    done: int = 0
    failed: int = 0
    late: int = 0

    def __str__(self) -> str:
        parts = [f"{self.done} done"]
        parts += [f"{self.failed} failed"] if self.failed else []
        parts += [f"{self.late} left for the next run"] if self.late else []
        return ", ".join(parts)


@contextmanager
def only_one(job: str) -> Iterator[bool]:
    """True for one holder of the job's lock at a time, False for anybody else. The database frees a dead holder's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [LOCK_SPACE, job])
        (got,) = cursor.fetchone()
    if not got:
        yield False
        return
    try:
        yield True
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK_SPACE, job])


@contextmanager
def patient_with_rows() -> Iterator[None]:
    """Inside, no row that somebody else holds is waited for longer than `BUSY_ROW_WAIT`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{BUSY_ROW_WAIT}'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def each(keys: Iterable[UUID], work: Callable[[UUID], object], *, name: str, budget: Budget) -> Count:
    """Do `work` on each row in its own transactions. One that fails is logged and does not stop the others."""
    count = Count()
    for key in keys:
        if not budget.is_left:
            count.late += 1
        elif succeeds(key, work, name=name):
            count.done += 1
        else:
            count.failed += 1
    return count


def succeeds(key: UUID, work: Callable[[UUID], object], *, name: str) -> bool:
    """Whether `work` on the row came to its end. A database that is gone ends the whole job instead."""
    try:
        work(key)
    except Exception as error:
        if isinstance(error, DatabaseError) and not connection.is_usable():
            raise
        log.exception("row_failed", job=name, row=str(key), error=type(error).__name__)
        return False
    return True
