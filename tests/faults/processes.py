"""Web, worker and broker that can be killed at any moment and started again, and a person at the counter."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

from django.test import Client

from compliance.services import doorbell
from config.embedded.process import spawn
from tests.fixtures.sites import environment, start_worker

ROOT = Path(__file__).parents[2]
CSRF = "c" * 32
LONG_ENOUGH = 40


def manage(clone, broker, *command):
    """`manage.py …` on the clone; what it printed and how long it took, in seconds."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment(clone, broker),
        capture_output=True,
        text=True,
        check=False,
    )
    return done, time.monotonic() - began


class Processes:
    """What serves one clone. Each `kill_…` is kill -9 of the process and of all it started."""

    def __init__(self, clone, valkey, folder):
        self.clone, self.valkey, self.folder = clone, valkey, folder
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.set_inheritable(True)
        self.port = self.listener.getsockname()[1]
        self.web = self.worker = None
        self.start_web()
        self.start_worker()

    def start_web(self):
        gunicorn = Path(sys.executable).parent / "gunicorn"
        flags = ["--bind", f"fd://{self.listener.fileno()}", "--worker-class", "gthread", "--threads", "4"]
        with (self.folder / "gunicorn.log").open("ab") as log:
            self.web = spawn(
                [gunicorn, "config.wsgi", *flags, "--no-control-socket"],
                env=environment(self.clone, self.valkey),
                pass_fds=[self.listener.fileno()],
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def start_worker(self):
        self.worker, self.worker_log = start_worker(self.clone, self.valkey, self.folder)

    def kill_web(self):
        kill(self.web)
        self.start_web()

    def kill_worker(self):
        kill(self.worker)
        self.start_worker()

    def kill_valkey(self):
        kill(self.valkey.process)
        self.valkey.start()
        doorbell.listen_again()
        if self.worker.poll() is not None:
            self.start_worker()

    def stop(self):
        for process in (self.web, self.worker):
            kill(process)
        self.listener.close()


def kill(process):
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(LONG_ENOUGH)


class Counter:
    """A pharmacist's browser that presses the same button again until somebody answers."""

    def __init__(self, port, user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        self.cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF}"
        self.port = port

    def press(self, path, **fields):
        """The status of the first answer."""
        until = time.monotonic() + LONG_ENOUGH
        while True:
            with suppress(OSError, http.client.HTTPException):
                return self._post(path, fields)
            assert time.monotonic() < until, "nobody answered"
            time.sleep(0.05)

    def _post(self, path, fields):
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        body = urlencode({**fields, "csrfmiddlewaretoken": CSRF})
        headers = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            asking.request("POST", path, body, headers)
            answer = asking.getresponse()
            answer.read()
            return answer.status
        finally:
            asking.close()
