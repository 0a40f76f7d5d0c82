"""Tests, on servers of their own (tests/conftest.py). Nothing here reaches the demo's."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASE_OPTIONS, env
from config.settings.databases import named_databases

# tests/conftest.py fills in where the database is, once a test needs one.
DATABASES = named_databases(env, DATABASE_OPTIONS) or {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "no-test-database-was-prepared",
        "USER": "holdfast_app",
        "HOST": "/nowhere",
        "OPTIONS": DATABASE_OPTIONS,
    }
}
SECRET_KEY = "for-tests-only-" + "x" * 40
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Straight from the source folders: a test needs no collected files.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

CLOCK_MAY_MOVE = True
DRAFTS_MAY_DECIDE = True
