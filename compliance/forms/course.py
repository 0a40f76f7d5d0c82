"""The cycle, the course of treatment, and pregnancies."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from compliance.forms.base import About, FactForm, ReasonField
from compliance.models import MensesPattern, PregnancyReport, TreatmentChange, User
from compliance.presenters import weeks_shown
from compliance.rules import calendar, events
from compliance.rules.plan import plan
from compliance.rules.verdict import DutyKind
from compliance.services import record_evidence, treat

AFTER_STOP = frozenset(
    {
        DutyKind.CONTRACEPTION_AFTER_STOP,
        DutyKind.NO_BLOOD_DONATION,
        DutyKind.NO_SEMEN_DONATION,
        DutyKind.TEST_AT_STOP,
        DutyKind.FINAL_TEST,
        DutyKind.RETURN_UNUSED,
    }
)


class OfTheCycle(FactForm):
    """Concerns only who can get pregnant."""

    @classmethod
    def shown_for(cls, about: About) -> bool:
        return about.can_get_pregnant


class MensesPatternForm(OfTheCycle):
    title = gettext_lazy("Regularity of periods")
    intro = gettext_lazy("It sets how often tests fall due: an irregular cycle asks for one every two weeks.")
    done = gettext_lazy("The pattern is recorded.")
    day_label = gettext_lazy("Since")
    pattern = forms.ChoiceField(
        label=gettext_lazy("Periods are"), choices=MensesPattern.Pattern.choices, widget=forms.RadioSelect
    )

    def save(self, *, by: User) -> Any:
        data = self.cleaned_data
        return record_evidence.record_menses_pattern(
            self.about.patient.pk, by=by, pattern=data["pattern"], at=data["at"]
        )


class AbnormalMensesForm(FactForm):
    title = gettext_lazy("Missed or unusual period")
    intro = gettext_lazy("Or bleeding in somebody classed as unable to get pregnant.")
    warning = gettext_lazy("Nothing can be released or dispensed until a new negative pregnancy test is recorded.")
    button = gettext_lazy("Record it and open the evaluation")
    done = gettext_lazy("Recorded. Have a pregnancy test taken now.")
    day_label = gettext_lazy("Noticed on")

    def save(self, *, by: User) -> Any:
        return record_evidence.report_abnormal_menses(self.about.patient.pk, by=by, at=self.cleaned_data["at"])


class TreatmentForm(FactForm):
    """One change of the course."""

    change: TreatmentChange.Change

    def save(self, *, by: User) -> Any:
        data = self.cleaned_data
        return treat.change_treatment(
            **self.whose, by=by, change=self.change, reason=data.get("reason", ""), at=data["at"]
        )


class StartForm(TreatmentForm):
    title = gettext_lazy("Treatment started")
    intro = gettext_lazy("The first dose. Left out, the first supply counts as the start.")
    done = gettext_lazy("The start is recorded.")
    day_label = gettext_lazy("First dose on")
    change = TreatmentChange.Change.STARTED


class HoldForm(TreatmentForm):
    title = gettext_lazy("Treatment interrupted")
    intro = gettext_lazy("For example for low blood counts. Tests and surveys go on meanwhile.")
    done = gettext_lazy("The interruption is recorded. Duties go on.")
    day_label = gettext_lazy("Interrupted on")
    change = TreatmentChange.Change.HELD
    reason = ReasonField()


class ResumeForm(TreatmentForm):
    title = gettext_lazy("Treatment goes on")
    done = gettext_lazy("It is recorded that treatment goes on.")
    day_label = gettext_lazy("Goes on since")
    change = TreatmentChange.Change.RESUMED
    reason = ReasonField()


class StopForm(TreatmentForm):
    title = gettext_lazy("Stop treatment")
    intro = gettext_lazy("Before anything is recorded, the next page shows what the weeks after the last dose ask for.")
    button = gettext_lazy("Show the weeks that follow")
    done = gettext_lazy("Treatment is stopped, and the weeks that follow have begun.")
    day_label = gettext_lazy("Last dose on")
    change = TreatmentChange.Change.STOPPED

    def preview(self) -> Mapping[str, Any]:
        """The duties that would begin, by date."""
        about = self.about
        stopped_at = self.cleaned_data["at"] or about.now
        stop = events.TreatmentStopped(stopped_at, recorded_at=about.now)
        duties = plan(about.facts.plus(stop), about.program, at=about.now)
        stopped_on = calendar.date_of(stopped_at, about.program.zone)
        begins = [duty for duty in duties if duty.duty in AFTER_STOP]
        return {"stopped_at": stopped_at, **weeks_shown(stopped_on, begins, about.today)}


class PregnancyForm(FactForm):
    title = gettext_lazy("Pregnancy, known or suspected")
    warning = gettext_lazy(
        "The patient's own pregnancy blocks everything at once: every authorization and confirmation becomes void."
    )
    button = gettext_lazy("Record the pregnancy")
    done = gettext_lazy(
        "Recorded. If it is the patient's own, nothing can be dispensed any more; see the list of what to do."
    )
    day_label = gettext_lazy("Known since")
    who = forms.ChoiceField(
        label=gettext_lazy("Who is pregnant, or may be?"), choices=PregnancyReport.Who.choices, widget=forms.RadioSelect
    )

    def save(self, *, by: User) -> Any:
        data = self.cleaned_data
        return record_evidence.report_pregnancy(self.about.patient.pk, by=by, who=data["who"], at=data["at"])


class ExclusionForm(FactForm):
    title = gettext_lazy("Pregnancy excluded")
    intro = gettext_lazy(
        "You have established that the patient is not pregnant. It lifts what was known before; "
        "a new negative test is needed as well."
    )
    button = gettext_lazy("Record that a pregnancy is excluded")
    done = gettext_lazy("The exclusion is recorded.")
    day_label = gettext_lazy("Established on")
    attests = True

    def save(self, *, by: User) -> Any:
        return record_evidence.exclude_pregnancy(self.about.patient.pk, by=by, at=self.cleaned_data["at"])
