"""Contraception of categories that can get pregnant (docs/contract.md section 6)."""

from compliance.rules import calendar
from compliance.rules.question import Question
from compliance.rules.values import Contraception
from compliance.rules.verdict import Blocker, Code, Party


def _asked(q: Question) -> Contraception | None:
    return q.edition.contraception if q.can_get_pregnant else None


def contraception_is_stated(q: Question) -> Blocker | None:
    asked = _asked(q)
    if asked is None or q.statement is not None:
        return None
    return Blocker(Code.CONTRACEPTION_MISSING, Party.PATIENT, asked.cite)


def contraception_is_sufficient(q: Question) -> Blocker | None:
    asked = _asked(q)
    if asked is None or q.statement is None or asked.sufficient(q.statement.methods):
        return None
    return Blocker(Code.CONTRACEPTION_INSUFFICIENT, Party.PATIENT, asked.highly_effective.cite)


def contraception_has_run_long_enough(q: Question) -> Blocker | None:
    """Sufficient statements without a gap for the days asked; the first day of the run is day 0."""
    asked = _asked(q)
    enough_on = q.contraception_has_run_by(q.today) if asked is not None else None
    if asked is None or enough_on is None or q.today >= enough_on:
        return None
    opens_at = calendar.start_of_day(enough_on, q.zone)
    return Blocker(Code.CONTRACEPTION_TOO_RECENT, Party.PATIENT, asked.cite, opens_at=opens_at)
