"""When people and hubs work, in China time, on epoch seconds."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from apps.sandbox.plan import CHINA_OFFSET

HOUR = 3600
DAY = 24 * HOUR
PICKUP_HOURS = (9.0, 19.5)
DELIVERY_ROUNDS = (8.2, 14.3)
FAST_DELIVERY_ROUNDS = (8.0, 13.4, 17.3)


def midnight(at: int) -> int:
    """Epoch second of the China midnight at or before ``at``."""
    return (at + CHINA_OFFSET) // DAY * DAY - CHINA_OFFSET


def hour_of(at: int) -> float:
    """Hour of the day in China, with its fraction."""
    return (at - midnight(at)) / HOUR


def next_departure(at: int, hours: Sequence[float], rng: Random, *, jitter_minutes: int) -> int:
    """The first departure at one of the daily hours not before ``at``, a little late."""
    start = midnight(at)
    for day in (0, 1):
        for hour in hours:
            planned = start + day * DAY + int(hour * HOUR)
            if planned >= at:
                return planned + rng.randrange(jitter_minutes * 60 + 1)
    return at


def within(at: int, hours: tuple[float, float], rng: Random, *, spread_minutes: int = 90) -> int:
    """``at`` itself inside the daily hours, else soon after they open again."""
    opens, closes = hours
    hour = hour_of(at)
    if opens <= hour < closes:
        return at
    start = midnight(at) + (DAY if hour >= closes else 0) + int(opens * HOUR)
    return start + rng.randrange(spread_minutes * 60)


def between(rng: Random, low_hours: float, high_hours: float) -> int:
    """A duration in seconds drawn between two numbers of hours."""
    return int(rng.uniform(low_hours, high_hours) * HOUR)
