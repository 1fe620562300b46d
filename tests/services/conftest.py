"""A place for servers of a test's own: never the real ``.local``, always stopped afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.services.instance import REPOSITORY
from config.services.process import wait_until


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


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A fresh place; whatever still runs there at the end is stopped and deleted."""
    given = ("DATABASE_URL", "REDIS_URL", "LASTMILE_INSTANCE", "MAKEFLAGS", "MAKELEVEL")
    env = {name: value for name, value in os.environ.items() if name not in given}
    local = tmp_path / "local"
    made = Place(local, {**env, "LASTMILE_LOCAL": str(local)})
    yield made
    for instance in ("main", "test"):
        if (local / instance).exists():
            made.services("wipe", "--instance", instance)


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Wait for a condition and fail with a sentence when it does not come true in time."""

    def check(condition: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
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
