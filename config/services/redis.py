"""The Redis server of one instance: the broker's ticks and hints, kept across restarts."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

from apps.core.private_file import write_private
from config.services.binaries import Program, find_redis
from config.services.errors import ServicesError
from config.services.identity import Identity, choose_identity
from config.services.process import tail
from config.services.server import Server

_CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {directory}
daemonize no
databases 16
save ""
appendonly yes
appendfsync everysec
maxmemory-policy noeviction
"""
_DAMAGED = "Bad file format reading the append only file"


class Redis(Server):
    """One password-protected server on loopback with an append-only file."""

    service = "redis"
    title = "Redis"
    variable = "REDIS_URL"
    stop_signals = (signal.SIGTERM, signal.SIGKILL)
    stop_seconds = 10.0

    def url(self) -> str:
        """The address with the password, as REDIS_URL takes it."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> str:
        """Bring the server up and say how it went."""
        if self.running():
            return "was already up"
        identity = choose_identity()
        home = identity.make_home(self.instance.directory)
        data = home / "redis"
        notes = self.settle_port()
        program = find_redis()

        def command() -> list[str]:
            return self._command(identity, home, program)

        try:
            self._begin(identity, data, command)
        except ServicesError:
            if _DAMAGED not in tail(self.log):
                raise
            aside = data.with_name(f"redis.broken-{int(time.time())}")
            data.rename(aside)
            notes.append(f"its file was damaged and was moved to {aside}")
            self._begin(identity, data, command)
        return "; ".join([f"Redis {program.version} ({program.source}) started", *notes])

    def _begin(self, identity: Identity, data: Path, command: Callable[[], list[str]]) -> None:
        data.mkdir(mode=0o700, exist_ok=True)
        identity.give(data)
        self.launch(identity, command, lambda _pid: self.answers())

    def _command(self, identity: Identity, home: Path, program: Program) -> list[str]:
        """Write the configuration, which hides the password from ``ps``, and name it."""
        path, data = home / "redis.conf", f'"{home / "redis"}"'
        text = _CONFIGURATION.format(port=self.port, password=self.password, directory=data)
        write_private(path, text)
        identity.give(path)
        server = identity.reachable(program, home)
        return [str(server), str(path)]

    def answers(self) -> bool:
        """Whether the server knows our password and has finished loading."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                said = b""
                while said.count(b"\r\n") < 2 and (part := connection.recv(1024)):
                    said += part
        except OSError:
            return False
        return said == b"+OK\r\n+PONG\r\n"
