"""Waiting for something that another process does, with a deadline and a reason."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def wait_for(question: Callable[[], Found], *, what: str, seconds: float = 60.0) -> Found:
    """Ask until the answer is truthy and return it; fail with ``what`` after ``seconds``."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not (found := question()):
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds:g} s still waiting for: {what} (last: {found!r})")
        pause.wait(0.1)
    return found
