"""Comparing what histograms say with the raw values they were made of (pure)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.metrics.histogram import Histogram, bucket_of

SHARES = (0.5, 0.9, 0.95, 0.99, 0.999, 1.0)


@dataclass(frozen=True, slots=True)
class Compared:
    """One percentile: the raw value (seconds), what the histogram says, how many buckets off."""

    share: float
    exact: float
    said: float
    off: int


def compare(raw: Sequence[float], found: Histogram, *, rounded_to: float = 0.0) -> list[Compared]:
    """Return the percentiles of raw values beside those of their histogram.

    ``rounded_to`` (seconds) is how coarsely the raw values were kept: what rounding alone explains
    is not counted as a difference. Empty where either side is.
    """
    ordered = sorted(raw)
    if not ordered or not found.total:
        return []
    return [_compared(ordered, found, share, rounded_to / 2) for share in SHARES]


def _compared(ordered: Sequence[float], found: Histogram, share: float, blur: float) -> Compared:
    exact = ordered[max(1, math.ceil(len(ordered) * share - 1e-9)) - 1]
    said = found.percentile(share) or math.nan
    lowest, highest = bucket_of(exact - blur), bucket_of(exact + blur)
    here = bucket_of(said)
    off = lowest - here if here < lowest else max(0, here - highest)
    return Compared(share, exact, said, off)
