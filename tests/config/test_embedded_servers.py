"""PostgreSQL and Valkey without an installed server."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from config.embedded import EmbeddedError, postgres
from config.embedded.folders import LONGEST_SOCKET_PATH, private_folder, socket_folder
from config.embedded.process import run

STARTS_AND_IS_KILLED = """
import os, sys
from pathlib import Path
from config.embedded.folders import socket_folder
from config.embedded.postgres import PostgresServer
from config.embedded.valkey import ValkeyServer
folder = Path(sys.argv[1])
servers = [PostgresServer(folder / "pg", socket_folder(folder)), ValkeyServer(folder / "vk", socket_folder(folder))]
for server in servers:
    server.start()
print(*[server.process.pid for server in servers], flush=True)
os.kill(os.getpid(), 9)
"""


def gone(pid, *, within):
    """Whether a process has ended (or waits for its parent to notice)."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            with Path(f"/proc/{pid}/stat").open() as stat:
                if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_the_site_role_owns_nothing_and_makes_nothing(postgres):
    with postgres.admin() as admin:
        rights = admin.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = 'holdfast_app'"
        ).fetchone()

    assert rights == (False, False, False, False)
    with psycopg.connect(postgres.url("holdfast_app")) as site, pytest.raises(psycopg.errors.InsufficientPrivilege):
        site.execute("CREATE TABLE mine (x int)")


def test_text_is_folded_beyond_ascii_and_instants_are_utc(postgres):
    with postgres.admin() as admin:
        folded, zone = admin.execute("SELECT lower('MUÑOZ'), current_setting('TimeZone')").fetchone()

    assert folded == "muñoz"
    assert zone.endswith("UTC")


def test_a_server_listens_on_its_socket_only(postgres):
    with postgres.admin() as admin:
        (addresses,) = admin.execute("SHOW listen_addresses").fetchone()

    assert addresses == ""
    assert postgres.sockets.stat().st_mode & 0o777 == 0o700


def test_servers_do_not_outlive_a_killed_parent(tmp_path):
    child = subprocess.run(
        [sys.executable, "-c", STARTS_AND_IS_KILLED, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )

    assert child.returncode == -signal.SIGKILL
    assert all(gone(pid, within=10) for pid in child.stdout.split())


def test_a_killed_broker_keeps_its_messages(valkey):
    from redis import Redis

    Redis(unix_socket_path=str(valkey.socket)).rpush("messages", "one")

    valkey.process.kill()
    valkey.process.wait()
    valkey.start()

    assert Redis(unix_socket_path=str(valkey.socket)).lrange("messages", 0, -1) == [b"one"]


def test_a_long_folder_gets_a_short_private_socket_folder(tmp_path):
    data = tmp_path / ("long" * 30)

    folder = socket_folder(data)

    assert len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.rmdir()


def test_a_folder_that_somebody_prepared_for_us_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        private_folder(tmp_path / "run")


def test_no_postgresql_anywhere_says_what_to_install(monkeypatch):
    monkeypatch.setattr(postgres, "wheel_folder", lambda: None)
    monkeypatch.setattr(postgres, "system_folders", list)

    with pytest.raises(EmbeddedError, match="apt-get install postgresql"):
        postgres.find_programs()


def test_data_of_another_major_version_is_left_alone(tmp_path):
    server = postgres.PostgresServer(tmp_path / "pg", socket_folder(tmp_path))
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("14\n")

    with pytest.raises(EmbeddedError, match="demo-reset"):
        server.start()


def test_postgresql_never_runs_as_root():
    identity = postgres.identity_for(postgres.find_programs())

    assert run(["id", "-u"], identity=identity).stdout.strip() != "0"


@pytest.fixture
def reachable_folder():
    """A folder that another uid may pass through, which pytest's own may not be."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-"))
    yield folder
    shutil.rmtree(folder)


def test_where_namespaces_are_refused_root_lends_nobody_a_folder(reachable_folder, monkeypatch):
    if os.getuid() == 0:
        monkeypatch.setattr(postgres, "identity_for", lambda _programs: "nobody")
    server = postgres.PostgresServer(reachable_folder / "data", socket_folder(reachable_folder))

    for _ in ("made", "found again"):
        server.start()
        assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0
        assert server.answers()
        server.stop()
        assert socket_folder(reachable_folder) == server.sockets
