"""Rows and decisions in words. Codes' sentences come from compliance.wording; here are those of reports alone."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from compliance import wording
from compliance.programs import load_programs
from compliance.rules.verdict import Code, DutyKind, Gate
from compliance.templatetags.holdfast import day, moment, wall_time
from prescriptions.models import Decision, Reversal
from reports.counts import Column, Count, Row
from reports.selectors.decisions import Input
from reports.selectors.rechecks import Checked, Recheck
from reports.words import check_says, key_says, kind_says, owner_says

SHORT = 8
KNOWN_CODES = frozenset(code.value for code in Code)
ROW_KEYS = frozenset({"prescription", "prescriber", "pharmacy", "test"})

WORDS: Mapping[str, Callable[[Any], str]] = {
    "duty": lambda code: str(wording.duty_says(DutyKind(code))),
    "method": lambda code: str(Decision.Method(code).label),
    "reversal": lambda code: str(Reversal.Reason(code).label),
    "owner": owner_says,
    "kind": kind_says,
    "yes-no": lambda value: _("yes") if value else _("no"),
}


def in_words(column: Column, row: Row) -> Any:
    """The value of a cell, its code in words where the column says how."""
    value = row[column.key]
    return value if value is None or not column.words else WORDS[column.words](value)


def shown_row(count: Count, row: Row, zone: ZoneInfo) -> list[dict[str, Any]]:
    """The cells of one row of a page: heading, text, and an address where the cell leads somewhere."""
    return [_cell(column, in_words(column, row), zone) for column in count.columns]


def _cell(column: Column, value: Any, zone: ZoneInfo) -> dict[str, Any]:
    cell = {
        "heading": column.heading,
        "text": shown(value, zone),
        "address": "",
        "short": not isinstance(value, str),
        "number": isinstance(value, float | int),
    }
    if column.key == "decision":
        cell["address"] = reverse("decision", args=[value])
    return cell


def shown(value: Any, zone: ZoneInfo) -> str:
    """A value as people read it; instants and days with their weekday, in the zone that the page names."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return wall_time(value, zone)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, float):
        return f"{value:.1f}"
    if isinstance(value, UUID):
        return str(value)[:SHORT]
    return str(value)


def duration(hours: float | None) -> str:
    """Hours in the unit people would use."""
    if hours is None:
        return "–"
    if hours < 1:
        return _("%(minutes).0f min") % {"minutes": hours * 60}
    if hours < 48:
        return _("%(hours).1f hours") % {"hours": hours}
    return _("%(days).1f days") % {"days": hours / 24}


def reason_says(code: str, gate: Gate | None = None) -> str:
    """The sentence of a code; of one that these rules no longer know, the code."""
    return str(wording.says(Code(code), gate)) if code in KNOWN_CODES else code


def reason_next(code: str, gate: Gate | None = None) -> str:
    """What to do about a code; nothing for one that these rules no longer know."""
    return str(wording.next_step(Code(code), gate)) if code in KNOWN_CODES else ""


def shown_decision(decision: Decision, inputs: list[Input], recheck: Recheck) -> dict[str, Any]:
    """Everything a page about one decision shows. Nothing here names a person."""
    zone, signature = load_programs()[decision.program].zone, decision.prescription.signature
    gate = Gate(decision.gate)
    return {
        "decision": decision,
        "zone": zone,
        "blockers": [_blocker(blocker, gate, zone) for blocker in json.loads(bytes(decision.verdict))["blockers"]],
        "checks": [_check(checked) for checked in recheck.checks],
        "recheck": recheck,
        "inputs": [_input(seen, zone) for seen in inputs],
        "entry_hash": bytes(decision.entry.hash).hex(),
        "previous_hash": bytes(decision.entry.previous_hash).hex(),
        "verdict_hash": hashlib.sha256(bytes(decision.verdict)).hexdigest(),
        "signature": signature,
        "signature_hash": bytes(signature.sha256).hex() if signature else "",
    }


def _blocker(stored: dict[str, Any], gate: Gate, zone: ZoneInfo) -> dict[str, Any]:
    """A stored reason as the list of reasons shows it."""
    opens_at, fix_by = (datetime.fromisoformat(stored[key]) if stored[key] else None for key in ("opens_at", "fix_by"))
    return {
        "code": stored["code"],
        "cite": stored["cite"],
        "says": reason_says(stored["code"], gate),
        "next": reason_next(stored["code"], gate),
        "owner_says": _("Who can clear it: %(party)s") % {"party": owner_says(stored["owner"])},
        "opens": _("From %(when)s") % {"when": moment(opens_at, zone)} if opens_at else "",
        "fix_by": _("Before %(when)s") % {"when": moment(fix_by, zone)} if fix_by else "",
    }


def _check(checked: Checked) -> dict[str, Any]:
    return {"says": check_says(checked.name), "code": checked.blocker.code if checked.blocker else ""}


def _input(seen: Input, zone: ZoneInfo) -> dict[str, Any]:
    values = [(key_says(key), _value(key, value, zone)) for key, value in seen.values.items()]
    return {
        "chain": owner_says(seen.chain),
        "place": seen.entry.seq,
        "kind": kind_says(seen.entry.kind),
        "at": seen.entry.at,
        "recorded_at": seen.entry.recorded_at,
        "values": values + [(key_says(key), _("withheld")) for key in seen.withheld],
    }


def _value(key: str, value: Any, zone: ZoneInfo) -> str:
    """A value of an entry. Keys of other rows are shortened: they tell rows apart and are looked up nowhere."""
    if key in ROW_KEYS and value:
        return str(value)[:SHORT]
    if key.endswith("_at") and value:
        return wall_time(datetime.fromisoformat(value), zone)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or _("none")
    return "–" if value is None else str(value)
