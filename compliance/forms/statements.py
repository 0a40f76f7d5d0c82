"""Agreement, category, counselling, contraception, surveys, per-prescription forms."""

from typing import Any
from uuid import UUID

from crispy_forms.layout import Div
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.forms.base import About, FactForm, ReasonField
from compliance.forms.moments import DayField
from compliance.models import User
from compliance.rules.values import ABSTINENCE
from compliance.services import enrol, record_evidence
from compliance.wording import METHODS, method_name


class AgreementForm(FactForm):
    title = gettext_lazy("Patient agreement signed")
    intro = gettext_lazy("The patient and you have signed the program's agreement for this category.")
    done = gettext_lazy("The agreement is recorded.")
    attests = True
    category = forms.ChoiceField(label=gettext_lazy("Category on the agreement"), widget=forms.RadioSelect)

    def set_up(self) -> None:
        self.fields["category"].choices = self.categories()  # type: ignore[attr-defined]
        self.fields["category"].initial = self.about.category

    def save(self, *, by: User) -> Any:
        data = self.cleaned_data
        return record_evidence.sign_agreement(**self.whose, by=by, category=data["category"], at=data["at"])


class CategoryForm(FactForm):
    title = gettext_lazy("Change of category")
    warning = gettext_lazy(
        "Every authorization and confirmation issued so far becomes void, "
        "and a new agreement for the new category is needed."
    )
    button = gettext_lazy("Change the category")
    done = gettext_lazy("The category is changed. What was issued before is void.")
    attests = True
    dated = False
    category = forms.ChoiceField(label=gettext_lazy("New category"), widget=forms.RadioSelect)
    reason = ReasonField()

    def set_up(self) -> None:
        others = [(code, name) for code, name in self.categories() if code != self.about.category]
        self.fields["category"].choices = others  # type: ignore[attr-defined]

    def save(self, *, by: User) -> Any:
        data = self.cleaned_data
        return enrol.change_category(**self.whose, by=by, category=data["category"], reason=data["reason"])


class AgainForm(FactForm):
    title = gettext_lazy("Enrol again")
    warning = gettext_lazy(
        "Every authorization and confirmation issued so far becomes void, "
        "and the tests before a first supply are asked anew."
    )
    button = gettext_lazy("Enrol again")
    done = gettext_lazy("The patient is enrolled again.")
    attests = True
    dated = False
    category = forms.ChoiceField(label=gettext_lazy("Category"), widget=forms.RadioSelect)

    def set_up(self) -> None:
        self.fields["category"].choices = self.categories()  # type: ignore[attr-defined]
        self.fields["category"].initial = self.about.category

    def save(self, *, by: User) -> Any:
        program, category = self.about.program.code, self.cleaned_data["category"]
        return enrol.enrol_again(self.about.patient, by=by, program=program, category=category)


class OfPrescription(FactForm):
    """A statement about one prescription."""

    prescription = forms.ChoiceField(label=gettext_lazy("Prescription"))

    @classmethod
    def shown_for(cls, about: About) -> bool:
        return bool(about.facts.prescriptions.written)

    def set_up(self) -> None:
        self.fields["prescription"].choices = self.prescriptions()  # type: ignore[attr-defined]

    @property
    def prescription_id(self) -> UUID | None:
        chosen = self.cleaned_data.get("prescription")
        return UUID(chosen) if chosen else None


class CounsellingForm(OfPrescription):
    title = gettext_lazy("Counselling given")
    intro = gettext_lazy(
        "You counselled the patient. The authorization form records it too: here is where it was left out."
    )
    done = gettext_lazy("The counselling is recorded.")
    attests = True
    prescription = forms.ChoiceField(label=gettext_lazy("For which prescription"), required=False)

    @classmethod
    def shown_for(cls, about: About) -> bool:
        return about.category is not None

    def set_up(self) -> None:
        none = ("", _("none in particular"))
        self.fields["prescription"].choices = [*self.prescriptions(), none]  # type: ignore[attr-defined]

    def save(self, *, by: User) -> Any:
        return record_evidence.record_counselling(
            **self.whose, by=by, prescription_id=self.prescription_id, at=self.cleaned_data["at"]
        )


class PrescriberSurveyForm(OfPrescription):
    title = gettext_lazy("Prescriber survey")
    intro = gettext_lazy("You completed the prescriber survey for this prescription.")
    done = gettext_lazy("The prescriber survey is recorded.")
    attests = True

    def save(self, *, by: User) -> Any:
        return record_evidence.record_survey(
            **self.whose,
            by=by,
            answered_by="prescriber",
            prescription_id=self.prescription_id,
            at=self.cleaned_data["at"],
        )


class PrescriptionFormForm(OfPrescription):
    title = gettext_lazy("Form for a prescription")
    intro = gettext_lazy("You signed a form that the program asks for each prescription.")
    done = gettext_lazy("The form is recorded.")
    attests = True
    form = forms.ChoiceField(label=gettext_lazy("Form"))

    @classmethod
    def shown_for(cls, about: About) -> bool:
        return bool(about.edition.forms) and super().shown_for(about)

    def set_up(self) -> None:
        super().set_up()
        self.fields["form"].choices = [(asked.code, asked.name) for asked in self.about.edition.forms]  # type: ignore[attr-defined]

    def save(self, *, by: User) -> Any:
        chosen = self.prescription_id
        if chosen is None:
            raise ValueError("a form names its prescription")
        data = self.cleaned_data
        return record_evidence.sign_prescription_form(
            **self.whose, by=by, form=data["form"], prescription_id=chosen, at=data["at"]
        )


class ContraceptionForm(FactForm):
    title = gettext_lazy("Contraception statement")
    intro = gettext_lazy(
        "What the patient uses from a day on. It stands until the first day of a statement recorded later. "
        "Tick nothing if no method is used."
    )
    done = gettext_lazy("The statement is recorded.")
    methods = forms.MultipleChoiceField(
        label=gettext_lazy("Methods used together"), required=False, widget=forms.CheckboxSelectMultiple
    )
    since_on = DayField(
        label=gettext_lazy("In force since"),
        help_text=gettext_lazy("The first day on which all of them were used together; it may lie ahead."),
    )
    day_label = gettext_lazy("Stated on")

    @classmethod
    def shown_for(cls, about: About) -> bool:
        return about.can_get_pregnant

    def set_up(self) -> None:
        self.fields["methods"].choices = [(code, self._named(code)) for code in METHODS]  # type: ignore[attr-defined]
        self.fields["since_on"].initial = self.about.today

    def rows(self) -> list[Any]:
        return [Div("methods", css_class="two-columns"), Div("since_on", css_class="field-short")]

    def _named(self, code: str) -> str:
        """The method, and what it counts for in this program."""
        asked = self.about.edition.contraception
        if asked is None or code in ABSTINENCE:
            return method_name(code)
        if code in asked.highly_effective.methods:
            return _("%(method)s – highly effective") % {"method": method_name(code)}
        if code in asked.additional.methods:
            return _("%(method)s – as the second method") % {"method": method_name(code)}
        return _("%(method)s – not accepted here") % {"method": method_name(code)}

    def save(self, *, by: User) -> Any:
        data = self.cleaned_data
        return record_evidence.attest_contraception(
            self.about.patient.pk, by=by, methods=data["methods"], since_on=data["since_on"], at=data["at"]
        )
