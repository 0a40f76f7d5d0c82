"""Tables as CSV that no spreadsheet takes for a formula."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠|%")
"""What makes some spreadsheet compute a cell, full-width forms and the old `|` and `%` of DDE included."""
BYTE_ORDER_MARK = "\ufeff"
"""Without it the most common spreadsheet reads UTF-8 as something else."""


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[Any]], *, zone: ZoneInfo) -> str:
    """A table with every cell quoted. Instants are written with their offset in `zone`, days as year-month-day."""
    out = StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([harmless(heading) for heading in headings])
    writer.writerows([harmless(cell_text(value, zone)) for value in row] for row in rows)
    return out.getvalue()


def cell_text(value: Any, zone: ZoneInfo) -> str:
    """One value as text; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.1f}"
    return str(value)


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would compute it, spaces or not."""
    dangerous = text[:1] in FORMULA_STARTS or text.lstrip()[:1] in FORMULA_STARTS
    return f"'{text}" if text and dangerous else text
