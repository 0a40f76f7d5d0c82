"""The one place that reads a clock. Rules read none; everything else asks here.

`moved_to` lets seeding, the demonstration and replayed cases live at another moment. It is per context, so that one
thread's journey never leaks into another, and production settings refuse it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from time import monotonic

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """This moment, UTC, whole seconds. For pages and projections; a gate uses its session's moment instead."""
    return (_moved.get() or datetime.now(UTC)).replace(microsecond=0)


def database_now() -> datetime:
    """This moment by the database's clock, UTC, whole seconds.

    `clock_timestamp()`, not `now()`: the latter is the transaction's start, older than what was waited for.
    """
    moved = _moved.get()
    if moved is not None:
        return moved
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('second', clock_timestamp())")
        (instant,) = cursor.fetchone()
    return instant.astimezone(UTC)


def is_moved() -> bool:
    """Whether this context lives at another moment; other processes know nothing of it."""
    return _moved.get() is not None


def seconds() -> float:
    """Seconds on a clock that only goes forward and cannot be moved: for giving up, never for deciding."""
    return monotonic()


@contextmanager
def moved_to(instant: datetime) -> Iterator[None]:
    """Inside, it is `instant` (aware; cut to whole seconds). Raises `ImproperlyConfigured` where clocks stand still."""
    if not settings.CLOCK_MAY_MOVE:
        raise ImproperlyConfigured("These settings do not let the clock be moved.")
    token = _moved.set(instant.astimezone(UTC).replace(microsecond=0))
    try:
        yield
    finally:
        _moved.reset(token)
