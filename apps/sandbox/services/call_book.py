"""Calls counted by product and minute: in memory while they come, in rows every second."""

from __future__ import annotations

import datetime as dt
import threading
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection, transaction

from apps.core import clock
from apps.sandbox.models import SandboxCallMinute

EDGES_MS = (2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
KEPT_FOR = dt.timedelta(hours=6)


@dataclass(slots=True)
class Tally:
    """Calls of one product in one minute; ``buckets`` has one place more than the edges."""

    product: str
    minute: dt.datetime
    calls: int = 0
    errors: int = 0
    faulty: int = 0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(EDGES_MS) + 1))


class CallBook:
    """Takes notes of calls on any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: dict[tuple[str, dt.datetime], Tally] = {}

    def note(self, *, product: str, took_ms: float, failed: bool, faulty: bool) -> None:
        """One call has been answered (or deliberately not)."""
        minute = clock.real_now().replace(second=0, microsecond=0)
        with self._lock:
            key = (product[:40], minute)
            tally = self._tallies.setdefault(key, Tally(*key))
            tally.calls += 1
            tally.errors += failed
            tally.faulty += faulty
            tally.buckets[bisect_left(EDGES_MS, took_ms)] += 1

    def take(self) -> list[Tally]:
        """What was noted since the last time, once."""
        with self._lock:
            taken, self._tallies = list(self._tallies.values()), {}
        return taken


BOOK = CallBook()

ADD = """
INSERT INTO sandbox_call_minute (product, minute, calls, errors, faulty, buckets)
VALUES (%s, %s, %s, %s, %s, %s::jsonb)
ON CONFLICT (minute, product) DO UPDATE SET
    calls = sandbox_call_minute.calls + excluded.calls,
    errors = sandbox_call_minute.errors + excluded.errors,
    faulty = sandbox_call_minute.faulty + excluded.faulty,
    buckets = (
        SELECT jsonb_agg(old.n::int + new.n::int ORDER BY old.place)
        FROM jsonb_array_elements_text(sandbox_call_minute.buckets)
            WITH ORDINALITY AS old(n, place)
        JOIN jsonb_array_elements_text(excluded.buckets)
            WITH ORDINALITY AS new(n, place) USING (place)
    )
"""


@transaction.atomic
def write_calls(*, tallies: Iterable[Tally]) -> int:
    """Add the tallies to the rows of their minutes; returns how many there were."""
    rows = [
        (t.product, t.minute, t.calls, t.errors, t.faulty, str(t.buckets))
        for t in sorted(tallies, key=lambda t: (t.minute, t.product))
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(ADD, rows)
    return len(rows)


def forget_old_calls() -> int:
    """Delete the minutes of more than six real hours ago."""
    return SandboxCallMinute.objects.filter(minute__lt=clock.real_now() - KEPT_FOR).delete()[0]
