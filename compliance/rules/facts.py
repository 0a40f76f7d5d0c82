"""Everything known at a moment about one patient in one program, indexed by what the checks ask.

`Facts` is built from events in the order in which the system learnt them and never changes: `plus` returns another one
that shares what the new event does not touch. A gate at T uses every event in it and nothing else.
"""

from collections.abc import Iterable
from datetime import datetime

from compliance.rules import events
from compliance.rules.events import Event
from compliance.rules.pregnancy_tests import PregnancyTests
from compliance.rules.prescriptions import Prescriptions
from compliance.rules.standing import Certificates, Standing
from compliance.rules.statements import Statements
from compliance.rules.treatment import Treatment
from compliance.rules.wire import read_event, write_event

__all__ = ["Facts", "read_event", "write_event"]

# Which book an event is entered in. What is in none (holds, resumptions) changes no answer.
_BOOKS: dict[type[Event], str] = {
    events.PrescriberCertified: "certificates",
    events.PrescriberDecertified: "certificates",
    events.PharmacyCertified: "certificates",
    events.PharmacyDecertified: "certificates",
    events.PatientEnrolled: "standing",
    events.CategoryChanged: "standing",
    events.AgreementSigned: "standing",
    events.Counselled: "standing",
    events.SurveyCompleted: "standing",
    events.MensesPattern: "standing",
    events.MensesAbnormal: "standing",
    events.ContraceptionStated: "statements",
    events.PregnancyTestResulted: "tests",
    events.PregnancyTestCorrected: "tests",
    events.PregnancyTestVoided: "tests",
    events.PregnancyReported: "tests",
    events.PregnancyExcluded: "tests",
    events.TreatmentStarted: "treatment",
    events.TreatmentStopped: "treatment",
    events.PrescriptionWritten: "prescriptions",
    events.FormSigned: "prescriptions",
    events.Released: "prescriptions",
    events.Confirmed: "prescriptions",
    events.Dispensed: "prescriptions",
    events.Reversed: "prescriptions",
}

_NAMES = ("certificates", "standing", "statements", "tests", "treatment", "prescriptions")


class Facts:
    """Build with `Facts.of(events)`; extend with `plus(event)`."""

    __slots__ = ("certificates", "events", "prescriptions", "standing", "statements", "tests", "treatment")

    def __init__(self) -> None:
        self.events: tuple[Event, ...] = ()
        self.certificates = Certificates()
        self.standing = Standing()
        self.statements = Statements()
        self.tests = PregnancyTests()
        self.treatment = Treatment()
        self.prescriptions = Prescriptions()

    @classmethod
    def of(cls, known: Iterable[Event]) -> "Facts":
        """The events must stand in the order in which the system learnt them."""
        facts = cls()
        facts.events = tuple(known)
        for index, event in enumerate(facts.events):
            facts._enter(event, index)
        return facts

    def plus(self, event: Event) -> "Facts":
        """What is known once `event` is learnt too."""
        more = Facts()
        more.events = (*self.events, event)
        touched = {_BOOKS.get(type(event))}
        if voids_every_release(event, self):
            touched.add("prescriptions")
        for name in _NAMES:
            book = getattr(self, name)
            setattr(more, name, book.copy() if name in touched else book)
        more._enter(event, len(self.events))
        return more

    def _enter(self, event: Event, index: int) -> None:
        if voids_every_release(event, self):
            self.prescriptions.void_all(index)
        name = _BOOKS.get(type(event))
        if name is not None:
            book = getattr(self, name)
            book.add(event, index)

    @property
    def last_learnt_at(self) -> datetime | None:
        return self.events[-1].recorded_at if self.events else None


def voids_every_release(event: Event, known: Facts) -> bool:
    """Whether the event voids every release before it in the list; `known` is what was known before it."""
    match event:
        case events.PregnancyTestResulted():
            return event.result == "positive"
        case events.PregnancyTestCorrected():
            return event.result == "positive" and not known.tests.is_voided(event.test)
        case events.PregnancyReported():
            return event.who == "patient"
        case events.CategoryChanged():
            return True
        case events.PatientEnrolled():
            return known.standing.enrolment is not None
        case _:
            return False
