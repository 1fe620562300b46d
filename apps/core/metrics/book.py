"""What a process has observed and not yet written down. Losing it costs figures, never facts."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable

import structlog
from django.db import Error, connection, transaction

from apps.core import clock
from apps.core.metrics.histogram import bucket_of
from apps.core.metrics.names import LONGEST_LABEL

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 1.0
MOST_LABELS = 200
OTHER = "other"
UPSERT = """
INSERT INTO core_metricbucket (name, grain, start, label, bucket, count)
SELECT name, 'minute', %s, label, bucket, count
FROM unnest(%s::text[], %s::text[], %s::smallint[], %s::bigint[]) AS new(name, label, bucket, count)
ON CONFLICT (name, grain, start, label, bucket)
DO UPDATE SET count = core_metricbucket.count + EXCLUDED.count
"""
Key = tuple[str, str, int]


class Book:
    """Counts observations and writes them at most once a second, in one statement."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Key] = Counter()
        self._labels: set[str] = set()
        self._written = time.monotonic()

    def add(self, name: str, label: str, seconds: Iterable[float]) -> None:
        """Count durations (seconds) under a metric's name and a label from a closed list.

        Beyond 200 labels a process lumps new ones together, whatever somebody sends.
        """
        with self._lock:
            if label not in self._labels:
                label = label if len(self._labels) < MOST_LABELS else OTHER
                self._labels.add(label)
            for duration in seconds:
                self._counts[name, label[:LONGEST_LABEL], bucket_of(duration)] += 1

    def flush_due(self) -> None:
        """Write down what was counted if the last time is a second ago."""
        if time.monotonic() - self._written >= FLUSH_SECONDS:
            self.flush()

    def flush(self) -> int:
        """Write down what was counted; return how many rows. A failure keeps the counts."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
            self._written = time.monotonic()
        if not taken:
            return 0
        rows = sorted(taken.items())
        start = clock.real_now().replace(second=0, microsecond=0)
        columns = [[key[i] for key, _ in rows] for i in range(3)]
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(UPSERT, [start, *columns, [count for _, count in rows]])
        except Error as error:
            log.warning("metrics.not_written", reason=type(error).__name__)
            with self._lock:
                self._counts.update(taken)
            return 0
        return len(rows)


book = Book()
"""The book of this process."""


def observe(name: str, label: str, seconds: Iterable[float]) -> None:
    """Count durations in this process's book; its loop writes the book down."""
    book.add(name, label, seconds)
