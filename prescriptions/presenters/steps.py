"""The next step in words, with the one page on which it is taken."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import wording
from compliance.presenters import owner_name
from compliance.rules.verdict import Code, DutyKind, Gate
from prescriptions.selectors.next_step import SOON, NextStep, Step

CLEARED_ON: dict[Code, str] = {
    Code.NOT_ENROLLED: "re-enrolment",
    Code.AGREEMENT_MISSING: "agreement",
    Code.AGREEMENT_CATEGORY_DIFFERS: "agreement",
    Code.RE_ENROLMENT_DUE: "agreement",
    Code.CATEGORY_OUTDATED: "category",
    Code.COUNSELLING_MISSING: "counselling",
    Code.FORM_MISSING: "prescription-form",
    Code.CONTRACEPTION_MISSING: "contraception",
    Code.CONTRACEPTION_INSUFFICIENT: "contraception",
    Code.EVALUATION_OPEN: "test",
    Code.PREGNANCY_REPORTED: "exclusion",
    Code.TEST_POSITIVE: "exclusion",
    Code.TEST_UNCLEAR: "test",
    Code.TEST_FIRST_MISSING: "test",
    Code.TEST_SECOND_MISSING: "test",
    Code.TEST_MISSING: "test",
    Code.TEST_TOO_OLD: "test",
    Code.TEST_LOCKED: "test",
    Code.SURVEY_PATIENT_DUE: "survey",
    Code.SURVEY_PRESCRIBER_MISSING: "prescriber-survey",
}
"""The page that records what clears a blocker; the rest is cleared elsewhere."""

MET_ON: dict[DutyKind, str] = {
    DutyKind.PREGNANCY_TEST: "test",
    DutyKind.FIRST_TEST: "test",
    DutyKind.SECOND_TEST: "test",
    DutyKind.TEST_AT_STOP: "test",
    DutyKind.FINAL_TEST: "test",
    DutyKind.PATIENT_SURVEY: "survey",
    DutyKind.TURNS_18: "category",
}

RECORDS = {
    "test": gettext_lazy("Record a test"),
    "contraception": gettext_lazy("Record contraception"),
    "survey": gettext_lazy("Open the survey"),
    "agreement": gettext_lazy("Record the agreement"),
    "category": gettext_lazy("Change the category"),
    "counselling": gettext_lazy("Record counselling"),
    "prescriber-survey": gettext_lazy("Record your survey"),
    "prescription-form": gettext_lazy("Record the form"),
    "exclusion": gettext_lazy("Record an exclusion"),
    "re-enrolment": gettext_lazy("Enrol again"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """What, for whom, by when, and the one button."""

    says: str
    next: str
    owner: str
    by: datetime | None
    from_at: datetime | None
    tone: str
    word: str
    label: str
    address: str


def step_shown(step: NextStep, patient_id: UUID, program: str, now: datetime) -> StepShown:
    """`now` decides how pressing it looks."""
    says, next_words = _words(step)
    label, address = _button(step, patient_id, program)
    tone, word = _pressing(step, now)
    return StepShown(
        says=says,
        next=next_words,
        owner=owner_name(step.owner),
        by=step.by,
        from_at=step.from_at,
        tone=tone,
        word=word,
        label=label,
        address=address,
    )


def _words(step: NextStep) -> tuple[str, str]:
    if step.code is not None:
        return wording.says(step.code, Gate.RELEASE), wording.next_step(step.code, Gate.RELEASE)
    if step.duty is not None:
        return wording.duty_says(step.duty), ""
    return {
        Step.WRITE_AGAIN: (
            _("The held prescription cannot be released any more."),
            _("Nothing that happens later can free it. It can be written again today."),
        ),
        Step.BEING_RELEASED: (_("Everything is met."), _("The number is being issued; this takes a moment.")),
        Step.COLLECT: (
            _("Released: a pharmacy may dispense it."),
            _("Remind the patient to have it dispensed in time."),
        ),
        Step.WRITE: (_("Ready for a prescription."), _("Signed now, it can be released at once.")),
        Step.REST: (_("Nothing is due."), ""),
    }[step.step]


def _button(step: NextStep, patient_id: UUID, program: str) -> tuple[str, str]:
    kind = CLEARED_ON.get(step.code) if step.code else MET_ON.get(step.duty) if step.duty else None
    if kind is not None and _can_be_recorded(step):
        return str(RECORDS[kind]), f"{reverse('record', args=[patient_id, kind])}?program={program}"
    if step.step in {Step.WRITE, Step.WRITE_AGAIN}:
        return _("Write a prescription"), reverse("prescribe", args=[patient_id, program])
    if step.prescription is not None:
        return _("Open the prescription"), reverse("prescription", args=[step.prescription])
    return _("Open the record"), reverse("patient", args=[patient_id])


def _can_be_recorded(step: NextStep) -> bool:
    """Waiting is not something to record."""
    return step.code is not Code.CONTRACEPTION_TOO_RECENT


def _pressing(step: NextStep, now: datetime) -> tuple[str, str]:
    if step.step is Step.LOOK_INTO:
        return "stop", _("stop: look into it")
    if step.step is Step.REST:
        return "good", _("nothing due")
    if step.by is not None and step.by <= now:
        return "stop", _("overdue")
    if step.by is not None and step.by - now <= SOON:
        return "wait", _("due soon")
    if step.step in {Step.WRITE, Step.COLLECT, Step.BEING_RELEASED}:
        return "good", _("ready")
    return "plain", _("to do")
