"""Processes of the portal for a measurement, on a database and a broker of the bench."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings

PORTAL = {"DJANGO_SETTINGS_MODULE": "config.settings.local", "LOG_LEVEL": "WARNING"}
START_SECONDS, STOP_SECONDS = 60, 20


def told_by(module: str, what: str, *, url: str) -> Any:
    """Run one part of a module of the bench on the database at ``url``; its last line."""
    done = subprocess.run(
        [sys.executable, "-m", module, what],
        env={**os.environ, **PORTAL, "DATABASE_URL": url},
        cwd=settings.BASE_DIR, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def portal(*names: str, env: Mapping[str, str]) -> Iterator[None]:
    """Run processes of the Procfile, kept as `make run` keeps them, for the length of a block.

    Begins when the web server answers at ``env["PORT"]``. Raises RuntimeError.
    """
    seen = {**os.environ, **PORTAL, **env}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "config.services.keep", name], env=seen, cwd=settings.BASE_DIR
        )
        for name in names
    ]
    try:
        _wait(int(env["PORT"]))
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
            continue
        return
    raise RuntimeError("the web server did not start")
