"""Pages as one person sees them, and what they may cost."""

from contextlib import contextmanager

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

NOT_COUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", 'INSERT INTO "compliance_accessevent"')
GET_QUERIES = 12
POST_QUERIES = 30


def client_of(user):
    """A browser in which `user` is signed in, with a session that was prolonged just now."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/")
    return client


@contextmanager
def at_most(queries):
    """Fails where more queries are made; savepoints and the access record are not counted."""
    with CaptureQueriesContext(connection) as captured:
        yield
    counted = [query["sql"] for query in captured if not query["sql"].startswith(NOT_COUNTED)]
    assert len(counted) <= queries, "\n".join(sql[:160] for sql in counted)
