"""A histogram on a fixed logarithmic scale (pure): eight buckets an octave, from 1 ms to 99 days.

The scale is the one of HdrHistogram and Prometheus' native histograms in spirit: any two
histograms merge by adding counts. A percentile is the upper edge of the bucket it falls into, so
it is never too small and at most 2^(1/8) = 9.05 % too large.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

PER_OCTAVE = 8
FIRST_SECONDS = 0.001
LAST_BUCKET = 264
OVERFLOW = LAST_BUCKET + 1
EDGES = [FIRST_SECONDS * 2 ** ((step + 5e-10) / PER_OCTAVE) for step in range(OVERFLOW)]
"""The longest durations of the buckets: what is an edge to nine digits of a step is still in it."""


def bucket_of(seconds: float) -> int:
    """Return the bucket of a duration; 0 holds everything up to 1 ms, negatives included.

    What is longer than 99 days, or no number at all, falls into ``OVERFLOW``.
    """
    return OVERFLOW if math.isnan(seconds) else bisect_left(EDGES, seconds)


def upper_edge(bucket: int) -> float:
    """Return the longest duration of a bucket in seconds; infinity for ``OVERFLOW``."""
    if bucket >= OVERFLOW:
        return math.inf
    return FIRST_SECONDS * float(2 ** (bucket / PER_OCTAVE))


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often each bucket was met."""

    counts: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many durations were observed."""
        return sum(self.counts.values())

    def __add__(self, other: Histogram) -> Histogram:
        merged = dict(self.counts)
        for bucket, count in other.counts.items():
            merged[bucket] = merged.get(bucket, 0) + count
        return Histogram(merged)

    def percentile(self, share: float) -> float | None:
        """Return the duration in seconds that ``share`` (0 to 1) of all do not exceed.

        None where nothing was observed.
        """
        wanted = max(1, math.ceil(self.total * share - 1e-9))
        seen = 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= wanted and self.counts[bucket]:
                return upper_edge(bucket)
        return None

    def share_within(self, seconds: float) -> float | None:
        """Return the share of durations in buckets that end at or before ``seconds``."""
        if not self.total:
            return None
        within = sum(n for bucket, n in self.counts.items() if upper_edge(bucket) <= seconds)
        return within / self.total
