"""Guessing numbers is slowed down, never locked out: a pharmacist who mistypes a lot still gets an answer, later."""

from django.core.cache import cache

from compliance.models import User

UNKNOWN_ALLOWED = 30
WITHIN_SECONDS = 600
ONE_EACH_SECONDS = 20


def must_wait(user: User) -> bool:
    """Whether this look-up comes too soon: after 30 unknown numbers in 10 minutes, one is answered every 20 seconds."""
    if cache.get(_unknown(user), 0) < UNKNOWN_ALLOWED:
        return False
    return not cache.add(f"look-up-slowed:{user.pk}", 1, ONE_EACH_SECONDS)


def note_unknown(user: User) -> None:
    """One more number that nobody issued."""
    if not cache.add(_unknown(user), 1, WITHIN_SECONDS):
        cache.incr(_unknown(user))


def _unknown(user: User) -> str:
    return f"unknown-numbers:{user.pk}"
