"""The number a pharmacy was given, and who holds it."""

from compliance.rules.question import Question
from compliance.rules.verdict import Blocker, Code, Party


def authorization_exists(q: Question) -> Blocker | None:
    if q.authorization is not None:
        return None
    return Blocker(Code.AUTHORIZATION_MISSING, Party.PRESCRIBER, q.edition.frame.cite)


def authorization_is_in_time(q: Question) -> Blocker | None:
    if not q.authorization_over:
        return None
    cite = q.expiry.cite if q.expiry else q.edition.frame.cite
    return Blocker(Code.AUTHORIZATION_EXPIRED, Party.PRESCRIBER, cite)


def authorization_is_not_void(q: Question) -> Blocker | None:
    if q.voided_by is None:
        return None
    return Blocker(Code.AUTHORIZATION_VOID, Party.PRESCRIBER, q.edition.frame.cite)


def prescription_is_not_dispensed(q: Question) -> Blocker | None:
    if not q.dispensed:
        return None
    return Blocker(Code.ALREADY_DISPENSED, Party.PHARMACY, q.edition.frame.cite)


def no_other_pharmacy_holds_it(q: Question) -> Blocker | None:
    """A confirmation of another pharmacy that is not over, void, dispensed or reversed."""
    if q.voided_by is not None:
        return None
    held = q.facts.prescriptions.confirmations(q.prescription.prescription)
    others = (other for other in held if other.confirmed.pharmacy != q.pharmacy and not other.dispensed)
    if not any(q.in_time(other) for other in others):
        return None
    return Blocker(Code.CONFIRMATION_IN_USE, Party.PHARMACY, q.edition.confirmation.cite)


def confirmation_is_held(q: Question) -> Blocker | None:
    """By this pharmacy, under the last release."""
    if q.own_confirmation is not None:
        return None
    return Blocker(Code.CONFIRMATION_MISSING, Party.PHARMACY, q.edition.confirmation.cite)


def any_confirmation_is_held(q: Question) -> Blocker | None:
    """By this pharmacy, under whichever release: what is held can be given back."""
    if q.facts.prescriptions.confirmation(q.prescription.prescription, q.pharmacy) is not None:
        return None
    return Blocker(Code.CONFIRMATION_MISSING, Party.PHARMACY, q.edition.confirmation.cite)


def confirmation_is_in_time(q: Question) -> Blocker | None:
    if q.own_confirmation is None or q.in_time(q.own_confirmation):
        return None
    return Blocker(Code.CONFIRMATION_EXPIRED, Party.PHARMACY, q.edition.confirmation.cite)
