"""The web server of the Procfile, started for a measurement, and what its workers cost."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
WORKERS = 2
COMMAND = (
    "-m", "gunicorn", "--worker-class", "gthread",
    "--workers", str(WORKERS), "--threads", "4", "--timeout", "30", "--graceful-timeout", "3",
    "--keep-alive", "60",
    "--no-control-socket", "--preload", "--log-level", "warning",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WebServer:
    """A running server: its port and its process."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Return the CPU seconds all workers have used."""
        return sum(cpu_seconds(pid) for pid in children_of(self.pid))


@contextmanager
def web_server(
    *,
    database_url: str,
    extra: Mapping[str, str] | None = None,
    application: str = "config.bench.web.wsgi",
) -> Iterator[WebServer]:
    """Run the server on a free port for the length of a block. Raises RuntimeError."""
    port = _free_port()
    env = {**os.environ, "DATABASE_URL": database_url}
    env |= {"DJANGO_SETTINGS_MODULE": "config.bench.web.settings", **(extra or {})}
    command = [sys.executable, *COMMAND, "--bind", f"127.0.0.1:{port}", application]
    process = subprocess.Popen(command, env=env)
    try:
        _wait(process, port)
        yield WebServer(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def cpu_seconds(pid: int) -> float:
    """Return user and system CPU of a process and all its threads, from /proc."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def children_of(pid: int) -> list[int]:
    """Return the children of a process, from /proc."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    return [int(each) for each in listed.split()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
            continue
        if len(children_of(process.pid)) == WORKERS:
            return
    raise RuntimeError("the web server did not start")
