"""What every response carries, and who stays signed in."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from config.middleware import SEEN_AT, IdleSession, ResponseHeaders, does_not_prolong

pytestmark = pytest.mark.django_db


def view(_request):
    return HttpResponse("a page")


@does_not_prolong
def poll(_request):
    return HttpResponse("a part of a page")


def request_of(user, session):
    request = RequestFactory().get("/")
    request.user, request.session = user, session
    return request


def process(request, called):
    IdleSession(called).process_view(request, called, (), {})
    return request.session


def test_what_a_person_does_prolongs_the_session():
    session = process(request_of(get_user_model()(), SessionStore()), view)

    assert session.modified


def test_a_poll_does_not_prolong_it():
    session = process(request_of(get_user_model()(), SessionStore()), poll)

    assert not session.modified


def test_a_stranger_gets_no_session():
    session = process(request_of(AnonymousUser(), SessionStore()), view)

    assert not session.modified


def test_a_busy_person_writes_the_session_once_a_minute(monkeypatch):
    session = SessionStore()
    monkeypatch.setattr("config.middleware.time.time", lambda: 1_000_000.0)
    process(request_of(get_user_model()(), session), view)
    session.modified = False

    monkeypatch.setattr("config.middleware.time.time", lambda: 1_000_059.0)
    process(request_of(get_user_model()(), session), view)
    assert not session.modified

    monkeypatch.setattr("config.middleware.time.time", lambda: 1_000_060.0)
    process(request_of(get_user_model()(), session), view)
    assert session.modified
    assert session[SEEN_AT] == 1_000_060


def test_nothing_is_kept_by_a_browser_unless_a_view_says_so():
    kept = ResponseHeaders(lambda _: HttpResponse(headers={"Cache-Control": "max-age=60"}))

    assert ResponseHeaders(view)(RequestFactory().get("/"))["Cache-Control"] == "no-store, private"
    assert kept(RequestFactory().get("/"))["Cache-Control"] == "max-age=60"


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(client):
    policy = client.get("/no-such-page")["Content-Security-Policy"]

    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_page_that_says_nothing_about_itself_is_closed():
    from django.contrib.auth.middleware import LoginRequiredMiddleware

    answer = LoginRequiredMiddleware(view).process_view(request_of(AnonymousUser(), SessionStore()), view, (), {})

    assert answer.status_code == 302
    assert "sign-in" in answer["Location"]
