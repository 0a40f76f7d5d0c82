"""One part of what is known, indexed by what is asked of it."""

from abc import ABC, abstractmethod
from typing import Self

from compliance.rules.events import Event


class Book(ABC):
    """Events are entered in the order in which the system learnt them; no reader ever sees a book change."""

    __slots__: tuple[str, ...] = ()

    @abstractmethod
    def add(self, event: Event, index: int) -> None:
        """Enter an event that stands at that place of the list."""

    def copy(self) -> Self:
        """One that may be added to without changing this one: what it holds is never changed, only replaced."""
        new = object.__new__(type(self))
        for name in self.__slots__:
            held = getattr(self, name)
            setattr(new, name, held.copy() if isinstance(held, list | dict | set) else held)
        return new
