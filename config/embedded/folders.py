"""Where embedded servers keep their files, and where their sockets may be."""

import hashlib
import os
import stat
from pathlib import Path

from config.embedded import EmbeddedError
from config.embedded.process import NOBODY

ROOT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_PATH = 99  # bytes; the kernel allows 107, and PostgreSQL adds a lock file's suffix
LONGEST_SOCKET_NAME = len("/.s.PGSQL.5432.lock")


def demo_folder() -> Path:
    """The demo's data folder: HOLDFAST_DEMO, or `.demo` in the project."""
    return Path(os.environ.get("HOLDFAST_DEMO") or ROOT / ".demo").resolve()


def private_folder(path: Path) -> Path:
    """Make `path` a folder of mode 700 that is ours, or say why it is not."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.lstat()
    ours = {os.getuid()} if os.getuid() else {0, NOBODY}  # root may have handed it to the server's uid
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in ours:
        raise EmbeddedError(f"{path} belongs to somebody else. Remove it, or name another folder in HOLDFAST_DEMO.")
    if status.st_mode & 0o066:
        path.chmod(0o700)
    return path


def socket_folder(data: Path) -> Path:
    """A private folder for sockets: inside `data`, or a short one elsewhere where that path would be too long."""
    inside = data / "run"
    if len(os.fsencode(inside)) + LONGEST_SOCKET_NAME <= LONGEST_SOCKET_PATH:
        return private_folder(inside)
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")  # noqa: S108  # private_folder sees that it is ours
    return private_folder(base / f"holdfast-{os.getuid()}-{name}")
