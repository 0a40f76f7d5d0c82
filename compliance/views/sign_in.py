"""Signing in and out, and giving back what was typed when a session ended."""

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.csrf import csrf_failure as plain_csrf_failure
from django.views.decorators.http import require_http_methods

from compliance.access import public, signed_in
from compliance.middleware import LAST_USER, typed_in
from compliance.services import kept_forms

if TYPE_CHECKING:
    from compliance.models import User


class SignInForm(AuthenticationForm):
    """One sentence for a wrong name and for a wrong password."""

    error_messages = {
        "invalid_login": _("This user name and password do not belong together. Check both and try again."),
        "inactive": _("This user name and password do not belong together. Check both and try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.update({"class": "form-control", "spellcheck": "false"})
        self.fields["password"].widget.attrs.update({"class": "form-control"})

    def clean(self) -> dict[str, Any]:
        """A name longer than any of ours is nobody's, and does not fit where failures are counted."""
        if len(self.cleaned_data.get("username", "")) > (self.username_field.max_length or 0):
            raise self.get_invalid_login_error()
        return super().clean()


class SignIn(LoginView):
    form_class = SignInForm
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        """Back to what was typed, where something waits; else to where they were going."""
        if kept_forms.kept_for(cast("User", self.request.user)) is not None:
            return self.request.build_absolute_uri("/sign-in/resume/")
        return super().get_success_url()

    def get_redirect_url(self) -> str:  # type: ignore[override]  # the stubs are of another Django
        """Never back to this page: somebody who is signed in would go round in circles."""
        url = super().get_redirect_url()
        return "" if urlsplit(url).path == self.request.path else url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        was_going = bool(self.get_redirect_url())
        return super().get_context_data(was_going=was_going, **kwargs)


class SignOut(LogoutView):
    """After signing out nobody's page is on the screen any more."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(request, *args, **kwargs)
        response.delete_cookie(LAST_USER, samesite="Lax")
        return response


sign_in = public(SignIn.as_view())
sign_out = public(SignOut.as_view())


@signed_in
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Show what was typed, with one button that sends it on. Nothing is done until its owner presses it."""
    kept = kept_forms.kept_for(cast("User", request.user))
    if request.method == "POST" or kept is None:
        kept_forms.forget(cast("User", request.user))
        return redirect("home")
    return render(request, "registration/resume.html", {"kept": kept})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page from before another sign-in carries an old token: what it sent is kept and shown for one more press.

    Only where the browser itself vouches that the page was ours: a page elsewhere cannot set `Sec-Fetch-Site`.
    """
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if ours and request.user.is_authenticated and request.method == "POST":
        if request.path == "/sign-in/":
            return redirect("home")
        kept_forms.keep(request.user.pk, path=request.get_full_path(), fields=typed_in(request))
        return redirect("resume")
    return plain_csrf_failure(request, reason=reason)
