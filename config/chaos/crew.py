"""The portal's real processes and servers, and how they are hurt."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from django.conf import settings

from config.bench.server import children_of
from config.drill.processes import free_port
from config.env import BASE_DIR
from config.services.instance import Instance
from config.services.supervisor import Supervisor

HURTABLE = ("chaos", "faults")
"""The instances of servers that exist to be hurt."""
LINES = ("web", "worker", "beat", "drain", "watch")
WORDS = {
    "web": "gunicorn", "worker": "celery", "beat": "celery", "drain": "manage.py",
    "watch": "manage.py",
}  # fmt: skip
BACK_SECONDS = 60.0
LOOK_SECONDS = 0.1


@dataclass
class Crew:
    """Every line of the Procfile under its keeper, some twice; logs stand in ``folder``.

    ``extra`` is what the processes see beyond the environment of this one.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    keepers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, *command: str) -> None:
        """Start a line of the Procfile, or ``command`` under its name.

        A digit behind the name makes one more of it.
        """
        keys = ",".join(f"{kid}:{key}" for kid, key in settings.BAIDIYUN_SALT_KEYS.items())
        env = {
            **os.environ, "PORT": str(self.port), "WEB_WORKERS": "2", "LOG_LEVEL": "WARNING",
            "BAIDIYUN_SALT_KEYS": keys, **self.extra,
        }  # fmt: skip
        line, behind = name.rstrip("0123456789"), ["--", *command] if command else []
        with (self.folder / f"{name}.log").open("ab") as log:
            self.keepers[name] = subprocess.Popen(
                [sys.executable, "-m", "config.services.keep", line, *behind],
                cwd=BASE_DIR,
                env=env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self) -> None:
        """Stop everything."""
        for keeper in self.keepers.values():
            keeper.send_signal(signal.SIGTERM)
        for keeper in self.keepers.values():
            try:
                keeper.wait(15)
            except subprocess.TimeoutExpired:
                keeper.kill()
                keeper.wait()

    def pids(self, name: str) -> list[int]:
        """Return the processes of a line, the parent first."""
        words = WORDS[name.rstrip("0123456789")]
        return [pid for pid in descendants(self.keepers[name].pid) if words in _command(pid)]

    def parent(self, name: str) -> int:
        """Return the first process of a line, waiting until there is one."""
        return until(lambda: next(iter(self.pids(name)), 0), what=f"{name} to be there")

    def child(self, name: str) -> int:
        """Return the last process of a line that has several, waiting until it has."""
        return until(lambda: next(iter(self.pids(name)[1:]), 0), what=f"{name} to have children")

    def answers(self) -> bool:
        """Whether the web server takes connections."""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


def until(question: Callable[[], int], *, what: str, seconds: float = BACK_SECONDS) -> int:
    """Ask until the answer is not 0. Raises RuntimeError with ``what``."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {seconds:g} s for {what}")
        time.sleep(LOOK_SECONDS)
    return answer


def hurtable() -> Instance:
    """Return the instance whose servers are ours to hurt. Raises RuntimeError anywhere else."""
    name = os.environ.get("LASTMILE_INSTANCE", "")
    if name not in HURTABLE:
        raise RuntimeError("servers are only hurt in an instance of their own: use make")
    return Instance(name)


def server_pid(name: str) -> int:
    """Return the process of ``postgres`` or ``redis`` of the instance that is ours to hurt.

    Raises RuntimeError anywhere else.
    """
    instance = hurtable()
    with unaddressed():
        return Supervisor(instance).status()[name] or 0


def bring_back() -> None:
    """Start the servers of the instance that are down."""
    instance = hurtable()
    with unaddressed():
        Supervisor(instance).up(keep=False)


def unaddressed() -> mock._patch_dict:
    """The supervisor leaves servers alone whose address is set; hide it for a moment."""
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    return mock.patch.dict(os.environ, kept, clear=True)


def descendants(pid: int) -> list[int]:
    """Return every process below one, parents before their children."""
    try:
        children = children_of(pid)
    except OSError:
        return []
    return [each for child in children for each in (child, *descendants(child))]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
