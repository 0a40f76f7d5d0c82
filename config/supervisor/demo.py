"""The demo: what is started, in which order, with which settings."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import EmbeddedError
from config.embedded.folders import private_folder, socket_folder
from config.embedded.postgres import APP, OWNER
from config.embedded.process import spawn
from config.embedded.session import demo_server, one_at_a_time
from config.embedded.valkey import ValkeyServer
from config.supervisor.children import Child, GivenUpError, Process, Repeated, end_of
from config.supervisor.listener import HOST

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SWEEP_SECONDS = 60
WEB_SECONDS = 30
THREADS = 6
# What makes the demo's people, once: their histories are played through the site's own services on a moved clock.
SEEDING = ["seed_demo"]


@dataclass
class Demo:
    """One demo in the data folder `data`."""

    data: Path
    listener: socket.socket
    say: Callable[[str], None]
    empty: bool = False
    children: list[Child | Repeated] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def start(self) -> None:
        """Bring everything up, in order. Raises EmbeddedError or GivenUpError where something does not come up."""
        private_folder(self.data / "log")
        self._clear_half_a_world()
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
            "HOLDFAST_DEMO": str(self.data),
            "PYTHONUNBUFFERED": "1",
            "SECRET_KEY": self._secret_key(),
        }
        owner_url = self._start_database()
        self._start_broker()
        self.say("Making the tables, collecting style sheets and scripts …")
        self.run_together(
            self.command("migrate", "--database", "owner", "--verbosity", "0", DATABASE_OWNER_URL=owner_url),
            self.command("collectstatic", "--noinput", "--verbosity", "0"),
        )
        if not self.empty:
            self._seed()
        self._start_site()

    def stop(self) -> None:
        """Stop everything in the reverse order."""
        for child in reversed(self.children):
            child.stop()
        self.children.clear()

    def log(self, name: str) -> Path:
        return self.data / "log" / f"{name}.log"

    def command(self, name: str, *arguments: str, **extra: str) -> tuple[Path, Process]:
        """Start one `manage.py` command. What it prints is progress; its complaints go to a log."""
        log = self.log(name)
        with log.open("wb") as errors:
            command: list[str | Path] = [sys.executable, ROOT / "manage.py", name, *arguments]
            return log, spawn(command, env={**self.environment, **extra}, cwd=ROOT, stderr=errors)

    def run_together(self, *started: tuple[Path, Process]) -> None:
        """Wait for commands to end. Raises GivenUpError with the end of its log where one fails."""
        try:
            for log, process in started:
                if process.wait() != 0:
                    raise GivenUpError(f"manage.py {log.stem} failed. The end of {log}:\n{end_of(log)}")
        finally:
            for _log, process in started:
                process.kill()
                process.wait()

    def _start_database(self) -> str:
        """Start PostgreSQL, unless DATABASE_URL names one; return the address for migrations."""
        named = os.environ.get("DATABASE_URL")
        self.environment.pop("DATABASE_OWNER_URL", None)
        if named:
            self.say("Using the database that DATABASE_URL names …")
            return os.environ.get("DATABASE_OWNER_URL", named)
        self.say("Starting PostgreSQL …")
        server = demo_server(self.data)
        with one_at_a_time(self.data / "starting.lock"):
            if server.answers():
                raise EmbeddedError("A manage.py command is using the demo's database. End it, then start the demo.")
            server.start()
        assert server.process is not None  # noqa: S101  # start() has set it
        self.children.append(
            Child(
                "PostgreSQL",
                server.spawn,
                self.log("postgres"),
                server.process,
                signal.SIGINT,
                patience_seconds=20,
            )
        )
        self.environment["DATABASE_URL"] = server.url(APP)
        return server.url(OWNER)

    def _start_broker(self) -> None:
        """Start Valkey, unless REDIS_URL names a broker."""
        if os.environ.get("REDIS_URL"):
            self.say("Using the broker that REDIS_URL names …")
            return
        self.say("Starting Valkey …")
        server = ValkeyServer(self.data / "valkey", socket_folder(self.data), log=self.log("valkey"))
        server.start()
        assert server.process is not None  # noqa: S101  # start() has set it
        self.children.append(Child("Valkey", server.spawn, self.log("valkey"), server.process))
        self.environment["REDIS_URL"] = server.url

    def _seed(self) -> None:
        """Invent the demo's people, once."""
        made = self.data / "made.json"
        if made.exists():
            return
        self._being_made.touch()
        self.say("Inventing a practice, two pharmacies and their patients …")
        for command in SEEDING:
            self.run_together(self.command(command))
        made.write_text(json.dumps({"made_at": time.time()}))
        self._being_made.unlink()

    @property
    def _being_made(self) -> Path:
        return self.data / "being-made"

    def _clear_half_a_world(self) -> None:
        """An invention that was interrupted has left half a practice: begin again."""
        if self._being_made.exists():
            self.say("The last start was interrupted while it invented the people; beginning again.")
            shutil.rmtree(self.data / "postgres", ignore_errors=True)
            self._being_made.unlink()

    def _start_site(self) -> None:
        """Start the web server, the worker, the schedule and the sweep, and wait until a page comes."""
        celery = [sys.executable, "-m", "celery", "--app", "config.celery"]
        self.say("Starting the site, a Celery worker and beat …")
        bind = ["--bind", f"fd://{self.listener.fileno()}", "--no-control-socket"]
        flags = ["--preload", "--worker-class", "gthread", "--workers", "2", "--threads", str(THREADS)]
        pool = {"DATABASE_POOL": "true", "DATABASE_POOL_SIZE": str(THREADS)}
        self._keep("The web server", "web", [BIN / "gunicorn", "config.wsgi", *bind, *flags], **pool)
        flags = ["--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "info"]
        self._keep("The Celery worker", "worker", [*celery, "worker", *flags])
        self._wait_for_a_page()
        schedule = private_folder(self.data / "beat") / "schedule"
        self._keep("Celery beat", "beat", [*celery, "beat", "--schedule", schedule, "--pidfile", ""])
        sweep: list[str | Path] = [sys.executable, ROOT / "manage.py", "sweep"]
        due_at = time.monotonic() + SWEEP_SECONDS
        self.children.append(
            Repeated("The sweep", lambda: self._launch("sweep", sweep), self.log("sweep"), SWEEP_SECONDS, due_at)
        )

    def _keep(self, name: str, log: str, command: list[str | Path], **extra: str) -> None:
        def launch() -> Process:
            return self._launch(log, command, **extra)

        self.log(log).unlink(missing_ok=True)
        self.children.append(Child(name, launch, self.log(log), launch()))

    def _launch(self, log: str, command: list[str | Path], **extra: str) -> Process:
        with self.log(log).open("ab") as output:
            return spawn(
                command,
                env={**self.environment, **extra},
                cwd=ROOT,
                pass_fds=[self.listener.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def _wait_for_a_page(self) -> None:
        until = time.monotonic() + WEB_SECONDS
        while time.monotonic() < until:
            for child in self.children:
                child.tend(time.monotonic())
            try:
                urllib.request.urlopen(f"http://{HOST}:{self.port}/livez", timeout=5)
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise GivenUpError(f"The site does not answer. The end of {self.log('web')}:\n{end_of(self.log('web'))}")

    def _secret_key(self) -> str:
        """One key for the life of the data folder, so that a restart signs nobody out."""
        path = self.data / "secret-key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(50))
        return path.read_text()
