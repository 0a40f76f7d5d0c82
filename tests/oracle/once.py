"""A property worked out once for each object. functools' own takes a lock at every first reading."""

from collections.abc import Callable
from typing import Any


class once:  # noqa: N801 — used as a decorator, like property
    """Keeps the value in the object's own dictionary, where the next reading finds it first."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self.work = work
        self.__doc__ = work.__doc__

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        value = owner.__dict__[self.work.__name__] = self.work(owner)
        return value
