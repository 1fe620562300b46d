"""What a process has observed and not yet written down. Losing it costs figures, never facts."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import ExitStack

import structlog
from django.db import Error, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core import clock
from apps.core.metrics.histogram import bucket_of
from apps.core.metrics.names import LONGEST_LABEL, lumped, views_of

log = structlog.get_logger(__name__)

MOST_LABELS = 500
"""Labels of one metric that a process tells apart in an hour."""
MOST_KEPT = 20_000
"""Rows kept while they cannot be written, about 5 MB: the minutes beyond them are lost."""
SAY_SECONDS = 60.0
UPSERT = """
INSERT INTO core_metricbucket (name, grain, start, label, bucket, count)
SELECT name, 'minute', to_timestamp(start), coalesce(label, ''), bucket, count
FROM unnest(%s::bigint[], string_to_array(%s, E'\\x1f'), string_to_array(%s, E'\\x1f'),
            %s::smallint[], %s::bigint[]) AS new(start, name, label, bucket, count)
ON CONFLICT (name, grain, start, label, bucket)
DO UPDATE SET count = core_metricbucket.count + EXCLUDED.count
"""
BETWEEN = "\x1f"
"""Stands between texts on their way to the database: a driver's array costs ten times as much."""
Key = tuple[str, str, int]
Row = tuple[int, str, str, int]
"""Start of the minute in seconds since 1970, name, label, bucket."""


class Book:
    """Counts observations in memory and writes them in one statement when it is asked to."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, with nothing counted and nobody waiting: after a fork, and in tests."""
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._counts: dict[Key, int] = {}
        self._labels: dict[str, set[str]] = defaultdict(set)
        self._labels_of = 0
        self._kept: dict[Row, int] = {}
        self._failing_since: float | None = None
        self._said = float("-inf")
        self.lost = 0

    def add(self, name: str, label: str, seconds: Iterable[float]) -> None:
        """Count durations (seconds) under a metric's name and a label (`names.label_of`)."""
        for duration in seconds:
            self.add_one(name, label, duration)

    def add_one(self, name: str, label: str, seconds: float) -> None:
        """Count one duration; about a microsecond, and never an error."""
        key = (name, label, bucket_of(seconds))
        with self._lock:
            if key in self._counts:
                self._counts[key] += 1
            else:
                self._admit(key)

    @property
    def unwritten_seconds(self) -> float:
        """For how long nothing could be written; 0 while all is well."""
        since = self._failing_since
        return 0.0 if since is None else time.monotonic() - since

    @property
    def kept(self) -> int:
        """How many rows wait for a store that takes them."""
        return len(self._kept)

    def flush(self, using: BaseDatabaseWrapper | None = None) -> int:
        """Write down what was counted; return how many rows. A failure keeps the counts.

        Where another thread is writing already, nothing is done and nothing waits.
        """
        if not self._writing.acquire(blocking=False):
            return 0
        try:
            return self._flush(using)
        finally:
            self._writing.release()

    def _flush(self, using: BaseDatabaseWrapper | None) -> int:
        self._turn_page()
        if not self._kept:
            return 0
        rows = sorted(self._kept.items())
        try:
            _write(_columns(rows), using)
        except Error as error:
            self._say(error)
            return 0
        self._kept.clear()
        self._failing_since = None
        return len(rows)

    def _admit(self, key: Key) -> None:
        name, label, bucket = key
        if not label.isprintable():
            label = "".join(each if each.isprintable() else " " for each in label)
        labels = self._labels[name]
        if label not in labels:
            if len(labels) < MOST_LABELS:
                labels.add(label)
            else:
                label = lumped(name, label)
        key = (name, label[:LONGEST_LABEL], bucket)
        self._counts[key] = self._counts.get(key, 0) + 1

    def _turn_page(self) -> None:
        """Move what was counted to the rows of this minute, those of fewer dimensions too."""
        now = int(clock.real_now().timestamp())
        start = now - now % 60
        with self._lock:
            taken, self._counts = self._counts, {}
            if self._labels_of != (hour := now // 3600):
                self._labels_of = hour
                self._labels.clear()
        kept = self._kept
        for (name, label, bucket), count in taken.items():
            for as_name, as_label in ((str(name), label), *views_of(name, label)):
                row = (start, as_name, as_label, bucket)
                kept[row] = kept.get(row, 0) + count
        if len(kept) > MOST_KEPT:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        newest = sorted(self._kept, reverse=True)
        for row in newest[MOST_KEPT:]:
            self.lost += self._kept.pop(row)

    def _say(self, error: Error) -> None:
        """Say in the log, once a minute, that nothing can be written."""
        now = time.monotonic()
        if self._failing_since is None:
            self._failing_since = now
        if now - self._said >= SAY_SECONDS:
            self._said = now
            reason = type(error.__cause__ or error).__name__
            log.warning("metrics.not_written", reason=reason, kept=self.kept, lost=self.lost)


def _columns(rows: list[tuple[Row, int]]) -> list[str]:
    """Return starts, names, labels, buckets and counts, each as one text PostgreSQL takes apart."""
    starts, names, labels, buckets = zip(*(key for key, _ in rows), strict=True)
    counts = (count for _, count in rows)
    return [
        _numbers(starts), BETWEEN.join(names), BETWEEN.join(labels), _numbers(buckets),
        _numbers(counts),
    ]  # fmt: skip


def _numbers(values: Iterable[int]) -> str:
    return f"{{{','.join(map(str, values))}}}"


def _write(columns: list[str], using: BaseDatabaseWrapper | None) -> None:
    with ExitStack() as stack:
        if using is None:
            stack.enter_context(transaction.atomic())
        stack.enter_context((using or connection).cursor()).execute(UPSERT, columns)


book = Book()
"""The book of this process."""
os.register_at_fork(after_in_child=book.forget)
