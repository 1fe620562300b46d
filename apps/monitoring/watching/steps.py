"""A step of the watch in a thread of its own, so that one that hangs stops none of the others.

PostgreSQL's own limits (``statement_timeout``) end a statement that is slow; a server that stands
still ends nothing. So a step that lasts beyond its limit has its database socket shut down from
outside, which its waiting thread hears as an error, and begins again with a new connection.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.db import close_old_connections, connection, connections

log = structlog.get_logger(__name__)
LONGEST_PAUSE = 30.0
QUIET_SECONDS = 60.0


class Step:
    """Repeats ``work`` every ``every`` seconds; a turn longer than ``limit`` seconds is cut off.

    What a turn raises is logged, at most once a minute with the same words, and ends only that
    turn. ``cut`` is called by somebody else's thread.
    """

    def __init__(
        self, name: str, work: Callable[[], object], *, every: float, limit: float
    ) -> None:
        self.name, self.work, self.every, self.limit = name, work, every, limit
        self.began: float | None = None
        self.finished: float | None = None
        self.failed = 0
        self.trouble = ""
        self._wires: Any = None
        self._said: dict[str, float] = {}
        self._stopping = threading.Event()
        self._hint = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch-{name}", daemon=True)

    def start(self) -> None:
        """Begin with the first turn."""
        self._thread.start()

    def end(self) -> None:
        """Begin no other turn."""
        self._stopping.set()
        self._hint.set()

    def join(self, seconds: float) -> None:
        """Wait for the present turn so long."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def hurry(self) -> None:
        """Take the next turn now."""
        self._hint.set()

    def lasts(self) -> float:
        """Seconds the present turn has lasted, 0 between turns."""
        began = self.began
        return 0.0 if began is None else time.monotonic() - began

    def idle_for(self) -> float | None:
        """Seconds since a turn last ended well; None if none ever did."""
        finished = self.finished
        return None if finished is None else time.monotonic() - finished

    def cut(self) -> bool:
        """Shut the turn's database socket if the turn is over its limit; whether it was."""
        if self.lasts() <= self.limit:
            return False
        log.warning("watch.step_cut_off", step=self.name, after=round(self.lasts(), 1))
        with contextlib.suppress(OSError, AttributeError, ValueError):
            number = os.dup(self._wires.connection.fileno())
            with socket.socket(fileno=number) as wire:
                wire.shutdown(socket.SHUT_RDWR)
        return True

    def turn(self) -> bool:
        """Work once; whether it ended well."""
        self.began = time.monotonic()
        try:
            close_old_connections()
            self.work()
        except Exception as error:  # noqa: BLE001 - the step must outlive whatever fails in it
            self._complain(error)
            connection.close()
            return False
        finally:
            self.began = None
        self.finished, self.failed, self.trouble = time.monotonic(), 0, ""
        return True

    def _run(self) -> None:
        self._wires = connections["default"]
        while not self._stopping.is_set():
            began = time.monotonic()
            self.turn()
            pause = self.every - (time.monotonic() - began)
            self._hint.wait(max(0.05, min(pause, LONGEST_PAUSE)))
            self._hint.clear()
        connection.close()

    def _complain(self, error: Exception) -> None:
        self.failed += 1
        self.trouble = type(error).__name__
        now = time.monotonic()
        if now - self._said.get(self.trouble, -QUIET_SECONDS) >= QUIET_SECONDS:
            self._said[self.trouble] = now
            log.warning("watch.step_failed", step=self.name, error=self.trouble, exc_info=error)
