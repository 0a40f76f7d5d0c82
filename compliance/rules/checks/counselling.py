"""Counselling by the prescriber, and the forms signed for a prescription."""

from compliance.rules.question import Question
from compliance.rules.verdict import Blocker, Code, Party


def patient_was_counselled(q: Question) -> Blocker | None:
    """For this prescription; or, where an edition asks it once, at any time since the latest agreement."""
    asked = q.edition.counselling.get(q.category.code) if q.category else None
    if asked is None or (_counselled_since_the_agreement(q) if asked.once else _counselled_for_this(q)):
        return None
    return Blocker(Code.COUNSELLING_MISSING, Party.PRESCRIBER, asked.cite)


def _counselled_since_the_agreement(q: Question) -> bool:
    agreement, counselled_at = q.facts.standing.agreement, q.facts.standing.counselled_at
    return agreement is not None and counselled_at is not None and counselled_at >= agreement.at


def _counselled_for_this(q: Question) -> bool:
    return q.prescription.prescription in q.facts.standing.prescription_counselled_at


def forms_are_signed(q: Question) -> Blocker | None:
    """Every form the edition lists, for this prescription."""
    for form in q.edition.forms:
        if not q.facts.prescriptions.form_signed(q.prescription.prescription, form.code):
            return Blocker(Code.FORM_MISSING, Party.PRESCRIBER, form.cite)
    return None
