"""Enrolling a known person into a program they were never in."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.forms.base import bare_helper
from compliance.forms.enrol import SEPARATOR, editions_at, grouped
from compliance.models import Enrolment, Patient, User
from compliance.rules import calendar
from compliance.services.enrol import enrol_again


class ElsewhereForm(forms.Form):
    """One question: which program, in which category. What is known of the person is known there too."""

    title = gettext_lazy("Enrol in another program")
    category = forms.ChoiceField(label=gettext_lazy("Program and category"))

    def __init__(self, *args: Any, patient: Patient, enrolled_in: list[str], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient, self.now = patient, now
        self.editions = {code: one for code, one in editions_at(now).items() if code not in enrolled_in}
        self.fields["category"].choices = [("", _("Choose one")), *grouped(self.editions)]  # type: ignore[attr-defined]
        self.helper = bare_helper("category")

    def clean_category(self) -> str:
        chosen: str = self.cleaned_data["category"]
        program, code = chosen.split(SEPARATOR, 1)
        edition = self.editions[program]
        category, today = edition.categories[code], calendar.date_of(self.now, edition.zone.info)
        if edition.adult_age is not None and category.is_child is not None:
            grown = calendar.add_years(self.patient.birth_date, edition.adult_age.years) <= today
            if grown == category.is_child:
                raise forms.ValidationError(_("The category does not fit the patient's date of birth."))
        return chosen

    def save(self, *, by: User) -> Enrolment:
        """Record the enrolment. Raises `UnknownCategory`."""
        program, category = self.cleaned_data["category"].split(SEPARATOR, 1)
        return enrol_again(self.patient, by=by, program=program, category=category)
