"""Taking a prescription back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from prescriptions.models import Prescription


class WithdrawForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why is it withdrawn?"),
        choices=Prescription.WithdrawnReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
