"""The two clocks: business time, which may follow a simulated world, and real time.

Business rules, vendor limits and schedules ask :func:`now`. Delays and service levels ask
:func:`real_now`. In a demo the sandbox owns one row per database (`WorldClock`) and renews
it every second; between renewals business time runs on at the row's speed, but never more
than :data:`LEAD_SECONDS` beyond the last renewal, so that the world stands still when its
process does.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.db import Error, connection

CACHE_SECONDS = 0.5
LEAD_SECONDS = 5.0
_frozen: ContextVar[dt.datetime | None] = ContextVar("frozen_clock", default=None)
_scripted: ContextVar[dt.datetime | None] = ContextVar("scripted_clock", default=None)


@dataclass(frozen=True)
class WorldState:
    """The simulated world's clock: at ``real_at`` it showed ``world_at``; ``speed`` in s per s."""

    world_at: dt.datetime
    real_at: dt.datetime
    speed: float
    running: bool

    def at(self, moment: dt.datetime) -> dt.datetime:
        """Return world time at a moment of real time."""
        if not self.running:
            return self.world_at
        elapsed = (moment - self.real_at).total_seconds()
        return self.world_at + dt.timedelta(
            seconds=min(max(elapsed, 0.0), LEAD_SECONDS) * self.speed
        )


_cache: tuple[float, WorldState | None] = (float("-inf"), None)


def real_now() -> dt.datetime:
    """Return the moment on the wall, aware, in UTC."""
    return _scripted.get() or dt.datetime.now(dt.UTC)


def now() -> dt.datetime:
    """Return business time, aware, in UTC."""
    fixed = _frozen.get()
    if fixed is not None:
        return fixed
    state = world()
    return state.at(real_now()) if state else real_now()


def today() -> dt.date:
    """Return the business day in the portal's own zone."""
    from django.utils import timezone

    return timezone.localtime(now()).date()


def world() -> WorldState | None:
    """Return the simulated world's clock, or None where there is none or it is not allowed."""
    if not settings.WORLD_CLOCK_ALLOWED:
        return None
    global _cache  # noqa: PLW0603 - a per-process cache of half a second
    asked, state = _cache
    if time.monotonic() - asked > CACHE_SECONDS:
        state = _read_world(state)
        _cache = (time.monotonic(), state)
    return state


def forget() -> None:
    """Drop the cached row, so that the next question reads the database."""
    global _cache  # noqa: PLW0603
    _cache = (float("-inf"), None)


@contextmanager
def frozen(moment: dt.datetime) -> Iterator[dt.datetime]:
    """Hold business time at ``moment`` in this thread, for tests and for seeding a history."""
    token = _frozen.set(moment)
    try:
        yield moment
    finally:
        _frozen.reset(token)


@contextmanager
def scripted(moment: dt.datetime) -> Iterator[dt.datetime]:
    """Hold both clocks at ``moment`` in this thread, for drills that play hours in seconds."""
    token = _scripted.set(moment)
    try:
        with frozen(moment):
            yield moment
    finally:
        _scripted.reset(token)


def _read_world(last: WorldState | None) -> WorldState | None:
    if connection.in_atomic_block and connection.needs_rollback:
        return last
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT world_at, real_at, speed, running FROM core_worldclock")
            row = cursor.fetchone()
    except Error:
        return last
    return WorldState(*row) if row else None
