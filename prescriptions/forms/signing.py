"""What stands beside a text that is signed: the password, the attempt, and the fingerprint of the text shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.models import User


class SignForm(forms.Form):
    """The password is asked on the page that shows the text; it is never sent back to the browser."""

    attempt = forms.UUIDField(widget=forms.HiddenInput)
    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)
    password = forms.CharField(
        label=_("Your password, as your signature"),
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "form-control"}),
        error_messages={"required": _("Type your password to sign.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(
                _("This is not your password. Nothing was signed; everything you typed is kept.")
            )
        return password
