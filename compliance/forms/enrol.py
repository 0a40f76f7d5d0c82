"""Enrolling a person: who they are, how they are reached, and in which program and category."""

from datetime import date, datetime
from typing import Any

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.forms.base import bare_helper, no_control_characters
from compliance.forms.moments import DayField
from compliance.models import Patient, Practice, User
from compliance.programs import load_programs
from compliance.rules import calendar
from compliance.rules.program import Edition, NoEdition
from compliance.services.enrol import enrol_patient

ZONES = [
    ("America/New_York", gettext_lazy("Eastern (New York)")),
    ("America/Chicago", gettext_lazy("Central (Chicago)")),
    ("America/Denver", gettext_lazy("Mountain (Denver)")),
    ("America/Phoenix", gettext_lazy("Mountain without summer time (Phoenix)")),
    ("America/Los_Angeles", gettext_lazy("Pacific (Los Angeles)")),
    ("America/Anchorage", gettext_lazy("Alaska (Anchorage)")),
    ("Pacific/Honolulu", gettext_lazy("Hawaii (Honolulu)")),
    ("America/Puerto_Rico", gettext_lazy("Puerto Rico")),
    ("Europe/London", gettext_lazy("London")),
    ("Europe/Brussels", gettext_lazy("Brussels")),
    ("Europe/Berlin", gettext_lazy("Berlin")),
]
SEPARATOR = "/"


class EnrolForm(forms.Form):
    """Everything a patient's row holds, and the category of the first enrolment."""

    given_name = forms.CharField(label=gettext_lazy("Given name"), max_length=80, validators=[no_control_characters])
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=80, validators=[no_control_characters])
    birth_date = DayField(label=gettext_lazy("Date of birth"))
    category = forms.ChoiceField(label=gettext_lazy("Program and category"))
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        required=False,
        help_text=gettext_lazy("Reminders go there; they name no medicine, illness or test. May be left empty."),
    )
    zone = forms.ChoiceField(label=gettext_lazy("Patient's time zone"), choices=ZONES)
    language = forms.ChoiceField(
        label=gettext_lazy("Language for messages"), choices=[("en", "English"), ("es", "Español")]
    )
    wants_reminders = forms.BooleanField(
        label=gettext_lazy("Send reminders"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Leaving them out ends the messages, never what has to be done."),
    )

    def __init__(self, *args: Any, practice: Practice, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice, self.now = practice, now
        self.editions = editions_at(now)
        self.fields["category"].choices = [("", _("Choose one")), *grouped(self.editions)]  # type: ignore[attr-defined]
        zones = dict(ZONES)
        zones.setdefault(practice.zone, practice.zone)  # type: ignore[arg-type]
        self.fields["zone"].choices = list(zones.items())  # type: ignore[attr-defined]
        self.fields["zone"].initial = practice.zone
        self.helper = bare_helper(
            Fieldset(
                _("The person"),
                Div("given_name", "family_name", css_class="field-pair"),
                Div("birth_date", css_class="field-short"),
            ),
            Fieldset(_("The program"), "category"),
            Fieldset(
                _("How to reach them"),
                "email",
                Div("zone", "language", css_class="field-pair"),
                "wants_reminders",
            ),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        born, chosen = cleaned.get("birth_date"), cleaned.get("category")
        if born is None or not chosen:
            return cleaned
        edition, category = self._chosen(chosen)
        today = calendar.date_of(self.now, edition.zone.info)
        if born > today:
            self.add_error("birth_date", _("This day has not come yet."))
        elif edition.adult_age is not None and category.is_child is not None:
            grown = calendar.add_years(born, edition.adult_age.years) <= today
            if grown == category.is_child:
                self.add_error("category", _("The category and the date of birth do not fit: one of them is mistyped."))
        return cleaned

    def _chosen(self, chosen: str) -> tuple[Edition, Any]:
        program, code = chosen.split(SEPARATOR, 1)
        edition = self.editions[program]
        return edition, edition.categories[code]

    def save(self, *, by: User) -> Patient:
        data = self.cleaned_data
        program, category = data["category"].split(SEPARATOR, 1)
        person = {name: data[name] for name in self.fields if name != "category"}
        return enrol_patient(by=by, practice=self.practice, program=program, category=category, **person)

    def typed(self) -> dict[str, str]:
        """What is in the fields now, for a draft."""
        names = (*self.fields,)
        return {name: str(self.data.get(name, "")).replace("\x00", "")[:300] for name in names if name in self.data}


def editions_at(now: datetime) -> dict[str, Edition]:
    """The programs that can be joined at that moment."""
    found = {}
    for code, program in load_programs().items():
        try:
            edition = program.gates_at(now)
        except NoEdition:
            continue
        if edition is not None:
            found[code] = edition
    return dict(sorted(found.items(), key=lambda item: (item[0] != "us-pomalidomide", item[0])))


def grouped(editions: dict[str, Edition]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Categories under the title of their program."""
    return [
        (edition.title.name, [(f"{program}{SEPARATOR}{code}", one.name) for code, one in edition.categories.items()])
        for program, edition in editions.items()
    ]


def draft_values(data: dict[str, Any]) -> dict[str, Any]:
    """A draft as starting values of the form."""
    values: dict[str, Any] = dict(data)
    values["wants_reminders"] = bool(data.get("wants_reminders"))
    try:
        values["birth_date"] = date.fromisoformat(data.get("birth_date", ""))
    except ValueError:
        values.pop("birth_date", None)
    return values
