"""A child process that never outlives us, and signals that reach it exactly once."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WATCHED = frozenset({*FORWARDED, signal.SIGCHLD})


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def die_with_parent(parent: int, number: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel send us a signal when the parent dies, even by SIGKILL."""
    _prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, so that none escapes."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def watch_signals() -> None:
    """Hold our signals back for ``next_signal``; call once, before the first child."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)


def next_signal(seconds: float | None = None) -> signal.struct_siginfo | None:
    """The next signal for us, or None when the time is over."""
    if seconds is None:
        return signal.sigwaitinfo(WATCHED)
    return signal.sigtimedwait(WATCHED, max(0.0, seconds))


def start_child(command: Sequence[str], *, own_session: bool) -> subprocess.Popen[bytes]:
    """Start a command with ordinary signals that is told to stop when we die.

    In a session of its own the terminal's Ctrl-C reaches only us.
    """
    parent = os.getpid()

    def prepare() -> None:
        die_with_parent(parent)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)

    sys.stdout.flush()
    return subprocess.Popen(command, preexec_fn=prepare, start_new_session=own_session)


def descendants() -> list[int]:
    """Our direct children; with ``adopt_orphans`` these include what dead children left."""
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in path.read_text(encoding="utf-8").split()]


def send_group(group: int, number: signal.Signals) -> None:
    """Signal a process group if there is anybody left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def clear_orphans(group: int, grace: float, until: Callable[[float, float], bool]) -> None:
    """End what a dead child left behind: politely first, surely after ``grace`` seconds.

    ``until(left, seconds)`` is not needed by callers; see ``_none_left``.
    """
