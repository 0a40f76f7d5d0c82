"""Pregnancy tests: record one, correct one, void one. What was recorded stays; a row of its own says what is right."""

from typing import Any, ClassVar

from crispy_forms.layout import Div
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.forms.base import About, FactForm, ReasonField
from compliance.forms.moments import Moment
from compliance.models import PregnancyTest, Result, Setting, User
from compliance.rules import calendar
from compliance.selectors.evidence import Values, tests_on_record
from compliance.services import correct_evidence, record_evidence
from compliance.templatetags.holdfast import wall_time

SENSITIVITY_LABEL = gettext_lazy("Sensitivity, mIU/mL")
SENSITIVITY_HELP = gettext_lazy("The lowest level it detects, as printed on the kit or report. Smaller is better.")
HOME_LABEL = gettext_lazy("The prescriber allowed a home test")


class ValuesOfATest(FactForm):
    """When the specimen was taken, the result, where, and how sensitive the test is."""

    dated = False
    may_lie_ahead: ClassVar[bool] = False
    result = forms.ChoiceField(label=gettext_lazy("Result"), choices=Result.choices, widget=forms.RadioSelect)
    setting = forms.ChoiceField(label=gettext_lazy("Taken"), choices=Setting.choices, widget=forms.RadioSelect)
    home_allowed = forms.BooleanField(label=HOME_LABEL, required=False)
    sensitivity = forms.FloatField(
        label=SENSITIVITY_LABEL, help_text=SENSITIVITY_HELP, min_value=0.1, max_value=100_000
    )

    @classmethod
    def shown_for(cls, about: About) -> bool:
        return about.category is not None

    def set_up(self) -> None:
        self.collected = Moment("collected", self.about.zone)
        self.collected.add_to(
            self, day=gettext_lazy("Specimen taken on"), clock=gettext_lazy("Time"), now=self.about.now
        )

    def rows(self) -> list[Any]:
        own = [
            Div(name, css_class="field-short") if name == "sensitivity" else name
            for name in self.fields
            if not name.startswith("collected_")
        ]
        return [self.collected.layout, *own]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        collected_at = self.collected.read(self)
        if collected_at is not None and collected_at > self.about.now and not self.may_lie_ahead:
            self.add_error("collected_on", _("This lies in the future. Enter when the specimen was taken."))
        cleaned["collected_at"] = collected_at
        return cleaned


class RecordTestForm(ValuesOfATest):
    title = gettext_lazy("Record a pregnancy test")
    button = gettext_lazy("Record the test")
    done = gettext_lazy("The test is recorded.")
    sure = forms.BooleanField(label=gettext_lazy("This is another test: record it too"), required=False)

    def set_up(self) -> None:
        super().set_up()
        self.known = Moment("known", self.about.zone)
        self.known.add_to(
            self, day=gettext_lazy("Result known, if not just now"), clock=gettext_lazy("Time of the result"), now=None
        )
        known = list(self.about.facts.tests.negatives(None))
        self.fields["setting"].initial = Setting.LAB
        if known:
            self.fields["sensitivity"].initial = known[0].sensitivity
        self.fields["sure"].widget = forms.HiddenInput()

    def rows(self) -> list[Any]:
        rows = [row for row in super().rows() if not str(row).startswith("known_") and row != "sure"]
        return [*rows, self.known.layout, "sure"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["at"] = known_at = self.known.read(self)
        collected_at = cleaned["collected_at"]
        if known_at is not None and known_at > self.about.now:
            self.add_error("known_on", _("This lies in the future. Enter when the result was known."))
        elif known_at is not None and collected_at is not None and known_at < collected_at:
            self.add_error("known_on", _("This lies before the specimen was taken. Check both."))
        clash = self._clash(cleaned) if not self.errors and not cleaned.get("sure") else None
        if clash is not None:
            self.fields["sure"].widget = forms.CheckboxInput()
            self.add_error("sure", clash)
        return cleaned

    def _clash(self, cleaned: dict[str, Any]) -> str | None:
        """What is on record already that this contradicts or repeats: asked about before anything is written."""
        collected_at, zone = cleaned["collected_at"], self.about.program.zone
        for earlier in tests_on_record(self.about.patient.pk):
            if earlier.voided is not None:
                continue
            counts = earlier.counts
            shown = {"when": wall_time(counts.collected_at, self.about.zone), "result": Result(counts.result).label}
            if counts.collected_at == collected_at:
                return _("A test taken at that very time is on record: %(when)s, %(result)s. Is this another?") % shown
            same_day = calendar.date_of(counts.collected_at, zone) == calendar.date_of(collected_at, zone)
            if same_day and counts.result != cleaned["result"]:
                return _("Another result of that day is on record: %(when)s, %(result)s. Is this another test?") % shown
        return None

    def save(self, *, by: User) -> Any:
        data = self.cleaned_data
        return record_evidence.record_test(
            self.about.patient.pk,
            by=by,
            collected_at=data["collected_at"],
            result=data["result"],
            sensitivity=data["sensitivity"],
            setting=data["setting"],
            home_allowed=data["home_allowed"],
            at=data["at"],
        )


class CorrectTestForm(ValuesOfATest):
    """Filled with the values that count now; what is left as it was is no correction."""

    title = gettext_lazy("Correct a pregnancy test")
    intro = gettext_lazy("Change what is wrong. The old values stay on record beside the new ones.")
    button = gettext_lazy("Correct the test")
    done = gettext_lazy("The correction is recorded. The old values stay visible.")
    reason = ReasonField(label=gettext_lazy("Why it is corrected"))

    def __init__(self, *args: Any, test: PregnancyTest, counts: Values, **kwargs: Any) -> None:
        self.test, self.counts = test, counts
        super().__init__(*args, **kwargs)

    def set_up(self) -> None:
        super().set_up()
        local = self.counts.collected_at.astimezone(self.about.zone)
        self.fields["collected_on"].initial, self.fields["collected_time"].initial = local.date(), local.time()
        self.fields["collected_shown"].initial = f"{local:%Y-%m-%dT%H:%M}"
        for name in ("result", "setting", "home_allowed", "sensitivity"):
            self.fields[name].initial = getattr(self.counts, name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.changes():
            self.add_error(None, _("Nothing differs from what counts now. Change the value that is wrong."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The values that differ from those that count now."""
        data = self.cleaned_data
        changed = {
            name: data[name]
            for name in ("result", "setting", "home_allowed", "sensitivity")
            if data.get(name) != getattr(self.counts, name)
        }
        # The page shows minutes: a time left as it was shown is the old one, whatever its seconds.
        same_minute = self.collected.as_shown(self) or data.get("collected_at") == self.counts.collected_at
        return changed if same_minute else changed | {"collected_at": data["collected_at"]}

    def save(self, *, by: User) -> Any:
        return correct_evidence.correct_test(self.test, by=by, reason=self.cleaned_data["reason"], **self.changes())


class VoidTestForm(FactForm):
    title = gettext_lazy("Void a pregnancy test")
    warning = gettext_lazy(
        "The result never counts again: for a wrong patient or a spoiled sample. A wrong value is corrected instead."
    )
    button = gettext_lazy("Void the test")
    done = gettext_lazy("The test is void. It stays visible and no longer counts.")
    dated = False
    reason = ReasonField(label=gettext_lazy("Why it is void"))

    def __init__(self, *args: Any, test: PregnancyTest, **kwargs: Any) -> None:
        self.test = test
        super().__init__(*args, **kwargs)

    def save(self, *, by: User) -> Any:
        return correct_evidence.void_test(self.test, by=by, reason=self.cleaned_data["reason"])
