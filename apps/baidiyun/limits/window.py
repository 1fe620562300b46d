"""What the last minutes were like: how many calls failed, and how long they took."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

SLICE_SECONDS = 10
LATENCY_BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0)
"""Upper bounds of the latency classes in seconds; one more class takes what is slower."""
SLOWEST = 16.0
CLASSES = len(LATENCY_BOUNDS) + 1


def latency_class(seconds: float) -> int:
    """Return the class of a duration."""
    return bisect_left(LATENCY_BOUNDS, seconds)


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of a stretch of time; ``latencies`` holds one count a class."""

    fine: int = 0
    failed: int = 0
    limited: int = 0
    latencies: tuple[int, ...] = (0,) * CLASSES

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.fine + other.fine,
            self.failed + other.failed,
            self.limited + other.limited,
            tuple(a + b for a, b in zip(self.latencies, other.latencies, strict=True)),
        )

    @property
    def calls(self) -> int:
        """All calls that went out."""
        return self.fine + self.failed + self.limited

    @property
    def error_rate(self) -> float:
        """The share of calls without a usable answer, those refused as too many included."""
        return (self.failed + self.limited) / self.calls if self.calls else 0.0

    @property
    def p95(self) -> float:
        """The bound (seconds) 95 % of the calls stayed within; 0 without calls."""
        timed = sum(self.latencies)
        reached = 0
        for count, bound in zip(self.latencies, (*LATENCY_BOUNDS, SLOWEST), strict=True):
            reached += count
            if timed and reached >= 0.95 * timed:
                return bound
        return 0.0
