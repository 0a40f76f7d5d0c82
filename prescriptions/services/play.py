"""Plays a case of docs/contract.md through the real services and database, to see that they answer as the rules do.

Each step happens at its own moment, by a moved clock; each case has its own patient, prescribers and pharmacies, so one
database serves many cases.
"""

from collections.abc import Iterator
from uuid import UUID

from compliance import clock
from compliance.rules.cases import AskStep, Case, FactStep, TryStep
from compliance.rules.history import Answer, PlanAnswer
from compliance.rules.plan import plan
from compliance.rules.verdict import Gate, Verdict
from compliance.selectors.facts import Reach, facts_of
from prescriptions.models import Reversal
from prescriptions.services.acts import Act
from prescriptions.services.confirm import confirm
from prescriptions.services.dispense import dispense
from prescriptions.services.release import release
from prescriptions.services.reverse import reverse
from prescriptions.services.stage import Stage
from prescriptions.services.tell import TELL


def play_through_site(case: Case) -> Iterator[tuple[int, Answer]]:
    """The answers of a case's tries and asks, each with the step's place.

    Writes to the database it finds: give it one of its own. Raises `ImproperlyConfigured` where clocks stand still.
    """
    if not case.steps:
        return
    with clock.moved_to(case.steps[0].learnt_at):
        stage = Stage.set(case)
    for index, step in enumerate(case.steps):
        with clock.moved_to(step.learnt_at):
            answer = _do(stage, step)
        if answer is not None:
            yield index, answer


def _do(stage: Stage, step: FactStep | TryStep | AskStep) -> Answer | None:
    """Do what the step says, at the moment of the clock; the answer of a try or an ask."""
    match step:
        case FactStep():
            TELL[type(step.event)](stage, step.event)
            return None
        case TryStep():
            return _attempt(stage, step)
        case AskStep():
            return _ask(stage, step)


def _attempt(stage: Stage, step: TryStep) -> Verdict:
    """The verdict of the real service, which stores its decision and what came of it."""
    prescription = stage.prescription(step.prescription)
    if step.gate is Gate.RELEASE:
        return release(prescription, by=None).now
    return _at_the_pharmacy(step, prescription, stage.pharmacy(step.pharmacy or "").pk).now


def _at_the_pharmacy(step: TryStep, prescription: UUID, pharmacy: UUID) -> Act:
    if step.gate is Gate.CONFIRM:
        return confirm(prescription, pharmacy_id=pharmacy, by=None)
    if step.gate is Gate.REVERSE:
        return reverse(prescription, pharmacy_id=pharmacy, by=None, reason=Reversal.Reason.MISTAKE)
    return dispense(
        prescription,
        pharmacy_id=pharmacy,
        by=None,
        method=str(step.method),
        counselled=bool(step.counselled),
        guide_given=bool(step.guide_given),
    )


def _ask(stage: Stage, step: AskStep) -> PlanAnswer:
    """The plan from the rows as they are."""
    others = [Reach(owner.pk) for owner in (*stage.prescribers.values(), *stage.pharmacies.values())]
    facts = facts_of(Reach(stage.patient.pk), program=stage.program, others=others)
    edition = stage.case.program.edition_at(step.at)
    duties = plan(facts, stage.case.program, at=step.at)
    return PlanAnswer(step.at.astimezone(stage.case.program.zone), edition.id, duties)
