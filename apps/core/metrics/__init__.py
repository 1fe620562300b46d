"""Histograms of how long things take: observed in memory, kept by the minute, merged exactly.

A bucket is a step of a fixed logarithmic scale, so histograms of processes, minutes and carriers
add up and percentiles are computed from the sum; nothing is ever averaged. What is measured is
listed in `names`, read with `reading`, and written by the process's `recorder`.
"""

from __future__ import annotations

from collections.abc import Iterable

from apps.core.metrics.book import book
from apps.core.metrics.histogram import Histogram, bucket_of, upper_edge
from apps.core.metrics.recorder import recorder

__all__ = ["Histogram", "book", "bucket_of", "observe", "observe_one", "upper_edge"]


def observe(name: str, label: str, seconds: Iterable[float]) -> None:
    """Count durations (seconds) of this process; its recorder writes them down."""
    book.add(name, label, seconds)
    if not recorder.is_running:
        recorder.begin()


def observe_one(name: str, label: str, seconds: float) -> None:
    """Count one duration (seconds); for what happens hundreds of times a second."""
    book.add_one(name, label, seconds)
    if not recorder.is_running:
        recorder.begin()
