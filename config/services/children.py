"""A child process that never outlives us, and signals that reach it exactly once."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.services.process import start_time

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
FORWARDED = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
_WATCHED = frozenset({*FORWARDED, signal.SIGCHLD})


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def die_with_parent(parent: int) -> None:
    """Have the kernel send us SIGTERM when the parent dies, even by SIGKILL."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, so that none escapes."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def watch_signals() -> None:
    """Hold our signals back for ``next_signal``; children get them unheld."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)


def next_signal(seconds: float | None = None) -> signal.struct_siginfo | None:
    """The next signal for us, or None when the time is over."""
    if seconds is None:
        return signal.sigwaitinfo(_WATCHED)
    return signal.sigtimedwait(_WATCHED, max(0.0, seconds))


def start_child(
    command: Sequence[str], *, own_session: bool, env: Mapping[str, str] | None = None
) -> int:
    """Start a command that is told to stop when we die; return its pid.

    In a session of its own the terminal's Ctrl-C reaches only us. Raises OSError.
    """
    parent = os.getpid()

    def prepare() -> None:
        die_with_parent(parent)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)

    sys.stdout.flush()
    child = subprocess.Popen(
        command,
        preexec_fn=prepare,  # noqa: PLW1509 - there is one thread only
        start_new_session=own_session,
        env=env,
    )
    child.returncode = 0  # the exit is collected by ``collect``, Popen must not wait for it
    return child.pid


def collect(pid: int = -1) -> dict[int, int]:
    """Exit codes of children that have ended; a signal counts as 128 + its number."""
    ended: dict[int, int] = {}
    while True:
        try:
            found, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return ended
        if found == 0:
            return ended
        code = os.waitstatus_to_exitcode(status)
        ended[found] = code if code >= 0 else 128 - code


def family() -> list[int]:
    """Our living children, adopted ones included."""
    try:
        listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="utf-8")
    except FileNotFoundError:
        return _search_family()
    return [pid for pid in map(int, listed.split()) if start_time(pid) is not None]


def _search_family() -> list[int]:
    """The same for kernels that keep no list of children."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        state, parent = stat.rpartition(")")[2].split()[:2]
        if int(parent) == os.getpid() and state != "Z":
            found.append(int(entry.name))
    return found


def send(pid: int, number: int) -> None:
    """Signal a process that may have ended meanwhile."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
