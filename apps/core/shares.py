"""A share and the interval it may truly lie in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.96
"""Of a normal distribution, for 95 %."""
FEW = 30
"""Below so many a figure stands with its interval or not at all."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share in percent with its 95 % interval."""

    percent: float
    low: float
    high: float


def share_of(part: int, whole: int) -> Rate | None:
    """Return ``part`` of ``whole`` with Wilson's interval (1927); None of nothing.

    More than the whole is a share of no whole: the interval is then the figure itself.
    """
    if whole <= 0:
        return None
    share = part / whole
    if share > 1:
        return Rate(share * 100, share * 100, share * 100)
    middle = (share + Z * Z / (2 * whole)) / (1 + Z * Z / whole)
    spread = sqrt(share * (1 - share) / whole + Z * Z / (4 * whole**2))
    half = Z * spread / (1 + Z * Z / whole)
    return Rate(share * 100, max(0.0, middle - half) * 100, min(1.0, middle + half) * 100)
