"""Servers of one instance together: up, down, status, and up for the length of a command."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config.services.identity import choose_identity
from config.services.instance import Instance
from config.services.postgres import Postgres
from config.services.redis import Redis
from config.services.server import Server


@dataclass
class Supervisor:
    """Starts and stops what the environment does not already provide."""

    instance: Instance
    servers: tuple[Server, ...] = field(init=False)

    def __post_init__(self) -> None:
        every: tuple[Server, ...] = (Postgres(self.instance), Redis(self.instance))
        self.servers = tuple(server for server in every if not os.environ.get(server.variable))

    def up(self, *, keep: bool = True) -> list[str]:
        """Start what is not running; one line for each server.

        ``keep`` marks the servers to stay when the last ``run`` ends. Raises ServicesError.
        """
        if not self.servers:
            return ["DATABASE_URL and REDIS_URL are set: nothing to start"]
        self.instance.create()
        with self._alone():
            lines = [f"{server.service}: {server.start()}" for server in self.servers]
            self.instance.write_env(self.addresses())
            if keep:
                self._kept.touch(0o600)
        return lines

    def down(self) -> list[str]:
        """Stop what runs; one line for each server."""
        if not self.instance.directory.is_dir():
            return ["nothing was up"]
        with self._alone():
            self._kept.unlink(missing_ok=True)
            return self._stop_all()

    def wipe(self) -> list[str]:
        """Stop everything and delete the data, the passwords and the addresses."""
        lines = self.down()
        for folder in {choose_identity().home(self.instance.directory), self.instance.directory}:
            if folder.is_dir():
                shutil.rmtree(folder)
        self.instance.env_file.unlink(missing_ok=True)
        return [*lines, f"the data of {self.instance.name} is deleted"]

    def addresses(self) -> dict[str, str]:
        """DATABASE_URL and REDIS_URL of the servers that are ours."""
        return {server.variable: server.url() for server in self.servers}

    def status(self) -> dict[str, int | None]:
        """The pid of each server, None for one that is down."""
        found = {}
        for server in self.servers:
            process = server.running()
            found[server.service] = process.pid if process else None
        return found

    @contextmanager
    def up_while(self) -> Iterator[list[str]]:
        """Servers for the length of a block, stopped after the last block unless kept by ``up``.

        The lock file tells the users apart; the kernel forgets a user that was killed.
        """
        self.instance.create()
        with (self.instance.directory / "users.lock").open("a") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield self.up(keep=False)
            finally:
                with self._alone():
                    if not self._kept.exists() and self._last(users.fileno()):
                        self._stop_all()

    @property
    def _kept(self) -> Path:
        return self.instance.directory / "kept"

    @staticmethod
    def _last(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _stop_all(self) -> list[str]:
        return [
            f"{server.service}: {'stopped' if server.stop() else 'was not up'}"
            for server in reversed(self.servers)
        ]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One start or stop at a time; a second one waits for the first."""
        with (self.instance.directory / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
