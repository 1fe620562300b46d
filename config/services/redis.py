"""The Redis server of one instance: the broker's ticks and hints, kept across restarts."""

from __future__ import annotations

import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from config.services.binaries import Program, find_redis
from config.services.errors import ServicesError, explain
from config.services.identity import Identity, choose_identity
from config.services.instance import Instance, port_is_free, write_private
from config.services.process import Process, spawn_detached, tail, wait_until

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
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


@dataclass
class Redis:
    """One password-protected server on loopback with an append-only file."""

    instance: Instance

    service = "redis"
    variable = "REDIS_URL"

    @property
    def pid_file(self) -> Path:
        """Where the running server is remembered."""
        return self.instance.directory / "redis.pid"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.instance.directory / "redis.log"

    def url(self) -> str:
        """The address with the password, as REDIS_URL takes it."""
        password, port = self.instance.password(self.service), self.instance.port(self.service)
        return f"redis://:{password}@127.0.0.1:{port}/0"

    def running(self) -> Process | None:
        """The server process, if it lives."""
        return Process.read(self.pid_file)

    def start(self) -> str:
        """Bring the server up and say how it went."""
        if self.running():
            return "was already up"
        identity = choose_identity()
        home = identity.make_home(self.instance.directory)
        data = home / "redis"
        data.mkdir(mode=0o700, exist_ok=True)
        identity.give(data)
        notes = self._settle_port()
        program = find_redis()
        try:
            self._launch(identity, home, program)
        except ServicesError:
            if _DAMAGED not in tail(self.log):
                raise
            aside = data.with_name(f"redis.broken-{int(time.time())}")
            data.rename(aside)
            notes.append(f"its file was damaged and was moved to {aside}")
            data.mkdir(mode=0o700)
            identity.give(data)
            self._launch(identity, home, program)
        return "; ".join([f"Redis {program.version} ({program.source}) started", *notes])

    def stop(self) -> bool:
        """Stop after writing everything down; False when it was not up."""
        process = self.running()
        if process is None:
            return False
        process.stop(signal.SIGTERM, signal.SIGKILL, _STOP_SECONDS)
        self.pid_file.unlink(missing_ok=True)
        return True

    def _settle_port(self) -> list[str]:
        port = self.instance.port(self.service)
        if port_is_free(port):
            return []
        moved = self.instance.move_port(self.service)
        return [f"port {port} is taken by another program, moved to {moved}"]

    def _launch(self, identity: Identity, home: Path, program: Program) -> None:
        configuration = home / "redis.conf"
        port = self.instance.port(self.service)
        text = _CONFIGURATION.format(
            port=port,
            password=self.instance.password(self.service),
            directory=f'"{home / "redis"}"',
        )
        write_private(configuration, text)
        identity.give(configuration)
        server = identity.reachable(program.path.parent, home) / program.path.name
        self.log.unlink(missing_ok=True)
        child = spawn_detached(
            [*identity.prefix, str(server), str(configuration)], log=self.log, owner=identity.owner
        )
        process = Process.of(child.pid)
        if process is not None:
            process.write(self.pid_file)
        wait_until(lambda: child.poll() is not None or self.answers(), _START_SECONDS)
        if child.poll() is None and self.answers():
            return
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
        self.pid_file.unlink(missing_ok=True)
        said = tail(self.log)
        cause = explain(said)
        raise ServicesError(f"Redis did not start: {cause or 'it said:' + chr(10) + said}")

    def answers(self) -> bool:
        """Whether the server knows our password and has finished loading."""
        address = ("127.0.0.1", self.instance.port(self.service))
        password = self.instance.password(self.service)
        try:
            with socket.create_connection(address, timeout=2) as connection:
                connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                said = b""
                while said.count(b"\r\n") < 2 and (part := connection.recv(1024)):
                    said += part
        except OSError:
            return False
        return said == b"+OK\r\n+PONG\r\n"
