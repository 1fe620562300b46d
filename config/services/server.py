"""What PostgreSQL and Redis have in common: a pid file, a log, a port, a start and a stop."""

from __future__ import annotations

import signal
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from config.services.errors import PORT_TAKEN, PortTakenError, ServicesError, explain
from config.services.identity import Identity
from config.services.instance import Instance, port_is_free
from config.services.process import Process, spawn_detached, tail, wait_until

_START_SECONDS = 60.0
_PORT_ATTEMPTS = 4


@dataclass
class Server(ABC):
    """One server of one instance."""

    instance: Instance

    service: ClassVar[str]
    title: ClassVar[str]
    variable: ClassVar[str]
    stop_signals: ClassVar[tuple[signal.Signals, signal.Signals]]
    stop_seconds: ClassVar[float]

    @abstractmethod
    def url(self) -> str:
        """The address with the password, as the portal's settings take it."""

    @abstractmethod
    def start(self) -> str:
        """Bring the server up and say how it went. Raises ServicesError."""

    @property
    def pid_file(self) -> Path:
        """Where the running server is remembered."""
        return self.instance.directory / f"{self.service}.pid"

    @property
    def log(self) -> Path:
        """What the server has said since its last start."""
        return self.instance.directory / f"{self.service}.log"

    @property
    def port(self) -> int:
        """The loopback port."""
        return self.instance.port(self.service)

    @property
    def password(self) -> str:
        """The random password."""
        return self.instance.password(self.service)

    def running(self) -> Process | None:
        """The server process, if it lives."""
        return Process.read(self.pid_file)

    def stop(self) -> bool:
        """Stop in order, by force after a while; False when it was not up."""
        process = self.running()
        if process is None:
            return False
        process.stop(*self.stop_signals, self.stop_seconds)
        self.pid_file.unlink(missing_ok=True)
        return True

    def settle_port(self) -> list[str]:
        """Move to another port if somebody took ours while we were down; say so."""
        port = self.port
        if port_is_free(port):
            return []
        moved = self.instance.move_port(self.service)
        return [f"port {port} is taken by another program, moved to {moved}"]

    def launch(
        self,
        identity: Identity,
        command: Callable[[], Sequence[str]],
        ready: Callable[[int], bool],
    ) -> None:
        """Start the program and wait until it serves; ``ready`` is asked with its pid.

        ``command`` is built again with another port when somebody was quicker to take ours.
        Raises ServicesError with the cause, or with the server's last words.
        """
        for _attempt in range(_PORT_ATTEMPTS):
            try:
                self._launch_once(identity, command(), ready)
            except PortTakenError:
                self.instance.move_port(self.service)
            else:
                return
        self._launch_once(identity, command(), ready)

    def _launch_once(
        self, identity: Identity, command: Sequence[str], ready: Callable[[int], bool]
    ) -> None:
        self.log.unlink(missing_ok=True)
        child = spawn_detached([*identity.prefix, *command], log=self.log, owner=identity.owner)
        process = Process.of(child.pid)
        if process is not None:
            process.write(self.pid_file)
        wait_until(lambda: child.poll() is not None or ready(child.pid), _START_SECONDS)
        if child.poll() is None and ready(child.pid):
            return
        child.kill()
        child.wait()
        self.pid_file.unlink(missing_ok=True)
        raise failure(f"{self.title} did not start", tail(self.log))


def failure(what: str, said: str) -> ServicesError:
    """The error for a program that failed: its cause in a sentence, or its own words."""
    cause = explain(said)
    kind = PortTakenError if PORT_TAKEN in said else ServicesError
    return kind(f"{what}: {cause}" if cause else f"{what}; it said:\n{said}")
