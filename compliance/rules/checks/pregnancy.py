"""Signs of a pregnancy. These are asked of every category: a category is never proof."""

from compliance.rules.question import Question
from compliance.rules.verdict import Blocker, Code, Party


def evaluation_is_closed(q: Question) -> Blocker | None:
    """A missed period or odd bleeding is answered by a countable negative test collected later."""
    abnormal_at = q.facts.standing.abnormal_menses_at
    if abnormal_at is None or (q.latest_test is not None and q.latest_test.collected_at > abnormal_at):
        return None
    return Blocker(Code.EVALUATION_OPEN, Party.PRESCRIBER, q.edition.frame.cite)


def no_pregnancy_is_reported(q: Question) -> Blocker | None:
    if not q.facts.tests.report_is_open:
        return None
    return Blocker(Code.PREGNANCY_REPORTED, Party.PRESCRIBER, q.edition.frame.cite)


def no_test_is_positive(q: Question) -> Blocker | None:
    """However weak the test and wherever it was taken."""
    if not q.facts.tests.positive_is_open:
        return None
    return Blocker(Code.TEST_POSITIVE, Party.PRESCRIBER, q.edition.frame.cite)


def last_test_is_clear(q: Question) -> Blocker | None:
    last = q.facts.tests.last_collected
    if q.facts.tests.positive_is_open or last is None or last.result != "indeterminate":
        return None
    return Blocker(Code.TEST_UNCLEAR, Party.PATIENT, q.edition.frame.cite)
