"""The world this process lives in: its time and its seed.

In the sandbox's own process the time is the running world clock; elsewhere (the portal's
seed, tests) it is business time, and the seed comes from ``settings.SANDBOX_SEED``.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

from apps.core import clock

DEFAULT_SEED = 7


class RunningClock:
    """World time that runs ``speed`` seconds a real second from where it was put."""

    def __init__(self, world_at: dt.datetime, speed: float) -> None:
        self._lock = threading.Lock()
        self._world_at = world_at
        self._since = time.monotonic()
        self.speed = speed
        self.is_paused = False

    def now(self) -> dt.datetime:
        """World time, aware, in UTC."""
        with self._lock:
            return self._current()

    def jump(self, world_at: dt.datetime) -> None:
        """Put the world at another time; going back is refused by doing nothing."""
        with self._lock:
            self._settle(max(world_at, self._current()))

    def set_speed(self, speed: float) -> None:
        """Run on from here at another pace."""
        with self._lock:
            self._settle(self._current())
            self.speed = speed

    def pause(self, is_paused: bool) -> None:
        """Stand still here, or run on from here."""
        with self._lock:
            self._settle(self._current())
            self.is_paused = is_paused

    def _current(self) -> dt.datetime:
        if self.is_paused:
            return self._world_at
        elapsed = time.monotonic() - self._since
        return self._world_at + dt.timedelta(seconds=elapsed * self.speed)

    def _settle(self, world_at: dt.datetime) -> None:
        self._world_at, self._since = world_at, time.monotonic()


class _World:
    now: Callable[[], dt.datetime] | None = None
    seed: int | None = None


def now() -> dt.datetime:
    """World time, aware, in UTC."""
    return _World.now() if _World.now is not None else clock.now()


def seed() -> int:
    """The seed every plan of this process is drawn from."""
    if _World.seed is not None:
        return _World.seed
    return int(getattr(settings, "SANDBOX_SEED", DEFAULT_SEED))


def configure(*, now: Callable[[], dt.datetime] | None, seed: int | None) -> None:
    """Set this process's world; None goes back to business time and the configured seed."""
    _World.now = staticmethod(now) if now is not None else None
    _World.seed = seed


@contextmanager
def configured(*, now: Callable[[], dt.datetime], seed: int) -> Iterator[None]:
    """A world for the length of a block."""
    before = (_World.now, _World.seed)
    configure(now=now, seed=seed)
    try:
        yield
    finally:
        configure(now=before[0], seed=before[1])


def epoch(moment: dt.datetime) -> int:
    """Whole epoch seconds of an aware moment."""
    return int(moment.timestamp())


def moment(at: int) -> dt.datetime:
    """The aware UTC moment of epoch seconds."""
    return dt.datetime.fromtimestamp(at, dt.UTC)
