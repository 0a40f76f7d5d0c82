"""A site of a benchmark's own: PostgreSQL and, where asked for, Valkey and a Celery worker, gone when it ends.

Unlike the tests' server this one keeps the disk's promises: what is measured includes them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from config.embedded.folders import socket_folder
from config.embedded.postgres import APP, OWNER, PostgresServer
from config.embedded.process import spawn
from config.embedded.valkey import ValkeyServer

ROOT = Path(__file__).resolve().parents[1]
WORKER_SECONDS = 40


@contextmanager
def own_site(*, worker: bool = False) -> Iterator[str]:
    """Inside, Django is set up on a fresh, migrated database. Gives its address as the site's role."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-bench-"))
    postgres = PostgresServer(folder / "postgres", socket_folder(folder / "p"), log=folder / "postgres.log")
    valkey = ValkeyServer(folder / "valkey", socket_folder(folder / "v"), log=folder / "valkey.log")
    process = None
    try:
        postgres.start()
        os.environ.update(
            DJANGO_SETTINGS_MODULE="config.settings.test",
            DATABASE_URL=postgres.url(APP),
            DATABASE_OWNER_URL=postgres.url(OWNER),
            REDIS_URL=valkey.url if worker else "memory://",
        )
        migrate = [sys.executable, "manage.py", "migrate", "--database", "owner", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, check=True)
        del os.environ["DATABASE_OWNER_URL"]
        if worker:
            valkey.start()
            process = start_worker(folder)
        set_up()
        if worker:
            wait_for_worker()
        yield postgres.url(APP)
    finally:
        if process is not None:
            process.terminate()
            process.wait(15)
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def start_worker(folder: Path) -> "subprocess.Popen[bytes]":
    """As the supervisor starts it: two processes."""
    with (folder / "worker.log").open("wb") as log:
        command = [sys.executable, "-m", "celery", "--app", "config.celery", "worker", "--concurrency", "2"]
        return spawn(command, env=dict(os.environ), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)


def set_up() -> None:
    """Django, with its warnings alone."""
    import logging

    import django

    django.setup()
    logging.disable(logging.INFO)


def wait_for_worker() -> None:
    """Return once a worker answers."""
    from config.celery import app

    until = time.monotonic() + WORKER_SECONDS
    while not app.control.ping(timeout=0.3):
        if time.monotonic() > until:
            sys.exit("No worker came up.")
