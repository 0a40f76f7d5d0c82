"""What every response carries, and how long a person stays signed in."""

import codecs
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

Responder = Callable[[HttpRequest], HttpResponse]
SEEN_AT = "seen_at"
PROLONG_EVERY_SECONDS = 60


class ResponseHeaders:
    """Headers that Django has no setting for."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # Shared computers at a pharmacy counter: nothing is kept by the browser, and Back asks again.
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class Utf8Alone:
    """Refuses what says that it is written in anything else: some of those encodings give text that is none."""

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.encoding is not None and codecs.lookup(request.encoding).name != "utf-8":
            raise BadRequest("This site reads UTF-8 alone.")
        return self.get_response(request)


def does_not_prolong(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that a page asks by itself, so that an unattended screen still signs out."""
    view.prolongs_session = False  # type: ignore[attr-defined]
    return view


class IdleSession:
    """Prolong a session by what its person does; a poll is not a person.

    The session is saved again at most once a minute: most requests write nothing.
    """

    def __init__(self, get_response: Responder) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> None:
        if not getattr(view, "prolongs_session", True) or not request.user.is_authenticated:
            return
        now = int(time.time())
        seen_at = request.session.get(SEEN_AT, 0)
        if now - seen_at >= min(PROLONG_EVERY_SECONDS, settings.SESSION_COOKIE_AGE // 3):
            request.session[SEEN_AT] = now
