"""The pharmacy's own part: its certificate, the parcel, the counselling, the guide, and supply not yet used up."""

from zoneinfo import ZoneInfo

from compliance.rules import calendar
from compliance.rules.question import Question
from compliance.rules.verdict import Blocker, Code, Party


def pharmacy_is_certified(q: Question) -> Blocker | None:
    if q.facts.certificates.pharmacy_certified(q.pharmacy or ""):
        return None
    return Blocker(Code.PHARMACY_NOT_CERTIFIED, Party.PHARMACY, q.edition.frame.cite)


def supply_is_low_enough(q: Question) -> Blocker | None:
    """Days left on a date: the last covered day minus that date. They may not be more than the edition's number."""
    limit, covered_on = q.edition.days_left, q.last_covered_on
    if limit is None or covered_on is None:
        return None
    opens_on = calendar.add_days(covered_on, -limit.days)
    if q.today >= opens_on:
        return None
    opens_at = calendar.start_of_day(opens_on, q.zone)
    return Blocker(Code.SUPPLY_TOO_EARLY, Party.PATIENT, limit.cite, opens_at=opens_at)


def parcel_leaves_on_the_day_of_confirmation(q: Question) -> Blocker | None:
    """Both dates are read in the pharmacy's zone."""
    asked, held = q.edition.ship_same_day, q.own_confirmation
    if asked is None or held is None or q.method != "ship" or not q.can_get_pregnant:
        return None
    name = q.facts.certificates.pharmacy_zone(held.confirmed.pharmacy)
    zone = ZoneInfo(name) if name else q.zone
    if calendar.date_of(held.confirmed.at, zone) == calendar.date_of(q.at, zone):
        return None
    return Blocker(Code.SHIP_SAME_DAY, Party.PHARMACY, asked.cite)


def pharmacy_counselled(q: Question) -> Blocker | None:
    if q.counselled:
        return None
    return Blocker(Code.PHARMACY_COUNSELLING_MISSING, Party.PHARMACY, q.edition.pharmacy_counselling.cite)


def guide_was_given(q: Question) -> Blocker | None:
    if q.edition.guide is None or q.guide_given:
        return None
    return Blocker(Code.GUIDE_MISSING, Party.PHARMACY, q.edition.guide.cite)
