"""Ends and beginnings as people say them: a midnight is the end of a day, or the day it begins."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from compliance.templatetags.holdfast import city_of, day, moment, wall_time


def until_yours(end: datetime, zone: str) -> str:
    """until 14:05 Tue 3 Mar 2026 (your time), or until the end of Mon 2 Mar 2026 (your time)."""
    if _is_midnight(end, zone):
        return _("until the end of %(day)s (your time)") % {"day": _day_before(end, zone)}
    return _("until %(when)s (your time)") % {"when": wall_time(end, zone)}


def before(end: datetime, zone: str | ZoneInfo) -> str:
    """before 14:05 Tue 3 Mar 2026 (New York time), or by the end of Mon 2 Mar 2026 (New York time)."""
    if _is_midnight(end, zone):
        return _("by the end of %(day)s (%(city)s time)") % {"day": _day_before(end, zone), "city": city_of(zone)}
    return _("before %(when)s") % {"when": moment(end, zone)}


def since(start: datetime, zone: str | ZoneInfo) -> str:
    """from 14:05 Tue 3 Mar 2026 (New York time), or from Tue 3 Mar 2026 on (New York time)."""
    if _is_midnight(start, zone):
        return _("from %(day)s on (%(city)s time)") % {"day": day(_local(start, zone)), "city": city_of(zone)}
    return _("from %(when)s") % {"when": moment(start, zone)}


def since_yours(start: datetime, zone: str) -> str:
    """The same for a reader whose own zone it is."""
    if _is_midnight(start, zone):
        return _("from %(day)s on (your time)") % {"day": day(_local(start, zone))}
    return _("from %(when)s (your time)") % {"when": wall_time(start, zone)}


def _local(at: datetime, zone: str | ZoneInfo) -> datetime:
    return at.astimezone(zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone))


def _is_midnight(at: datetime, zone: str | ZoneInfo) -> bool:
    return _local(at, zone).time() == time()


def _day_before(at: datetime, zone: str | ZoneInfo) -> str:
    return day(_local(at, zone).date() - timedelta(days=1))
