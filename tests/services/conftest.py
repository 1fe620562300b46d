"""A place for servers of a test's own: never the real ``.local``, always stopped afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.services.instance import REPOSITORY
from config.services.process import wait_until

_ROOM_BYTES = 600 * 1024 * 1024


@dataclass(frozen=True)
class Place:
    """A directory that stands in for ``.local`` and the environment that points there."""

    local: Path
    env: dict[str, str]

    def services(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run ``python -m config.services`` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "config.services", *words],
            cwd=REPOSITORY,
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Start ``python -m config.services`` and come back at once."""
        return subprocess.Popen(
            [sys.executable, "-m", "config.services", *words], cwd=REPOSITORY, env=self.env
        )

    def addresses(self, file: str = "services.env") -> dict[str, str]:
        """What a start has published."""
        lines = (self.local / file).read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    def env_file_exists(self) -> bool:
        """Whether addresses are published."""
        return (self.local / "services.env").exists()

    def pids(self) -> dict[str, int]:
        """The servers that are up."""
        said = self.services("status").stdout.splitlines()
        return {
            line.split(":")[0]: int(line.rstrip(")").rpartition(" ")[2])
            for line in said
            if "pid" in line
        }


def _place(local: Path) -> Place:
    given = ("DATABASE_URL", "REDIS_URL", "LASTMILE_INSTANCE", "MAKEFLAGS", "MAKELEVEL")
    env = {name: value for name, value in os.environ.items() if name not in given}
    return Place(local, {**env, "LASTMILE_LOCAL": str(local)})


def _wipe(place: Place) -> None:
    for instance in ("main", "test"):
        if (place.local / instance).exists():
            place.services("wipe", "--instance", instance)


@pytest.fixture(scope="session")
def workshop() -> Iterator[Path]:
    """Where the databases of these tests are made: in memory where there is room for a few."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK | os.X_OK)
    roomy = roomy and shutil.disk_usage(memory).free > _ROOM_BYTES
    with tempfile.TemporaryDirectory(dir=memory if roomy else None) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def made_once(workshop: Path) -> Path:
    """An empty database to copy, because making one takes longer than most tests."""
    place = _place(workshop / "made-once")
    assert place.services("run", "--", "true").returncode == 0
    return place.local


@pytest.fixture
def bare_place(workshop: Path) -> Iterator[Place]:
    """A place where nothing was ever started."""
    with tempfile.TemporaryDirectory(dir=workshop) as name:
        place = _place(Path(name) / "local")
        yield place
        _wipe(place)


@pytest.fixture
def place(bare_place: Place, made_once: Path) -> Place:
    """A place whose servers are down and whose database is empty."""
    shutil.copytree(made_once, bare_place.local)
    return bare_place


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Wait for a condition and fail with a sentence when it does not come true in time."""

    def check(condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
        assert wait_until(condition, seconds), f"after {seconds} s still not: {what}"

    return check


@pytest.fixture
def begin() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start programs that are killed at the end of the test if they still run."""
    begun: list[subprocess.Popen[bytes]] = []

    def start(*command: str | Path, env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        words: Sequence[str] = [str(word) for word in command]
        begun.append(subprocess.Popen(words, cwd=REPOSITORY, env=env))
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.wait()
