"""What falls due, for whom, by when (docs/contract.md section 7). Duties read facts and windows as the gates do."""

from collections.abc import Callable, Iterator
from datetime import datetime

from compliance.rules.course import PatientCourse
from compliance.rules.duties import after_stop, before_start, in_treatment, standing
from compliance.rules.facts import Facts
from compliance.rules.program import Program
from compliance.rules.verdict import Duty

Lister = Callable[[PatientCourse], Iterator[Duty]]

LISTERS: tuple[Lister, ...] = (
    before_start.tests_before_the_start,
    in_treatment.pregnancy_test,
    in_treatment.blood_count,
    standing.patient_survey,
    standing.birthday,
    standing.confirmations_to_reverse,
    after_stop.contraception,
    after_stop.donations,
    after_stop.tests,
    after_stop.unused_supply,
)


def plan(facts: Facts, program: Program, *, at: datetime) -> tuple[Duty, ...]:
    """Every duty open or upcoming at `at` (aware), ordered by due date, then name.

    Nothing before enrolment or in a retired program. NoEdition where no edition is in force or it is not modelled.
    """
    edition = program.gates_at(at)
    if edition is None or facts.standing.category is None:
        return ()
    course = PatientCourse(facts, edition, at)
    duties = [duty for lister in LISTERS for duty in lister(course)]
    return tuple(sorted(duties, key=lambda duty: (duty.due_on, duty.duty)))
