"""Hearts: every long-lived process writes down that its own loop still runs.

A process names itself once (:func:`name_process`) and touches its heart wherever its loop comes
by (:func:`touch_heart`); its recorder (`core.metrics.recorder`) writes the row every five seconds
while the last touch is recent. So a loop that hangs stops the heart although its threads live,
and a database that hangs never stops a loop.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count

from apps.core import clock
from apps.core.models import Heartbeat

BEAT_SECONDS = 5.0
ALIVE = dt.timedelta(seconds=20)
"""A heart not seen for so long has stopped: four beats."""
UPSERT = """
INSERT INTO core_heartbeat (process, host, pid, started_at, seen_at, detail)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (process, host, pid) DO UPDATE
SET started_at = EXCLUDED.started_at, seen_at = EXCLUDED.seen_at, detail = EXCLUDED.detail
"""
_started = clock.real_now()


def _reborn() -> None:
    global _started  # noqa: PLW0603 - a forked process began when it was forked
    _started = clock.real_now()


os.register_at_fork(after_in_child=_reborn)


@dataclass(frozen=True, slots=True)
class Heart:
    """The newest sign of life of a kind of process, and how many of its kind are alive."""

    process: str
    seen_at: dt.datetime | None
    started_at: dt.datetime | None = None
    host: str = ""
    pid: int = 0
    alive: int = 0
    is_expected: bool = True
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_alive(self) -> bool:
        """Whether at least one process of this kind was seen lately."""
        return self.alive > 0


def expected_processes() -> tuple[str, ...]:
    """Return the kinds of process that must run: the lines of the Procfile."""
    return tuple(settings.EXPECTED_PROCESSES)


def beat_heart(
    process: str,
    *,
    detail: Mapping[str, Any] | None = None,
    seen_at: dt.datetime | None = None,
    using: BaseDatabaseWrapper | None = None,
) -> None:
    """Write down that this process lives (now, or when its loop last came by)."""
    values: list[Any] = [process, socket.gethostname()[:80], os.getpid(), _started]
    values += [seen_at or clock.real_now(), json.dumps(dict(detail or {}))]
    with (using or connection).cursor() as cursor:
        cursor.execute(UPSERT, values)


def heartbeats(*, at: dt.datetime | None = None) -> list[Heart]:
    """Return the newest heart of every kind, those that must run first and also if never seen.

    ``at`` (real time, now if not given) decides who counts as alive. What was seen in the future
    was seen before the clock was put back: it is nobody's sign of life.
    """
    now = at or clock.real_now()
    seen = Heartbeat.objects.filter(seen_at__lte=now + ALIVE)
    newest = {row.process: row for row in seen.order_by("process", "-seen_at").distinct("process")}
    living = dict(
        seen.filter(seen_at__gt=now - ALIVE)
        .order_by()
        .values_list("process")
        .annotate(n=Count("pk"))
    )
    expected = expected_processes()
    others = sorted(set(newest) - set(expected))
    return [
        _heart(process, newest.get(process), living.get(process, 0), process in expected)
        for process in (*expected, *others)
    ]


def _heart(process: str, row: Heartbeat | None, alive: int, is_expected: bool) -> Heart:
    if row is None:
        return Heart(process, None, is_expected=is_expected)
    return Heart(
        process,
        row.seen_at,
        row.started_at,
        row.host,
        row.pid,
        alive,
        is_expected,
        row.detail,
    )
