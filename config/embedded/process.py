"""Start a child process that cannot outlive this one.

PDEATHSIG follows the *thread* that spawned the child, and a change of credentials clears it. So each child starts as a
tiny Python program (this file), which becomes whom it should be, asks the kernel for the signal, sees that its parent
is still there, and only then turns into the command.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
NOBODY = 65534
PARENT_IS_GONE = 97
REFUSED = 98

Result = TypeVar("Result")


def spawn(
    command: Sequence[str | Path],
    *,
    identity: str = "same",
    death_signal: signal.Signals = signal.SIGKILL,
    env: Mapping[str, str] | None = None,
    **options: Any,
) -> "subprocess.Popen[bytes]":
    """Start `command` in a process group of its own; it gets `death_signal` when the spawning thread ends.

    identity: `same`; `namespace`, uid 65534 in a user namespace, where files still belong to the caller; or `nobody`,
    uid 65534 for good.
    """
    launcher = [sys.executable, "-I", "-S", __file__, identity, str(int(death_signal)), str(os.getpid())]
    return subprocess.Popen([*launcher, *map(str, command)], env=env, start_new_session=True, **options)


def run(command: Sequence[str | Path], *, identity: str = "same") -> "subprocess.CompletedProcess[str]":
    """Run `command` to its end and keep what it said (standard output and error together)."""
    launcher = [sys.executable, "-I", "-S", __file__, identity, str(int(signal.SIGKILL)), str(os.getpid())]
    return subprocess.run(
        [*launcher, *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def kept_by_a_thread(start: Callable[[], Result]) -> Result:
    """Call `start` in a thread that lasts as long as this process.

    A server started for a request would otherwise stop when the thread of that request ends.
    """
    done = threading.Event()
    results: list[Result] = []
    errors: list[BaseException] = []

    def keep() -> None:
        try:
            results.append(start())
        except BaseException as error:  # noqa: BLE001  # handed to the caller, whatever it is
            errors.append(error)
        done.set()
        if results:
            threading.Event().wait()

    threading.Thread(target=keep, name="keeps-embedded-servers", daemon=True).start()
    done.wait()
    if errors:
        raise errors[0]
    return results[0]


def die_with_parent(death_signal: int = signal.SIGKILL) -> None:
    """Ask the kernel for `death_signal` when the thread that made this process ends. Only Linux has that."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)


def enter_user_namespace() -> None:
    """Become uid 65534 in a user namespace that maps to the caller outside. Raises OSError where that is refused."""
    uid, gid = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {gid} 1")


def become(identity: str) -> None:
    """Take on the identity that `spawn` was asked for."""
    if identity == "namespace":
        enter_user_namespace()
    elif identity == "nobody":
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def main() -> None:
    """Become `command`, under an identity and a death signal."""
    identity, death_signal, parent, *command = sys.argv[1:]
    try:
        become(identity)
    except OSError as error:
        sys.stderr.write(f"{identity}: {error}\n")
        sys.exit(REFUSED)
    die_with_parent(int(death_signal))
    if os.getppid() != int(parent):
        sys.exit(PARENT_IS_GONE)
    # A script's background job inherits SIGINT ignored, and so would everything it starts.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
