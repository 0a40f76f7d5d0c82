"""Django's PostgreSQL backend, connected to the embedded server.

The server is looked for when a connection is opened and not before: a command that needs no database starts none.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

from config.embedded import EmbeddedError


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the database that `config.embedded.session` finds or starts."""

    def get_connection_params(self) -> dict[str, Any]:
        from config.embedded.postgres import DATABASE
        from config.embedded.session import server_for_this_process

        try:
            server = server_for_this_process()
        except EmbeddedError as error:
            raise ImproperlyConfigured(str(error)) from error
        self.settings_dict["NAME"] = self.settings_dict["NAME"] or DATABASE
        self.settings_dict["HOST"] = str(server.sockets)
        return super().get_connection_params()
