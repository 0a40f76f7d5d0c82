"""Enrolment, agreement, category and age; who prescribes."""

from compliance.rules import calendar
from compliance.rules.question import Question
from compliance.rules.verdict import Blocker, Code, Party


def patient_is_enrolled(q: Question) -> Blocker | None:
    if q.category is not None:
        return None
    return Blocker(Code.NOT_ENROLLED, Party.PRESCRIBER, q.edition.frame.cite)


def prescriber_is_certified(q: Question) -> Blocker | None:
    if q.facts.certificates.prescriber_certified(q.prescription.prescriber):
        return None
    return Blocker(Code.PRESCRIBER_NOT_CERTIFIED, Party.PRESCRIBER, q.edition.frame.cite)


def agreement_is_signed(q: Question) -> Blocker | None:
    if q.category is None or q.facts.standing.agreement_since_enrolment is not None:
        return None
    return Blocker(Code.AGREEMENT_MISSING, Party.PRESCRIBER, q.edition.agreement.cite)


def agreement_names_the_category(q: Question) -> Blocker | None:
    """It must name the current category and be no older than the latest change of category."""
    agreement, changed_at = q.facts.standing.agreement_since_enrolment, q.facts.standing.category_changed_at
    if q.category is None or agreement is None:
        return None
    if agreement.category == q.category.code and (changed_at is None or agreement.at >= changed_at):
        return None
    return Blocker(Code.AGREEMENT_CATEGORY_DIFFERS, Party.PRESCRIBER, q.edition.agreement.cite)


def agreement_follows_a_long_pause(q: Question) -> Blocker | None:
    """After so many months without supply an agreement is signed since the day on which they were up."""
    due_on, agreement = q.re_enrolment_on, q.facts.standing.agreement
    if q.edition.re_enrolment is None or due_on is None or q.today < due_on:
        return None
    if agreement is not None and q.date_of(agreement.at) >= due_on:
        return None
    return Blocker(Code.RE_ENROLMENT_DUE, Party.PRESCRIBER, q.edition.re_enrolment.cite)


def category_fits_the_age(q: Question) -> Blocker | None:
    """A child's category until the birthday, an adult's from it on; programs without age classes do not ask."""
    category, age, birth_date = q.category, q.edition.adult_age, q.facts.standing.birth_date
    if category is None or category.is_child is None or age is None or birth_date is None:
        return None
    is_adult = q.today >= calendar.add_years(birth_date, age.years)
    if is_adult is not category.is_child:
        return None
    return Blocker(Code.CATEGORY_OUTDATED, Party.PRESCRIBER, age.cite)
