"""The demo on this machine, and `manage.py` where nothing else is asked for.

With no DATABASE_URL the database is the embedded one, found or started when it is first needed.
"""

from django.core.management.utils import get_random_secret_key

from config.embedded.folders import demo_folder
from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASE_OPTIONS, STORAGES, env
from config.settings.databases import named_databases

DATA = demo_folder()

DATABASES = named_databases(env, DATABASE_OPTIONS) or {
    "default": {"ENGINE": "config.embedded.backend", "USER": "holdfast_app", "OPTIONS": DATABASE_OPTIONS},
    "owner": {"ENGINE": "config.embedded.backend", "USER": "holdfast_owner"},
}

# The supervisor keeps one key in the data folder; a single command needs none that lasts.
SECRET_KEY = env.str("SECRET_KEY", "") or get_random_secret_key()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
STATIC_ROOT = DATA / "static"
# Compressing them takes longer than a browser on this machine could ever win back.
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}

# The outbox page shows what was sent; nothing leaves this machine.
EMAIL_BACKEND = "compliance.mail.OutboxBackend"
OUTBOX_DELIVERS_BY = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"

CLOCK_MAY_MOVE = True
DRAFTS_MAY_DECIDE = True
SHOW_OUTBOX = True
