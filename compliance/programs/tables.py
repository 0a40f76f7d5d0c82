"""Reads one TOML table key by key, and says where it went wrong: file, table, key, what was expected."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, TypeVar

T = TypeVar("T")


class ProgramFileError(ValueError):
    """A program file is not what the schema says. The message names file, table, key and what was expected."""

    def __init__(self, file: str, table: str, key: str | None, expected: str) -> None:
        where = f"{file}: [{table}]" + (f" {key}" if key else "")
        super().__init__(f"{where}: expected {expected}")
        self.file, self.table, self.key, self.expected = file, table, key, expected


class Table:
    """One table. Every key is taken exactly once; `close` refuses what is left over."""

    def __init__(self, file: str, name: str, content: Mapping[str, Any]) -> None:
        self.file = file
        self.name = name
        self._left = dict(content)

    def error(self, key: str | None, expected: str) -> ProgramFileError:
        return ProgramFileError(self.file, self.name, key, expected)

    def close(self) -> None:
        for key in self._left:
            raise self.error(key, "no such key here")

    def has(self, key: str) -> bool:
        return key in self._left

    def rest(self) -> tuple[str, ...]:
        """The keys not taken yet."""
        return tuple(self._left)

    def _take(self, key: str, expected: str, fits: Callable[[Any], bool]) -> Any:
        if key not in self._left:
            raise self.error(key, f"{expected}; the key is missing")
        value = self._left.pop(key)
        if not fits(value):
            raise self.error(key, expected)
        return value

    def text(self, key: str) -> str:
        taken: str = self._take(key, "text", lambda value: isinstance(value, str) and bool(value.strip()))
        return taken

    def number(self, key: str, *, least: int = 1) -> int:
        expected = f"a whole number of at least {least}"
        taken: int = self._take(key, expected, lambda value: type(value) is int and value >= least)
        return taken

    def flag(self, key: str) -> bool:
        taken: bool = self._take(key, "true or false", lambda value: isinstance(value, bool))
        return taken

    def day(self, key: str) -> date:
        taken: date = self._take(key, "a date such as 2023-03-24", lambda value: type(value) is date)
        return taken

    def choice(self, key: str, allowed: Collection[str]) -> str:
        expected = "one of " + ", ".join(f'"{one}"' for one in sorted(allowed))
        taken: str = self._take(key, expected, lambda value: isinstance(value, str) and value in allowed)
        return taken

    def texts(self, key: str, allowed: Collection[str] | None = None) -> tuple[str, ...]:
        """A list of different texts, not empty."""
        expected = "a list of different texts, not empty"
        if allowed is not None:
            expected += ", each one of " + ", ".join(sorted(allowed))
        return tuple(self._take(key, expected, lambda value: _are_texts(value, allowed)))

    def numbers(self, key: str) -> tuple[float, ...]:
        expected = "a list of numbers above 0, not empty"
        return tuple(self._take(key, expected, _are_numbers))

    def table(self, key: str) -> "Table":
        content = self._take(key, "a table", lambda value: isinstance(value, dict))
        return Table(self.file, self._below(key), content)

    def optional_table(self, key: str) -> "Table | None":
        return self.table(key) if self.has(key) else None

    def tables(self, key: str) -> list["Table"]:
        """An array of tables; none where the key is not there."""
        if not self.has(key):
            return []
        content = self._take(key, "an array of tables", _are_tables)
        return [Table(self.file, f"{self._below(key)}[{place}]", one) for place, one in enumerate(content)]

    def named_tables(self, key: str) -> dict[str, "Table"]:
        """Tables of a table, by name; not empty."""
        content = self._take(
            key, "a table of tables, not empty", lambda value: bool(value) and _is_table_of_tables(value)
        )
        return {name: Table(self.file, f"{self._below(key)}.{name}", one) for name, one in content.items()}

    def build(self, key: str, builder: Callable[["Table"], T]) -> T:
        """What the builder makes of a table that must be there; what it leaves over is refused."""
        return finish(self.table(key), builder)

    def build_optional(self, key: str, builder: Callable[["Table"], T]) -> T | None:
        table = self.optional_table(key)
        return finish(table, builder) if table is not None else None

    def _below(self, key: str) -> str:
        return key if self.name == TOP else f"{self.name}.{key}"


TOP = "top level"


def finish(table: Table, builder: Callable[[Table], T]) -> T:
    built = builder(table)
    table.close()
    return built


def _are_texts(value: Any, allowed: Collection[str] | None) -> bool:
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one for one in value):
        return False
    return len(set(value)) == len(value) and (allowed is None or set(value) <= set(allowed))


def _are_numbers(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(one) in {int, float} and one > 0 for one in value)


def _are_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _is_table_of_tables(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(one, dict) for one in value.values())
