"""The project as an app: start-up checks, the cache's table, and the Celery app where Django is."""

from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Holdfast"

    def ready(self) -> None:
        """Register the checks; load Celery, so that a task rung from a request knows its broker."""
        from config import celery, checks  # noqa: F401

        post_migrate.connect(make_cache_table, sender=apps.get_app_config("contenttypes"))


def make_cache_table(*, using: str = "default", **_kwargs: Any) -> None:
    """The cache's table has no model: make it, and let the site's role use it."""
    call_command("createcachetable", database=using, verbosity=0)
    table, role = settings.CACHES["default"]["LOCATION"], settings.DATABASE_APP_ROLE
    with connections[using].cursor() as cursor:
        cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO "{role}"')
