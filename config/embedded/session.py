"""The embedded database of one process: the running demo's, or one started for the life of this process."""

import atexit
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from config.embedded.folders import demo_folder, private_folder, socket_folder
from config.embedded.postgres import APP, OWNER, PostgresServer
from config.embedded.process import kept_by_a_thread

ROOT = Path(__file__).resolve().parents[2]


def demo_server(data: Path) -> PostgresServer:
    """The demo's PostgreSQL in the data folder `data`, running or not."""
    return PostgresServer(data / "postgres", socket_folder(data), log=data / "log" / "postgres.log")


@cache
def server_for_this_process() -> PostgresServer:
    """Find or start the embedded database, and say which on standard error.

    Raises EmbeddedError where neither is possible.
    """
    data = private_folder(demo_folder())
    private_folder(data / "log")
    with one_at_a_time(data / "starting.lock"):
        server = demo_server(data)
        if server.answers():
            sys.stderr.write(f"Using the database of the running demo ({data}).\n")
            return server
        kept_by_a_thread(server.start)
        atexit.register(server.stop)
        sys.stderr.write(f"Started the embedded database for this command ({data}).\n")
        if is_empty(server):
            make_tables(server)
    return server


def is_empty(server: PostgresServer) -> bool:
    """Whether nothing was ever migrated there."""
    with server.admin() as admin:
        return admin.execute("SELECT to_regclass('public.django_migrations')").fetchone() == (None,)


def make_tables(server: PostgresServer) -> None:
    """Migrate a database that was made just now, as its owner, in a process of its own."""
    subprocess.run(
        [sys.executable, ROOT / "manage.py", "migrate", "--verbosity", "0", "--database", "owner"],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "DATABASE_URL": server.url(APP), "DATABASE_OWNER_URL": server.url(OWNER)},
    )


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Two commands started together must not both start a server in one folder."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
