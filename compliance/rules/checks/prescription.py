"""The prescription itself: its size, its age, and whether it was released already."""

from compliance.rules.question import Question
from compliance.rules.values import Anchor
from compliance.rules.verdict import Blocker, Code, Party


def supply_is_short_enough(q: Question) -> Blocker | None:
    limit = q.edition.supply.get(q.category.code) if q.category else None
    if limit is None or 1 <= q.prescription.days_supply <= limit.days:
        return None
    return Blocker(Code.SUPPLY_TOO_LONG, Party.PRESCRIBER, limit.cite)


def refills_are_allowed(q: Question) -> Blocker | None:
    if q.edition.refills.allowed or q.prescription.refills <= 0:
        return None
    return Blocker(Code.REFILLS_NOT_ALLOWED, Party.PRESCRIBER, q.edition.refills.cite)


def verbal_is_allowed(q: Question) -> Blocker | None:
    if q.edition.verbal.allowed or not q.prescription.verbal:
        return None
    return Blocker(Code.VERBAL_NOT_ALLOWED, Party.PRESCRIBER, q.edition.verbal.cite)


def prescription_is_recent(q: Question) -> Blocker | None:
    hold = q.edition.hold
    if hold is None or q.today <= hold.last_good_day(q.written_on):
        return None
    return Blocker(Code.PRESCRIPTION_TOO_OLD, Party.PRESCRIBER, hold.cite)


def prescription_is_not_closed(q: Question) -> Blocker | None:
    """Released and still open, confirmed or dispensed. A supply closes it even where the release is void or over."""
    if q.authorization is None:
        return None
    if not q.dispensed and (q.voided_by is not None or q.authorization_over):
        return None
    return Blocker(Code.PRESCRIPTION_CLOSED, Party.PRESCRIBER, q.edition.frame.cite)


def authorization_would_last(q: Question) -> Blocker | None:
    """What is counted from the written date or the counselling may be over before it is issued."""
    expiry = q.expiry
    if expiry is None or expiry.anchor not in {Anchor.WRITTEN, Anchor.COUNSELLED}:
        return None
    if q.would_expire_on is None or q.today <= q.would_expire_on:
        return None
    return Blocker(Code.AUTHORIZATION_EXPIRED, Party.PRESCRIBER, expiry.cite)
