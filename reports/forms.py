"""What administrators and auditors may ask for. All of it comes by GET, so that a report can be bookmarked."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance import clock
from compliance.models import Enrolment
from compliance.programs import load_programs
from compliance.rules.verdict import Code, Gate
from prescriptions.numbers import NotANumber, read_number
from reports.period import Period, last_days

FIRST_DAY = date(2000, 1, 1)
LONGEST_DAYS = 3 * 366
AHEAD_DAYS = 366
ANSWERS = {"yes": True, "no": False}


def latest_program() -> str | None:
    """The program that enrolled a patient last."""
    return Enrolment.objects.order_by("-recorded_at").values_list("program", flat=True).first()


def day_field(label: Any) -> forms.DateField:
    """A day, as browsers send it."""
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
        error_messages={
            "invalid": _("Give a day as year-month-day, such as 2026-03-31."),
            "required": _("Give a day."),
        },
    )


class ProgramForm(forms.Form):
    """Which program a page is about; nothing asked means the one that enrolled somebody last."""

    program = forms.CharField(label=_("Program"), required=False, widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(self, data: Mapping[str, Any]) -> None:
        programs = load_programs()
        code = data.get("program") or latest_program() or next(iter(programs))
        self.chosen = programs.get(code) or next(iter(programs.values()))
        asked = {name: data[name] for name in self.names() if name in data}
        super().__init__({**self.usual(), **asked, "program": code}, label_suffix="")
        self.fields["program"].widget.choices = [
            (code, f"{program.editions[-1].title.name} ({code})") for code, program in programs.items()
        ]

    def clean_program(self) -> str:
        if self.cleaned_data["program"] not in load_programs():
            raise forms.ValidationError(_("There is no such program."))
        return str(self.cleaned_data["program"])

    def names(self) -> list[str]:
        """What the address may ask."""
        return list(self.base_fields)

    def usual(self) -> dict[str, Any]:
        """What is meant where nothing is asked."""
        return {}


class PeriodForm(ProgramForm):
    """From one day to another, both included, in the program's zone; nothing asked means the last 30 days."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.fields = {"from": day_field(_("From")), "to": day_field(_("To")), **self.fields}

    def names(self) -> list[str]:
        return ["from", "to", *super().names()]

    def usual(self) -> dict[str, Any]:
        days = last_days(self.chosen)
        return {"from": days.first_on.isoformat(), "to": days.last_on.isoformat()}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first_on, last_on = said.get("from"), said.get("to")
        if first_on is None or last_on is None:
            return said
        if first_on > last_on:
            self.add_error("to", _("The last day is before the first one."))
        elif last_on - first_on >= timedelta(days=LONGEST_DAYS):
            self.add_error("from", _("Ask for three years at most."))
        elif first_on < FIRST_DAY:
            self.add_error("from", _("There is nothing before the year 2000."))
        elif last_on > clock.now().date() + timedelta(days=AHEAD_DAYS):
            self.add_error("to", _("Nothing is planned more than a year ahead."))
        return said

    def period(self) -> Period:
        """What was asked for. The form must be valid."""
        return Period(self.chosen, self.cleaned_data["from"], self.cleaned_data["to"], clock.now())


class DecisionsForm(PeriodForm):
    """Which decisions to list."""

    gate = forms.ChoiceField(
        label=_("Gate"),
        required=False,
        choices=[("", _("all")), *((gate.value, gate.value) for gate in Gate)],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    answer = forms.ChoiceField(
        label=_("Answer"),
        required=False,
        choices=[("", _("all")), ("yes", _("yes")), ("no", _("no"))],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        choices=[("", _("all")), *((code.value, code.value) for code in Code)],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    patient = forms.CharField(
        label=_("Patient code"),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_patient(self) -> str:
        return str(self.cleaned_data["patient"]).strip().upper()


class ChangeForm(forms.Form):
    """Whom a program is to certify, or no longer."""

    of = forms.UUIDField()
    to = forms.ChoiceField(choices=[("certified", _("certified")), ("not", _("not certified"))])


class NumberForm(forms.Form):
    """Find a decision by a number that somebody holds. Sent by POST: a number never stands in an address."""

    number = forms.CharField(
        label=_("Authorization, confirmation or receipt number"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"class": "form-control", "autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type a number.")},
    )

    def clean_number(self) -> str:
        try:
            return read_number(self.cleaned_data["number"])
        except NotANumber as error:
            raise forms.ValidationError(_("This is not a number of ours. Numbers have 16 digits.")) from error
