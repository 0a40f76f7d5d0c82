"""Nobody gets past the door by accident: views say whom they are for, and an ended session loses nothing typed."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from compliance.services import kept_forms

if TYPE_CHECKING:
    from compliance.models import User

LAST_USER = "last_user"
"""Cookie: whose pages this browser shows, signed. It opens nothing; it says whose a form was when a session is over."""
LAST_USER_SECONDS = 12 * 60 * 60


class Door(LoginRequiredMiddleware):
    """Refuses views that do not say whom they are for, and sends strangers to the sign-in page."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = cast("HttpResponseBase", super().__call__(request))
        if request.user.is_authenticated:
            remember_whose(request, response)
            if request.method == "POST" and kept_forms.GIVEN_BACK in request.POST:
                kept_forms.forget(request.user)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return say_how_to_come(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not hasattr(view_func, "demands"):
            raise PermissionDenied
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]  # htmx is answered without a redirect
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        """Keep what was posted for its own user, then ask who is there."""
        if getattr(request, "htmx", False):
            return ask_outside_the_fragment(request)
        if request.method == "POST":
            keep_what_was_typed(request)
        return super().handle_no_permission(request, view_func)


def say_how_to_come(request: HttpRequest, response: HttpResponseBase) -> HttpResponse:
    """A page in place of an empty answer, for an address that only takes what a form sends, or only shows something."""
    page = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
    page.headers["Allow"] = response.headers.get("Allow", "")
    return page


def ask_outside_the_fragment(request: HttpRequest) -> HttpResponse:
    """A piece of a page cannot hold the sign-in page: the whole page goes there and comes back."""
    try:
        shown = urlsplit(request.headers.get("HX-Current-URL", "")).path
    except ValueError:  # no address at all
        shown = ""
    target = redirect_to_login(shown or "/", reverse(settings.LOGIN_URL))
    return HttpResponseClientRedirect(target.url)


def keep_what_was_typed(request: HttpRequest) -> None:
    """For the user whose page it was, and nobody else. The CSRF check has passed, so the page was ours."""
    owner = kept_forms.owner_of(request.COOKIES.get(LAST_USER, ""), max_age=LAST_USER_SECONDS)
    if owner is not None:
        kept_forms.keep(owner, path=request.get_full_path(), fields=typed_in(request))


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and values as they were posted, in order."""
    return [(name, value) for name, values in request.POST.lists() for value in values]


def remember_whose(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the cookie where it is missing or somebody else's."""
    user_id = cast("User", request.user).pk
    if kept_forms.owner_of(request.COOKIES.get(LAST_USER, ""), max_age=LAST_USER_SECONDS // 2) == user_id:
        return
    response.set_cookie(
        LAST_USER,
        kept_forms.owner_token(user_id),
        max_age=LAST_USER_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
