"""The authorization form: what a prescriber answers, within the limits of the edition in force."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance import wording
from compliance.rules.verdict import Code
from prescriptions.presenters.amounts import capsules_field, capsules_text, fewest_capsules, mg
from prescriptions.presenters.document import attestations
from prescriptions.selectors.preview import Terms
from prescriptions.services.write import Order

LABEL_DOSING_DAYS = {"pomalidomide": 21, "lenalidomide": 21}
"""Dosing days of a 28-day cycle in the labels (G3; days 1 to 21). Offered, never demanded."""
MOST_A_DOSE = 20
KEPT_CHARACTERS = 200


def typed_number() -> forms.TextInput:
    """Digits are typed: a wheel or an arrow key over a number box would change a dose unseen."""
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


class AuthorizationForm(forms.Form):
    """`attests` is false for a delegate, who prepares and states nothing."""

    dose_mg = forms.DecimalField(
        label=gettext_lazy("Dose on a dosing day, in mg"),
        min_value=Decimal("0.01"),
        max_digits=6,
        decimal_places=2,
        widget=typed_number(),
        error_messages={"required": gettext_lazy("Say the dose.")},
    )
    dosing_days = forms.IntegerField(
        label=gettext_lazy("Dosing days"), min_value=1, max_value=365, widget=typed_number()
    )
    days_supply = forms.IntegerField(
        label=gettext_lazy("Days' supply"), min_value=1, max_value=365, widget=typed_number()
    )
    refills = forms.IntegerField(
        label=gettext_lazy("Refills"), min_value=0, max_value=99, initial=0, widget=typed_number()
    )

    def __init__(self, *args: Any, terms: Terms, attests: bool, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.terms, self.attests = terms, attests
        self._limits()
        self._capsules()
        if terms.verbal_allowed:
            self.fields["verbal"] = forms.BooleanField(label=_("Given to the pharmacy by telephone"), required=False)
        self.fields["category"] = forms.CharField(widget=forms.HiddenInput, initial=terms.category.code)
        if attests:
            for name, sentence in self.stated().items():
                missing = _("Tick this if it is so. Without it nothing is signed.")
                self.fields[name] = forms.BooleanField(label=sentence.rstrip("."), error_messages={"required": missing})
        self.helper = self._helper()

    def _limits(self) -> None:
        terms, supply = self.terms, self.fields["days_supply"]
        self.fields["dosing_days"].initial = LABEL_DOSING_DAYS.get(terms.medicine)
        self.fields["dosing_days"].help_text = _("Days on which capsules are taken, such as days 1 to 21 of a cycle.")
        supply.help_text = _("Calendar days covered, rest days included.")
        if terms.supply_days:
            supply.initial = terms.supply_days
            supply.help_text = _("Calendar days covered, rest days included; %(days)d at most for this category.") % {
                "days": terms.supply_days
            }
        if not terms.refills_allowed:
            self.fields["refills"].help_text = _("This program allows none: each supply needs its own form.")

    def _capsules(self) -> None:
        for strength in self.terms.strengths_mg:
            self.fields[capsules_field(strength)] = forms.IntegerField(
                label=_("%(strength)s mg capsules") % {"strength": mg(strength)},
                min_value=0,
                max_value=MOST_A_DOSE,
                required=False,
                widget=typed_number(),
            )

    def stated(self) -> dict[str, str]:
        """Field names of what the prescriber ticks, with the sentence each stands for."""
        return {f"states_{place}": sentence for place, sentence in enumerate(attestations(self.terms))}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_category(data)
        self._check_capsules(data)
        self._check_days(data)
        if data.get("refills") and not self.terms.refills_allowed:
            self.add_error("refills", f"{wording.says(Code.REFILLS_NOT_ALLOWED)} {_('Write 0 here.')}")
        return data

    def _check_category(self, data: Mapping[str, Any]) -> None:
        if data.get("category") != self.terms.category.code:
            self.add_error(
                None,
                _("The patient's category has changed to “%(category)s”. Read this page again before you go on.")
                % {"category": self.terms.category.name},
            )

    def _check_capsules(self, data: Mapping[str, Any]) -> None:
        dose, capsules = data.get("dose_mg"), self.capsules(data)
        first = capsules_field(self.terms.strengths_mg[0]) if self.terms.strengths_mg else "dose_mg"
        if dose is None or any(name.startswith("capsules_") for name in self.errors):
            return
        total = sum((strength * count for strength, count in capsules.items()), Decimal(0))
        if total == dose:
            return
        wrong = (
            _("These capsules make %(total)s mg, the dose is %(dose)s mg.") % {"total": mg(total), "dose": mg(dose)}
            if capsules
            else _("Say which capsules make up one dose.")
        )
        fitting = fewest_capsules(dose, self.terms.strengths_mg)
        hint = (
            _("%(capsules)s would make it up.") % {"capsules": capsules_text(fitting)}
            if fitting and sum(fitting.values()) <= MOST_A_DOSE
            else _("No number of whole capsules of this medicine makes up that dose.")
        )
        self.add_error(first, f"{wrong} {hint}")

    def _check_days(self, data: Mapping[str, Any]) -> None:
        supply, dosing, most = data.get("days_supply"), data.get("dosing_days"), self.terms.supply_days
        if supply and most and supply > most:
            limit = _("%(days)d at most.") % {"days": most}
            self.add_error("days_supply", f"{wording.says(Code.SUPPLY_TOO_LONG)} {limit}")
        elif supply and dosing and dosing > supply:
            self.add_error("dosing_days", _("There are more dosing days than days of supply."))

    def capsules(self, data: Mapping[str, Any]) -> dict[Decimal, int]:
        """Strength in mg to capsules a dose, without the ones that are not used."""
        counts = {strength: data.get(capsules_field(strength)) for strength in self.terms.strengths_mg}
        return {strength: count for strength, count in counts.items() if count}

    def order(self) -> Order:
        """What a valid form orders."""
        data = self.cleaned_data
        return Order(
            program=self.terms.program,
            medicine=self.terms.medicine,
            daily_dose_mg=data["dose_mg"],
            capsules=self.capsules(data),
            dosing_days=data["dosing_days"],
            days_supply=data["days_supply"],
            refills=data["refills"],
            verbal=data.get("verbal", False),
            counselled=self.terms.asks_counselling,
            surveyed=self.terms.asks_survey,
            forms=tuple(form.code for form in self.terms.forms),
        )

    def typed(self) -> dict[str, str]:
        """What was typed, as it was typed, to be kept as a draft: half of it may be missing or wrong."""
        values = {name: self.data.get(name) for name in self.fields}
        return {name: value.replace("\x00", "")[:KEPT_CHARACTERS] for name, value in values.items() if value}

    def _helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        capsules = [Field(capsules_field(strength), placeholder="0") for strength in self.terms.strengths_mg]
        verbal = ["verbal"] if self.terms.verbal_allowed else []
        parts = [
            Fieldset(
                _("Dose and capsules"),
                Div("dose_mg", css_class="field-short"),
                HTML('<p class="form-label mb-1">{}</p>'.format(_("How many of each capsule make up one dose?"))),
                Div(*capsules, css_class="field-four"),
            ),
            Fieldset(_("Supply"), Div("dosing_days", "days_supply", "refills", css_class="field-four"), *verbal),
            "category",
        ]
        if self.attests:
            parts.append(Fieldset(_("I attest"), *self.stated()))
        helper.layout = Layout(*parts)
        return helper
