"""Passwords asked in the middle of work: a few tries, then the session ends and the sign-in page takes over."""

from django.contrib import messages
from django.contrib.auth import logout
from django.utils.translation import gettext as _

from compliance.access import Member
from prescriptions.forms.signing import SignForm

TRIES = 5
WRONG = "wrong_passwords"


def too_many_wrong_passwords(request: Member, form: SignForm) -> bool:
    """Count a wrong password; at the fifth in this session, sign out. What was typed stays as a draft."""
    if "password" not in form.errors or not form.data.get("password"):
        return False
    wrong = request.session.get(WRONG, 0) + 1
    request.session[WRONG] = wrong
    if wrong < TRIES:
        return False
    logout(request)
    messages.warning(request, _("Five wrong passwords, so you were signed out. Your form is kept as a draft."))
    return True
