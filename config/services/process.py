"""Detached processes that are recognised again later by their pid and start time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from apps.core.private_file import write_private

_POLL_SECONDS = 0.02


def start_time(pid: int) -> str | None:
    """Clock ticks since boot at which a living process began; None for a dead one or a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in {"Z", "X"} else fields[19]


def boot_id() -> str:
    """The identity of this boot, because ticks and pids start again with the next one."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()


@dataclass(frozen=True)
class Process:
    """A process that cannot be mistaken for a later one with the same pid."""

    pid: int
    started: str
    boot: str

    @classmethod
    def of(cls, pid: int) -> Process | None:
        """The living process with this pid, or None."""
        started = start_time(pid)
        return None if started is None else cls(pid, started, boot_id())

    @classmethod
    def read(cls, path: Path) -> Process | None:
        """The process a pid file names, if it is still the same one and alive."""
        try:
            process = cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return process if process.alive() else None

    def write(self, path: Path) -> None:
        """Remember this process in a pid file."""
        write_private(path, json.dumps(asdict(self)) + "\n")

    def alive(self) -> bool:
        """Whether this very process still runs."""
        return self.boot == boot_id() and start_time(self.pid) == self.started

    def stop(self, first: signal.Signals, last: signal.Signals, seconds: float) -> None:
        """Ask with one signal, insist with another after some seconds, and see it gone."""
        for wanted in (first, last, signal.SIGKILL):
            if not self.alive():
                return
            os.kill(self.pid, wanted)
            if wait_until(lambda: not self.alive(), seconds):
                return


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll until the condition holds; False when the time is over first."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def spawn_detached(
    command: Sequence[str], *, log: Path, owner: tuple[int, int] | None = None
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own that outlives us, writing to a private log.

    ``owner`` is the (uid, gid) to drop to; None keeps ours.
    """
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    uid, gid = owner if owner else (None, None)
    with os.fdopen(descriptor, "ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd="/",
            user=uid,
            group=gid,
            extra_groups=[] if owner else None,
        )


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, for the message of a failed start."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8192))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
