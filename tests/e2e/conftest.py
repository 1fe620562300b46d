"""One running portal a test module."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings

from tests.e2e.running import RunningPortal


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """A portal with two merchants, no history, real processes, on loopback."""
    folder: Path = tmp_path_factory.mktemp("portal")
    running = RunningPortal(
        folder=folder,
        database_url=with_path(os.environ["DATABASE_URL"], f"e2e_{os.getpid()}"),
        redis_url=with_path(settings.REDIS_URL, "15"),
    )
    redis.Redis.from_url(running.redis_url).flushdb()
    try:
        running.start()
        yield running
    finally:
        running.stop()


def with_path(url: str, path: str) -> str:
    """Return an address with another database name."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{path}"))
