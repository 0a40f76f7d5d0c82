"""How moments, days and numbers are shown, and what stands in the head of every page."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.dateformat import format as format_date
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from compliance import clock
from compliance.navigation import head_of_page

register = template.Library()
MINUTES_AN_HOUR = 60
HOURS_SHOWN_AS_SUCH = 48


@register.filter
def moment(at: datetime | None, zone: str | ZoneInfo) -> str:
    """14:05 Tue 3 Mar 2026 (New York time). Empty for no moment."""
    if at is None:
        return ""
    return _("%(when)s (%(city)s time)") % {"when": wall_time(at, zone), "city": city_of(zone)}


@register.filter
def yours(at: datetime | None, zone: str | ZoneInfo) -> str:
    """14:05 Tue 3 Mar 2026 (your time): for readers whose own zone it is."""
    if at is None:
        return ""
    return _("%(when)s (your time)") % {"when": wall_time(at, zone)}


@register.filter
def until(end: datetime | None, zone: str | ZoneInfo) -> str:
    """The first instant outside, as people say it: until 14:05 Tue 3 Mar 2026, or until the end of a day."""
    if end is None:
        return ""
    local = end.astimezone(zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone))
    if local.time() == time():
        last = {"day": day(local.date() - timedelta(days=1)), "city": city_of(zone)}
        return _("until the end of %(day)s (%(city)s time)") % last
    return _("until %(when)s") % {"when": moment(end, zone)}


@register.filter
def city(zone: str | ZoneInfo) -> str:
    """New York, for America/New_York."""
    return city_of(zone)


@register.filter
def day(on: date | datetime | None) -> str:
    """Tue 3 Mar 2026."""
    return "" if on is None else format_date(on, pgettext("date format of Django's date filter", "D j M Y"))


@register.filter
def spoken(number: str) -> SafeString:
    """Four groups of four, as it is read aloud; each group keeps together and copies without odd signs."""
    digits = "".join(conditional_escape(number).split())
    groups = (digits[start : start + 4] for start in range(0, len(digits), 4))
    return mark_safe(" ".join(f'<span class="digits">{group}</span>' for group in groups))  # noqa: S308 - escaped above


@register.filter
def timeleft(at: datetime | None) -> str:
    """How long until a moment: minutes under an hour, hours under two days, then days. Never negative."""
    if at is None:
        return ""
    minutes = int((at - clock.now()).total_seconds()) // 60
    if minutes < 0:
        return _("time is up")
    hours, minutes = divmod(minutes, MINUTES_AN_HOUR)
    if hours >= HOURS_SHOWN_AS_SUCH:
        return ngettext("%(count)d day left", "%(count)d days left", hours // 24) % {"count": hours // 24}
    if hours:
        return _("%(hours)d h %(minutes)d min left") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)d min left") % {"minutes": minutes}


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation(context: dict[str, Any]) -> dict[str, Any]:
    """Who is signed in and where they can go; nothing on pages that know nobody, such as those about errors."""
    return {**head_of_page(context.get("request")), "csrf_token": context.get("csrf_token")}


def wall_time(at: datetime, zone: str | ZoneInfo) -> str:
    """What clocks and calendars of the zone show."""
    local = at.astimezone(zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone))
    return format_date(local, pgettext("date format of Django's date filter", "H:i D j M Y"))


def city_of(zone: str | ZoneInfo) -> str:
    """The part of a zone's name that people say."""
    return str(zone).rsplit("/", 1)[-1].replace("_", " ")
