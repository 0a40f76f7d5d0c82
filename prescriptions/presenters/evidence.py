"""What is on record about a patient, in words and in the order of the latest first. Nothing old is hidden."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from compliance import wording
from compliance.models import MensesPattern, PregnancyReport, Result, Setting
from compliance.rules import events
from compliance.rules.events import Event
from compliance.rules.program import Program
from compliance.templatetags.holdfast import day, moment

TEST_TONES = {"negative": "good", "positive": "stop", "indeterminate": "unsure"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TestShown:
    """A pregnancy test as it counts now, with what it said before."""

    __test__ = False

    id: str
    collected_at: datetime
    known_at: datetime
    result: str
    tone: str
    word: str
    setting: str
    sensitivity: str
    home_allowed: bool
    voided: str = ""
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing on record: when it happened, what it says, when it was learnt if later."""

    at: datetime
    says: str
    learnt_at: datetime | None = None


@dataclass(slots=True)
class Evidence:
    """Lists by subject, the latest first."""

    tests: list[TestShown] = field(default_factory=list)
    contraception: list[Line] = field(default_factory=list)
    agreements: list[Line] = field(default_factory=list)
    surveys: list[Line] = field(default_factory=list)
    periods: list[Line] = field(default_factory=list)
    pregnancies: list[Line] = field(default_factory=list)
    course: list[Line] = field(default_factory=list)


def evidence_of(known: Iterable[Event], program: Program, zone: ZoneInfo) -> Evidence:
    """Every fact of the patient by subject; moments in `zone`."""
    evidence, tests = Evidence(), dict[str, TestShown]()
    for event in known:
        if isinstance(event, events.PregnancyTestResulted):
            tests[event.test] = _first(event)
        elif isinstance(event, events.PregnancyTestCorrected):
            tests[event.test] = _corrected(tests[event.test], event, zone)
        elif isinstance(event, events.PregnancyTestVoided):
            why = _("Void since %(when)s: %(why)s") % {"when": moment(event.at, zone), "why": event.reason}
            tests[event.test] = replace(tests[event.test], voided=why, tone="plain", word=_("void"))
        else:
            _put(evidence, event, program)
    evidence.tests = sorted(tests.values(), key=lambda test: test.collected_at, reverse=True)
    for subject in ("contraception", "agreements", "surveys", "periods", "pregnancies", "course"):
        getattr(evidence, subject).sort(key=lambda line: line.at, reverse=True)
    return evidence


def _first(event: events.PregnancyTestResulted) -> TestShown:
    return TestShown(
        id=event.test,
        collected_at=event.collected_at,
        known_at=event.at,
        result=event.result,
        tone=TEST_TONES[event.result],
        word=str(Result(event.result).label),
        setting=str(Setting(event.setting).label),
        sensitivity=f"{event.sensitivity:g}",
        home_allowed=event.home_allowed,
    )


def _corrected(test: TestShown, event: events.PregnancyTestCorrected, zone: ZoneInfo) -> TestShown:
    """The new values, and a sentence with the old ones of what changed."""
    old: list[str] = []
    new = test
    if event.result is not None and event.result != test.result:
        old.append(test.word)
        word = str(Result(event.result).label)
        new = replace(new, result=event.result, tone=TEST_TONES[event.result], word=word)
    if event.collected_at is not None and event.collected_at != test.collected_at:
        old.append(_("taken %(when)s") % {"when": moment(test.collected_at, zone)})
        new = replace(new, collected_at=event.collected_at)
    if event.setting is not None and str(Setting(event.setting).label) != test.setting:
        old.append(test.setting)
        new = replace(new, setting=str(Setting(event.setting).label))
    if event.sensitivity is not None and f"{event.sensitivity:g}" != test.sensitivity:
        old.append(_("%(level)s mIU/mL") % {"level": test.sensitivity})
        new = replace(new, sensitivity=f"{event.sensitivity:g}")
    if event.home_allowed is not None and event.home_allowed != test.home_allowed:
        old.append(_("home test allowed") if test.home_allowed else _("home test not allowed"))
        new = replace(new, home_allowed=event.home_allowed)
    says = _("Until %(when)s it said: %(old)s. Corrected: %(why)s") % {
        "when": moment(event.at, zone),
        "old": ", ".join(old) or _("the same"),
        "why": event.reason,
    }
    if test.voided:
        new = replace(new, tone=test.tone, word=test.word)
    return replace(new, before=(*test.before, says))


def _put(evidence: Evidence, event: Event, program: Program) -> None:
    """Into the list of its subject; events that are no evidence go into none."""
    match event:
        case events.ContraceptionStated():
            names = ", ".join(wording.method_name(method) for method in event.methods) or _("no method")
            says = _("%(methods)s, in force since %(day)s") % {"methods": names, "day": day(event.since)}
            evidence.contraception.append(_line(event, says))
        case events.PatientEnrolled():
            says = _("Enrolled as %(category)s") % {"category": _category(program, event.category)}
            evidence.agreements.append(_line(event, says))
        case events.CategoryChanged():
            says = _("Category changed to %(category)s: %(why)s") % {
                "category": _category(program, event.category),
                "why": event.reason,
            }
            evidence.agreements.append(_line(event, says))
        case events.AgreementSigned():
            says = _("Agreement signed for %(category)s") % {"category": _category(program, event.category)}
            evidence.agreements.append(_line(event, says))
        case events.Counselled():
            says = _("Counselled for a prescription") if event.prescription else _("Counselled")
            evidence.surveys.append(_line(event, says))
        case events.SurveyCompleted():
            says = _("Patient survey completed") if event.by == "patient" else _("Prescriber survey for a prescription")
            evidence.surveys.append(_line(event, says))
        case events.FormSigned():
            evidence.surveys.append(_line(event, _("Form %(form)s signed") % {"form": event.form}))
        case _:
            _put_course(evidence, event)


def _put_course(evidence: Evidence, event: Event) -> None:
    match event:
        case events.MensesPattern():
            says = _("Periods: %(pattern)s") % {"pattern": MensesPattern.Pattern(event.pattern).label}
            evidence.periods.append(_line(event, says))
        case events.MensesAbnormal():
            evidence.periods.append(_line(event, _("Missed or unusual period, or unexpected bleeding")))
        case events.PregnancyReported():
            says = _("Pregnancy, known or suspected: %(who)s") % {"who": PregnancyReport.Who(event.who).label}
            evidence.pregnancies.append(_line(event, says))
        case events.PregnancyExcluded():
            evidence.pregnancies.append(_line(event, _("Pregnancy excluded by the prescriber")))
        case events.TreatmentStarted():
            evidence.course.append(_line(event, _("First dose")))
        case events.TreatmentStopped():
            evidence.course.append(_line(event, _("Last dose: treatment stopped")))
        case events.TreatmentHeld():
            evidence.course.append(_line(event, _("Interrupted: %(why)s") % {"why": event.reason}))
        case events.TreatmentResumed():
            evidence.course.append(_line(event, _("Went on: %(why)s") % {"why": event.reason}))


def _line(event: Event, says: str) -> Line:
    return Line(at=event.at, says=says, learnt_at=event.recorded_at if event.recorded_at != event.at else None)


def _category(program: Program, code: str) -> str:
    category = program.categories.get(code)
    return category.name if category else code
