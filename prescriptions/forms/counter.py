"""What a pharmacist types or ticks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prescriptions.models import Decision, Reversal
from prescriptions.numbers import NotANumber, read_number

LONGEST = 200
NOT_A_NUMBER = {
    "empty": _("Type the authorization number: 16 digits."),
    "characters": _("An authorization number has digits only. Check what was typed or scanned."),
    "length": _("An authorization number has 16 digits; this has more or fewer. Read it again."),
    "check": _("These 16 digits are not a number of ours: one is wrong, or two changed places. Read it again."),
}


class NumberForm(forms.Form):
    """The one field. Whatever is typed comes back in it when it cannot be a number."""

    number = forms.CharField(
        label=_("Authorization number"),
        help_text=_("16 digits, with or without spaces. Press Enter."),
        required=False,
        widget=forms.TextInput(
            attrs={
                "class": "form-control number-field",
                "inputmode": "numeric",
                "autocomplete": "off",
                "spellcheck": "false",
                "maxlength": LONGEST,
            }
        ),
    )

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"]
        try:
            return read_number(typed[:LONGEST])
        except NotANumber as wrong:
            raise forms.ValidationError(NOT_A_NUMBER[wrong.args[0]], code=wrong.args[0]) from wrong


class ActForm(forms.Form):
    """Which authorization, and which pressing of the button."""

    authorization = forms.UUIDField(widget=forms.HiddenInput)
    attempt = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)


class ConfirmForm(ActForm):
    """Nothing more to say."""


class DispenseForm(ActForm):
    counselled = forms.BooleanField(label=_("I counselled the patient"), required=False)
    guide_given = forms.BooleanField(label=_("I gave the Medication Guide"), required=False)
    method = forms.ChoiceField(
        label=_("How does it leave?"),
        choices=[(Decision.Method.HANDOVER, _("Handed over here")), (Decision.Method.SHIP, _("Shipped today"))],
        initial=Decision.Method.HANDOVER,
        widget=forms.RadioSelect,
    )


class ReverseForm(ActForm):
    reason = forms.ChoiceField(
        label=_("Why is it given back?"),
        choices=Reversal.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    note = forms.CharField(
        label=_("Note (no patient's name)"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
