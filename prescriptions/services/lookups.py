"""Guessing numbers is slowed down, never locked out: a pharmacist who mistypes a lot still gets an answer, later."""

from django.core.cache import cache

from compliance import clock
from compliance.models import User

UNKNOWN_ALLOWED = 30
WITHIN_SECONDS = 600
ONE_EACH_SECONDS = 20


def must_wait(user: User) -> bool:
    """Whether this look-up comes too soon: after 30 unknown numbers in 10 minutes, one is answered every 20 seconds."""
    if _unknown_lately(user)[0] < UNKNOWN_ALLOWED:
        return False
    return not cache.add(f"look-up-slowed:{user.pk}", 1, ONE_EACH_SECONDS)


def note_unknown(user: User) -> None:
    """One more number that nobody issued."""
    count, until = _unknown_lately(user)
    cache.set(_unknown(user), (count + 1, until), WITHIN_SECONDS)


def _unknown_lately(user: User) -> tuple[int, float]:
    """How many since the first of these 10 minutes, and when they are over, whatever was typed in them."""
    now = clock.now().timestamp()
    count, until = cache.get(_unknown(user), (0, 0.0))
    return (count, until) if now < until else (0, now + WITHIN_SECONDS)


def _unknown(user: User) -> str:
    return f"unknown-numbers:{user.pk}"
