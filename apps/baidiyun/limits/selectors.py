"""What reads the gateway's state: the step we stand on, and the whole picture for a page."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import Error, connection

from apps.baidiyun.choices import Mode
from apps.baidiyun.credential_rows import Credential
from apps.baidiyun.limits.choices import BreakerState, LadderStep
from apps.baidiyun.limits.models import LadderState, ProductBreaker

CACHE_SECONDS = 1.0

_cache: tuple[float, LadderStep] = (float("-inf"), LadderStep.FULL)


@dataclass(frozen=True, slots=True)
class BreakerView:
    """A product's breaker as its row shows it."""

    mode: str
    product: str
    state: BreakerState
    since: dt.datetime
    pause_seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class BucketView:
    """A product's bucket: tokens now, seconds it stays closed, and today's calls and budget
    (0 for none)."""

    mode: str
    product: str
    per_second: float
    burst: int
    tokens: float
    closed_for: float
    spent_today: int
    daily_budget: int


@dataclass(frozen=True, slots=True)
class GatewayState:
    """Where the gateway stands. ``shared`` is False while Redis does not answer: then ``buckets``
    is empty and every process lives on its small share."""

    step: LadderStep
    since: dt.datetime
    pinned: bool
    pinned_by: str
    reason: str
    note: str
    mode: str
    breakers: tuple[BreakerView, ...]
    buckets: tuple[BucketView, ...]
    spent_today: dict[str, int]
    shared: bool


def current_step() -> LadderStep:
    """Return the ladder's step, at most a second old; without a database the last one known."""
    global _cache  # noqa: PLW0603 - a per-process cache of one second
    asked, step = _cache
    if time.monotonic() - asked > CACHE_SECONDS:
        step = _read_step(step)
        _cache = (time.monotonic(), step)
    return step


def forget_step() -> None:
    """Read the row again at the next question."""
    global _cache  # noqa: PLW0603
    _cache = (float("-inf"), LadderStep.FULL)


def watched_mode() -> str:
    """Return the mode the ladder looks at: live where it is set up, else the sandbox, so that
    what happens to test shipments never moves real ones."""
    live = settings.BAIDIYUN.get(Mode.LIVE.value) or {}
    ready = live.get("key") and live.get("customer") and live.get("secret")
    ready = ready or Credential.objects.filter(mode=Mode.LIVE.value, active=True).exists()
    return Mode.LIVE.value if ready else Mode.SANDBOX.value


def breaker_views() -> tuple[BreakerView, ...]:
    """Return every breaker that ever moved."""
    return tuple(
        BreakerView(
            row.mode,
            row.product,
            BreakerState(row.state),
            row.since,
            row.pause_seconds,
            row.reason,
        )
        for row in ProductBreaker.objects.all()
    )


def ladder_row() -> LadderState | None:
    """Return the ladder's row."""
    return LadderState.objects.filter(id=1).first()


def _read_step(last: LadderStep) -> LadderStep:
    if connection.in_atomic_block and connection.needs_rollback:
        return last
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT step FROM baidiyun_ladderstate WHERE id = 1")
            row = cursor.fetchone()
    except Error:
        return last
    return (LadderStep.parse(row[0]) or last) if row else LadderStep.FULL
