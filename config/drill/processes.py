"""A portal of the drill's own: every process of the Procfile, the sandbox, logs of each."""

from __future__ import annotations

import contextlib
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import requests

from config.drill.report import Unmet
from config.env import BASE_DIR

NAMES = ("web", "worker", "beat", "drain", "watch", "sandbox")
START_SECONDS = 60
STOP_SECONDS = 12
TAIL_LINES = 12
SERVER_PORTS = range(24_000, 32_000)
"""Below those the kernel gives to outgoing connections: one that is free now stays free until its
server listens, and while a killed one is started again."""


def free_port() -> int:
    """Return a loopback port that nobody holds and no outgoing connection is given meanwhile."""
    while True:
        port = secrets.choice(SERVER_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def with_path(url: str, path: str) -> str:
    """Return an address with another database name."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))


def administer(url: str, sql: str) -> None:
    """Run one statement on the server's own database."""
    with psycopg.connect(with_path(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql)


@contextlib.contextmanager
def throw_away_database(url: str) -> Iterator[None]:
    """Make the database of an address and remove it afterwards."""
    name = urlsplit(url).path.lstrip("/")
    administer(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    administer(url, f'CREATE DATABASE "{name}"')
    try:
        yield
    finally:
        administer(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@dataclass
class Processes:
    """Starts, watches and stops the portal's processes; they end with this one.

    ``environment`` is all they see; their logs stand in ``folder``.
    """

    folder: Path
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def web(self) -> str:
        """The portal's address."""
        return f"http://127.0.0.1:{self.environment['PORT']}"

    @property
    def sandbox(self) -> str:
        """The sandbox's address."""
        return f"http://127.0.0.1:{self.environment['SANDBOX_PORT']}"

    def start(self, *, speed: float) -> None:
        """Start everything and wait until web and sandbox answer. Raises Unmet."""
        for name in NAMES[:-1]:
            self._spawn(name, "-m", "config.services.keep", name)
        self.start_world(speed=speed)
        self._wait(self.web, "web")

    def start_world(self, *, speed: float) -> None:
        """Start the sandbox where its world stopped, at a speed. Raises Unmet."""
        port = self.environment["SANDBOX_PORT"]
        command = ("--port", port, "--speed", str(speed), "--orders-per-minute", "0")
        self._spawn("sandbox", "manage.py", "sandbox", *command)
        self._wait(self.sandbox, "sandbox")

    def stop(self) -> None:
        """Stop everything, the world first."""
        for name in reversed(NAMES):
            if name in self.running:
                self.running[name].send_signal(signal.SIGTERM)
        for name in list(self.running):
            self._end(name)

    def tail(self, name: str) -> str:
        """The last lines of a process's log, with its path."""
        path = self.folder / f"{name}.log"
        if not path.is_file():
            return str(path)
        with path.open(encoding="utf-8", errors="replace") as lines:
            last = deque(lines, maxlen=TAIL_LINES)
        return "".join([f"{path}\n", *last]).rstrip()

    def _spawn(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _end(self, name: str) -> None:
        process = self.running.pop(name, None)
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _wait(self, base: str, name: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{base}/healthz", timeout=2).ok:
                    return
            time.sleep(0.1)
        raise Unmet(f"{name} does not answer\n{self.tail(name)}")
