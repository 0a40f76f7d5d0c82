"""What the site's database role may do to the rows of a table.

Every model of ours declares one of these as `record`; `compliance.database` turns the declaration into grants and
triggers after each migration, so the database itself refuses what the code should never try.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Record:
    """`update` names the columns the site may change: `None` means none, an empty tuple all of them."""

    update: tuple[str, ...] | None
    set_once: bool = False
    delete: bool = False


APPEND_ONLY = Record(update=None)
MUTABLE = Record(update=(), delete=True)


def stamped(*columns: str) -> Record:
    """Rows are written once; each named column may go from null to a value, once."""
    return Record(update=columns, set_once=True)


def editable(*columns: str) -> Record:
    """Rows stay; only the named columns may change, any number of times."""
    return Record(update=columns)
