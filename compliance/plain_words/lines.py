"""One value of a program file as one sentence, with where it comes from and whether anybody has settled it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.rules.program import EditionHead
from compliance.rules.values import Counting, Value, Window

V = TypeVar("V", bound=Value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`place` names the value's table in the file, `key` says which value it is whatever the edition."""

    key: str
    says: str
    place: str
    source: str
    settled: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Lines under one heading."""

    title: str
    lines: tuple[Line, ...]


def line(key: str, value: Value, says: str) -> Line:
    """The value's sentence with its citation, which begins with the name of its table."""
    place, _colon, source = value.cite.partition(": ")
    return Line(key=key, says=says, place=place, source=source, settled=value.settled, note=value.note)


def not_asked(key: str, says: str) -> Line:
    """What the edition leaves out, said aloud: silence would read as forgotten."""
    return Line(key=key, says=says, place="", source="", settled=True, note="")


def by_category(
    key: str, edition: EditionHead, values: Mapping[str, V], say: Callable[[V], str], *, without: str, apart: bool
) -> list[Line]:
    """One line for all categories that share a value, `without` for those that have none; `apart`: a line for each."""
    shared: dict[V | None, list[str]] = {}
    for code in edition.categories:
        shared.setdefault(values.get(code), []).append(code)
    lines = []
    for value, codes in shared.items():
        says = say(value) if value is not None else without
        for group in [[code] for code in codes] if apart else [codes]:
            spoken = _("%(who)s: %(says)s") % {"who": who(edition, group), "says": says}
            place = f"{key}.{'+'.join(group)}"
            lines.append(not_asked(place, spoken) if value is None else line(place, value, spoken))
    return lines


def who(edition: EditionHead, codes: list[str]) -> str:
    """Categories by their official names."""
    if len(codes) == len(edition.categories) > 1:
        return _("Every category")
    return ", ".join(edition.categories[code].name for code in codes)


def days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def months(count: int) -> str:
    return ngettext("%(count)d calendar month", "%(count)d calendar months", count) % {"count": count}


def hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def counted(window: Window, since: str) -> str:
    """How a window is counted, so that nobody has to guess its last day."""
    if window.counts is Counting.EXCLUSIVE:
        return _(
            "%(days)s, counted exclusively: %(since)s is day 0, and the last good day is the one %(last)d days later, "
            "up to midnight."
        ) % {"days": days(window.days), "since": since, "last": window.days}
    return _(
        "%(days)s, counted inclusively: %(since)s is day 1, and the last good day is day %(last)d, up to midnight."
    ) % {"days": days(window.days), "since": since, "last": window.days}
