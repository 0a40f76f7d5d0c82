"""Moments in long tables, whose zone stands once above them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

from compliance.templatetags.holdfast import city_of, wall_time

register = template.Library()


@register.filter
def wall(at: datetime | None, zone: ZoneInfo) -> str:
    """14:05 Tue 3 Mar 2026, by the clocks of the zone; a dash for no moment."""
    return "–" if at is None else wall_time(at, zone)


@register.filter
def city(zone: ZoneInfo) -> str:
    """The part of a zone's name that people say: New York."""
    return city_of(zone)
