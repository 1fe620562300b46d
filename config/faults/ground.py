"""The ground of the matrix: a portal of its own, and a carrier cloud that no fault of ours reaches.

The portal's processes stand on the PostgreSQL and Redis of the instance ``faults``. The sandbox,
which is both the platform and WeCom, has its tables on another server (instance ``test``), because
it must still hear when the portal's is gone. The portal follows the world's clock by a row that
is copied every second.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import requests
from django.apps import apps
from django.conf import settings
from django.db import Error, connection

from apps.core import clock
from apps.core.services import set_world_clock
from apps.monitoring.models import AlertRule
from apps.monitoring.starter_rows import plant_starter_set
from config.chaos.crew import Crew, unaddressed, until
from config.chaos.ground import lead_to, make_database
from config.drill.processes import Processes, free_port, throw_away_database, with_path
from config.env import BASE_DIR
from config.faults.robot import Robot
from config.services.instance import Instance
from config.services.supervisor import Supervisor

DATABASE = "lastmile_faults"
WORLD_SERVER = "test"
SPEED = 60.0
COPY_SECONDS = 1.0
ASK_SECONDS = 5.0
LINES = ("web", "worker", "beat", "drain", "watch")


@dataclass
class Ground:
    """Everything a fault may touch, and where WeCom's record is."""

    crew: Crew
    world: Processes
    robot: Robot
    keys: tuple[str, ...]
    database_url: str
    clock_file: Path

    @property
    def sandbox(self) -> str:
        """The sandbox's address."""
        return self.world.sandbox

    @property
    def web(self) -> str:
        """The portal's address."""
        return f"http://127.0.0.1:{self.crew.port}"

    def jump(self, seconds: float) -> None:
        """Let the wall clock of the portal's processes stand so far from the true one."""
        self.clock_file.write_text(str(seconds))


@contextmanager
def ground() -> Iterator[Ground]:
    """Make both databases, start the sandbox and every line of the Procfile; stop all at the end.

    The connection of this thread leads to the portal's database for the length of the block.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        url = make_database(DATABASE)
        before = str(connection.settings_dict["NAME"])
        lead_to(DATABASE)
        stack.callback(lead_to, before)
        _plant_rules()
        world_url = stack.enter_context(_world_database())
        made = _make(folder, url, world_url, stack.enter_context(_silent_server()))
        stack.callback(made.world.stop)
        stack.callback(made.crew.stop)
        _start(made)
        stack.enter_context(_same_time(made.sandbox))
        yield made


def _plant_rules() -> None:
    """Write the starter rules as they are now: the migrated template may hold older ones."""
    AlertRule.objects.all().delete()
    plant_starter_set(partial(apps.get_model, "monitoring"))


def _make(folder: Path, url: str, world_url: str, mail_port: int) -> Ground:
    crew = Crew(folder)
    world_port, jumps = free_port(), folder / "jump"
    jumps.write_text("0")
    common = {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "LASTMILE_LOCAL": str(folder),
        "PORT": str(crew.port),
        "LASTMILE_PORT": str(crew.port),
        "SANDBOX_PORT": str(world_port),
        "SANDBOX_ORDERS_PER_MINUTE": "0",
        "BAIDIYUN_CALLBACK_BASE": f"http://127.0.0.1:{crew.port}",
        "CREDENTIAL_KEYS": ",".join(settings.CREDENTIAL_KEYS),
        "SECRET_KEY": settings.SECRET_KEY,
        "LOG_FORMAT": "console",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_port),
    }
    crew.extra = {
        **common, "DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL,
        "FAULTS_CLOCK": str(jumps), "PYTHONPATH": str(BASE_DIR / "config" / "faults" / "clockwork"),
    }  # fmt: skip
    world = Processes(folder, {**os.environ, **common, "DATABASE_URL": world_url})
    _prepare({**os.environ, **crew.extra}, "prepare", "--history", "0")
    for app in ("accounts", "core", "sandbox"):
        _prepare(world.environment, "migrate", app, "--verbosity", "0")
    demo = json.loads((folder / "demo.json").read_text())
    keys = tuple(merchant["api_key"] for merchant in demo["merchants"])
    return Ground(crew, world, Robot(world.sandbox), keys, url, jumps)


def _start(made: Ground) -> None:
    made.world.start_world(speed=SPEED)
    for name in LINES:
        made.crew.start(name)
    until(made.crew.answers, what="the web server")
    for name in LINES[1:]:
        made.crew.parent(name)


def _prepare(environment: dict[str, str], *command: str) -> None:
    words = [sys.executable, "manage.py", *command]
    subprocess.run(words, cwd=BASE_DIR, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def _world_database() -> Iterator[str]:
    """Yield the address of the sandbox's own database, on a server that is never hurt."""
    with unaddressed():
        supervisor = Supervisor(Instance(WORLD_SERVER))
    with supervisor.up_while():
        url = with_path(supervisor.addresses()["DATABASE_URL"], f"faults_{os.getpid()}")
        with throw_away_database(url):
            yield url


@contextmanager
def _silent_server() -> Iterator[int]:
    """Listen on a port, accept, and never say a word: the mail server that hangs."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield int(server.getsockname()[1])


@contextmanager
def _same_time(sandbox: str) -> Iterator[None]:
    """Copy the world's clock into the portal's database as long as the block lasts."""
    over = threading.Event()

    def copy() -> None:
        base, read_at = _world_time(sandbox), clock.real_now()
        while not over.wait(COPY_SECONDS):
            world_at = base + (clock.real_now() - read_at) * SPEED
            try:
                set_world_clock(world_at=world_at, speed=SPEED, running=True)
            except Error:
                connection.close()
        connection.close()

    thread = threading.Thread(target=copy, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(ASK_SECONDS)


def _world_time(sandbox: str) -> dt.datetime:
    answer = requests.get(f"{sandbox}/control/", timeout=ASK_SECONDS)
    return dt.datetime.fromisoformat(answer.json()["world_at"])
