"""What the web processes of this host cost, read from /proc: all workers of our own master."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Processes:
    """Sums over processes; ``cpu_seconds`` includes workers that have ended."""

    count: int = 0
    resident_bytes: int = 0
    threads: int = 0
    cpu_seconds: float = 0.0


def web_processes() -> Processes:
    """Return the sums over this process and its siblings that run the same command.

    All zero where there is no /proc.
    """
    parent, command = os.getppid(), _command(os.getpid())
    try:
        listed = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="utf-8")
    except OSError:
        return Processes()
    workers = [int(pid) for pid in listed.split() if _command(int(pid)) == command]
    stats = [stat for pid in workers if (stat := _stat(pid))]
    ended = _stat(parent) if _command(parent) == command else []
    cpu = sum(int(stat[11]) + int(stat[12]) for stat in stats)
    cpu += int(ended[13]) + int(ended[14]) if ended else 0
    return Processes(
        count=len(stats),
        resident_bytes=sum(int(stat[21]) for stat in stats) * PAGE,
        threads=sum(int(stat[17]) for stat in stats),
        cpu_seconds=cpu / TICKS,
    )


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat from the state on; empty if it has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
