"""Runs every check a gate asks and collects all blockers (docs/contract.md section 5)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from compliance.rules import calendar, events
from compliance.rules.checks import (
    authorization,
    contraception,
    counselling,
    enrolment,
    pharmacy,
    pregnancy,
    pregnancy_test,
    prescription,
    survey,
)
from compliance.rules.events import Method, Outcome
from compliance.rules.facts import Facts
from compliance.rules.program import EditionHead, Program
from compliance.rules.question import Check, Question
from compliance.rules.values import Anchor
from compliance.rules.verdict import Blocker, Code, Gate, Verdict


class UnknownPrescription(KeyError):
    """No such prescription was written, as far as the facts know."""


_ASKED_ANEW: tuple[Check, ...] = (
    enrolment.patient_is_enrolled,
    enrolment.prescriber_is_certified,
    enrolment.agreement_is_signed,
    enrolment.agreement_names_the_category,
    enrolment.category_fits_the_age,
    contraception.contraception_is_stated,
    contraception.contraception_is_sufficient,
    pregnancy.evaluation_is_closed,
    pregnancy.no_pregnancy_is_reported,
    pregnancy.no_test_is_positive,
    pregnancy.last_test_is_clear,
)
_RELEASE: tuple[Check, ...] = (
    *_ASKED_ANEW,
    enrolment.agreement_follows_a_long_pause,
    counselling.patient_was_counselled,
    counselling.forms_are_signed,
    contraception.contraception_has_run_long_enough,
    pregnancy_test.first_test_was_negative,
    pregnancy_test.second_test_was_negative,
    pregnancy_test.no_lock_bars_the_test,
    pregnancy_test.negative_test_is_there,
    pregnancy_test.negative_test_is_current,
    survey.patient_survey_is_in_date,
    survey.prescriber_survey_names_the_prescription,
    prescription.supply_is_short_enough,
    prescription.refills_are_allowed,
    prescription.verbal_is_allowed,
    prescription.prescription_is_recent,
    prescription.prescription_is_not_closed,
    prescription.authorization_would_last,
)
_AT_THE_PHARMACY: tuple[Check, ...] = (
    *_ASKED_ANEW,
    pharmacy.pharmacy_is_certified,
    authorization.authorization_exists,
    authorization.authorization_is_in_time,
    authorization.authorization_is_not_void,
    authorization.prescription_is_not_dispensed,
    pharmacy.supply_is_low_enough,
)
CHECKS: Mapping[Gate, tuple[Check, ...]] = {
    Gate.RELEASE: _RELEASE,
    Gate.CONFIRM: (*_AT_THE_PHARMACY, authorization.no_other_pharmacy_holds_it),
    Gate.DISPENSE: (
        *_AT_THE_PHARMACY,
        authorization.confirmation_is_held,
        authorization.confirmation_is_in_time,
        pharmacy.parcel_leaves_on_the_day_of_confirmation,
        pharmacy.pharmacy_counselled,
        pharmacy.guide_was_given,
    ),
    Gate.REVERSE: (authorization.any_confirmation_is_held,),
}
# Nothing is gained by clearing these before something else ends.
_WITHOUT_DEADLINE = frozenset({Code.PRESCRIPTION_CLOSED, Code.ALREADY_DISPENSED})


def decide(
    facts: Facts,
    program: Program,
    *,
    gate: Gate,
    at: datetime,
    prescription: str,
    pharmacy: str | None = None,
    method: Method | None = None,
    counselled: bool | None = None,
    guide_given: bool | None = None,
) -> Verdict:
    """The answer to one try at `at` (aware), from everything in `facts` and nothing else.

    `pharmacy` is needed by every gate but release, `method`, `counselled` and `guide_given` by dispense. Nothing is
    changed: an allowed try takes effect once the verdict's `outcome` is appended to the facts.
    Raises UnknownPrescription, and NoEdition where no edition is in force yet or the one in force is not modelled.
    """
    written = facts.prescriptions.written.get(prescription)
    if written is None:
        raise UnknownPrescription(prescription)
    edition = program.gates_at(at)
    if edition is None:
        return _retired(program.edition_at(at), gate, at, prescription, pharmacy, method)
    q = Question(
        facts,
        edition,
        at=at,
        prescription=written,
        pharmacy=pharmacy,
        method=method,
        counselled=bool(counselled),
        guide_given=bool(guide_given),
    )
    blockers = _blockers(q, gate)
    outcome = None if blockers else _outcome(q, gate)
    return Verdict(
        gate=gate,
        at=at.astimezone(q.zone),
        prescription=prescription,
        blockers=blockers,
        expires_at=None if blockers else _issued_end(q, gate, outcome),
        edition=edition.id,
        edition_sha256=edition.sha256,
        next_change_at=_next_change_at(q, gate),
        outcome=outcome,
        pharmacy=pharmacy,
        method=method,
    )


def _blockers(q: Question, gate: Gate) -> tuple[Blocker, ...]:
    found = [blocker for check in CHECKS[gate] if (blocker := check(q)) is not None]
    if not found:
        return ()
    fix_by = _deadline(q, gate)
    if fix_by is not None:
        found = [b if b.code in _WITHOUT_DEADLINE else replace(b, fix_by=fix_by) for b in found]
    return tuple(sorted(found, key=lambda blocker: blocker.code))


def _deadline(q: Question, gate: Gate) -> datetime | None:
    """The next end of something that is still good: clearing a blocker later than that is of no use by itself."""
    if gate is Gate.RELEASE:
        ends = [_hold_end(q), _counted_end(q)]
    else:
        ends = [q.authorization.released.expires_at if q.authorization else None]
        if gate is Gate.DISPENSE and q.own_confirmation is not None:
            ends.append(q.own_confirmation.confirmed.expires_at)
    end = min((end for end in ends if end is not None and end > q.at), default=None)
    return end.astimezone(q.zone) if end else None


def _hold_end(q: Question) -> datetime | None:
    return q.edition.hold.closes_at(q.written_on, q.zone) if q.edition.hold else None


def _counted_end(q: Question) -> datetime | None:
    """The end of an authorization issued now, where issuing it later does not move that end."""
    counts_from_now = q.expiry is not None and q.expiry.anchor is Anchor.ISSUED
    return None if counts_from_now else q.would_expire_at


def _outcome(q: Question, gate: Gate) -> Outcome | None:
    """What an allowed try adds to the facts; a pharmacy that holds a confirmation in time keeps it unchanged."""
    name, pharmacy = q.prescription.prescription, q.pharmacy or ""
    match gate:
        case Gate.RELEASE:
            return events.Released(q.at, prescription=name, expires_at=q.would_expire_at, test=q.window_test)
        case Gate.CONFIRM:
            if q.own_confirmation is not None and q.in_time(q.own_confirmation):
                return None
            return events.Confirmed(q.at, prescription=name, pharmacy=pharmacy, expires_at=_confirmation_end(q))
        case Gate.DISPENSE:
            return events.Dispensed(q.at, prescription=name, pharmacy=pharmacy, method=q.method or "handover")
        case Gate.REVERSE:
            return events.Reversed(q.at, prescription=name, pharmacy=pharmacy)


def _confirmation_end(q: Question) -> datetime:
    rule, end = q.edition.confirmation, q.authorization.released.expires_at if q.authorization else None
    if end is not None and rule.hours_only_without_end:
        return end
    hours_up = calendar.add_hours(q.at, rule.hours)
    return hours_up if end is None else min(hours_up, end)


def _issued_end(q: Question, gate: Gate, outcome: Outcome | None) -> datetime | None:
    if isinstance(outcome, events.Released | events.Confirmed):
        end = outcome.expires_at
    elif gate is Gate.CONFIRM and q.own_confirmation is not None:
        end = q.own_confirmation.confirmed.expires_at
    else:
        end = None
    return end.astimezone(q.zone) if end else None


def _next_change_at(q: Question, gate: Gate) -> datetime | None:
    """Dates change at midnight, and what was issued ends at its own moment: nothing else moves with time alone."""
    if gate is Gate.REVERSE:
        return None
    moments = [calendar.end_of_day(q.today, q.zone)]
    if gate is not Gate.RELEASE:
        name = q.facts.certificates.pharmacy_zone(q.pharmacy or "")
        zone = ZoneInfo(name) if name else q.zone
        moments.append(calendar.end_of_day(calendar.date_of(q.at, zone), zone))
        held = q.facts.prescriptions.confirmations(q.prescription.prescription)
        moments += [other.confirmed.expires_at for other in held if other.confirmed.expires_at is not None]
    if q.authorization is not None and q.authorization.released.expires_at is not None:
        moments.append(q.authorization.released.expires_at)
    return min(moment for moment in moments if moment > q.at).astimezone(q.zone)


def _retired(
    edition: EditionHead, gate: Gate, at: datetime, prescription: str, pharmacy: str | None, method: Method | None
) -> Verdict:
    """A retired program has no gates: every try is allowed and nothing is issued. What left the pharmacy is a fact."""
    outcomes: dict[Gate, Outcome] = {
        Gate.RELEASE: events.Released(at, prescription=prescription, expires_at=None),
        Gate.CONFIRM: events.Confirmed(at, prescription=prescription, pharmacy=pharmacy or "", expires_at=None),
        Gate.DISPENSE: events.Dispensed(
            at, prescription=prescription, pharmacy=pharmacy or "", method=method or "handover"
        ),
        Gate.REVERSE: events.Reversed(at, prescription=prescription, pharmacy=pharmacy or ""),
    }
    return Verdict(
        gate=gate,
        at=at.astimezone(edition.zone.info),
        prescription=prescription,
        blockers=(),
        expires_at=None,
        edition=edition.id,
        edition_sha256=edition.sha256,
        next_change_at=None,
        outcome=outcomes[gate],
        pharmacy=pharmacy,
        method=method,
    )
