"""What every form for a fact shares: whose it is, what is known so far, when it happened, and how it is laid out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.forms.moments import Moment
from compliance.models import Patient, User
from compliance.rules import calendar
from compliance.rules.facts import Facts
from compliance.rules.program import Edition, Program

no_control_characters = RegexValidator(
    r"[\x00-\x1f\x7f-\x9f]", message=gettext_lazy("Use letters, digits and signs only."), inverse_match=True
)


class ReasonField(forms.CharField):
    """One line that says why."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"label": gettext_lazy("Reason"), "max_length": 200, "validators": [no_control_characters], **kwargs}
        super().__init__(**kwargs)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a form is filled in about: one patient in one program at one moment."""

    patient: Patient
    program: Program
    edition: Edition
    facts: Facts
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """Where the patient's clocks are."""
        return ZoneInfo(self.patient.zone)

    @property
    def today(self) -> date:
        """The date in the program's zone."""
        return calendar.date_of(self.now, self.program.zone)

    @property
    def category(self) -> str | None:
        return self.facts.standing.category

    @property
    def can_get_pregnant(self) -> bool:
        category = self.category
        return category is not None and self.program.categories[category].can_get_pregnant


def bare_helper(*fields: Any) -> FormHelper:
    """A layout without its own <form>: the page brings that, with its button and its token."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*fields)
    return helper


class FactForm(forms.Form):
    """One fact. `attests` marks what only a prescriber can state; `shown_for` says for whom a page offers it."""

    title: ClassVar[Promise | str]
    intro: ClassVar[Promise | str] = ""
    button: ClassVar[Promise | str] = gettext_lazy("Record")
    done: ClassVar[Promise | str] = gettext_lazy("Recorded.")
    warning: ClassVar[Promise | str] = ""
    attests: ClassVar[bool] = False
    dated: ClassVar[bool] = True  # False: it happens at the moment of recording, and no page asks when
    handed_over: ClassVar[bool] = False  # True: the patient holds the device, so the page shows nothing but the form
    day_label: ClassVar[Promise | str] = gettext_lazy("Day")
    clock_label: ClassVar[Promise | str] = gettext_lazy("Time")

    def __init__(self, *args: Any, about: About, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        self.moment = Moment("happened", about.zone)
        self.set_up()
        rows = self.rows()
        if self.dated:
            self.moment.add_to(self, day=self.day_label, clock=self.clock_label, now=about.now)
            rows.append(self.moment.layout)
        self.helper = bare_helper(*rows)

    @classmethod
    def shown_for(cls, about: About) -> bool:
        """Whether the patient's page offers it."""
        return about.category is not None

    def set_up(self) -> None:
        """Choices and starting values that depend on the patient."""

    def rows(self) -> list[Any]:
        """The form's own fields in the order of the page."""
        return list(self.fields)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.dated:
            return cleaned
        happened_at = self.moment.read(self)
        cleaned["at"] = None if self.moment.as_shown(self) else happened_at
        if happened_at is not None and happened_at > self.about.now:
            self.add_error("happened_on", _("This lies in the future. Enter when it happened."))
        return cleaned

    def save(self, *, by: User) -> Any:
        """Write the fact through its service. Raises `ValueError` where the contract refuses it."""
        raise NotImplementedError

    def preview(self) -> Mapping[str, Any] | None:
        """What to show before it is done; None where nothing has to be."""
        return None

    @property
    def whose(self) -> dict[str, Any]:
        """The keywords that name the patient and program for a service."""
        return {"patient_id": self.about.patient.pk, "program": self.about.program.code}

    def categories(self) -> list[tuple[str, str]]:
        """The program's categories by their official names."""
        return [(code, category.name) for code, category in self.about.program.categories.items()]

    def prescriptions(self) -> list[tuple[str, str]]:
        """Prescriptions written so far, newest first, by the day on which they were written."""
        written = sorted(self.about.facts.prescriptions.written.values(), key=lambda event: event.at, reverse=True)
        return [
            (
                event.prescription,
                _("written %(day)s") % {"day": f"{event.at.astimezone(self.about.zone):%Y-%m-%d %H:%M}"},
            )
            for event in written
        ]
