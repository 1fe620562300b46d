"""Hubs that jam: stretches of world time in which nothing leaves one carrier's hub.

A jam belongs to the hub, not to a parcel: whoever comes through while it lasts waits for its
end. Which hubs jam in which week follows from the seed alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from apps.sandbox.hours import DAY, HOUR
from apps.sandbox.rng import stream
from apps.sandbox.seasons import date_of, is_big_sale

WEEK = 7 * DAY
USUAL_RATE, STORMY_RATE, SALE_RATE = 0.012, 0.03, 0.22
USUAL_HOURS, SALE_HOURS = (8.0, 40.0), (16.0, 66.0)
STORMY_MONTHS = frozenset({1, 2, 7, 8, 9})
CLEARED_WITHIN = 6 * HOUR
SALE_REASON = "快件量激增"
REASONS = ("天气原因", "道路管制", "分拣设备检修", "车辆调度")


@dataclass(frozen=True, slots=True)
class Jam:
    """A hub stands still from ``starts`` to ``ends`` (epoch seconds, half open)."""

    starts: int
    ends: int
    reason: str


def jam_at(*, seed: int, carrier: str, city: str, at: int) -> Jam | None:
    """The jam of a carrier's hub in a city (six-digit code) at a moment, or None."""
    week = at // WEEK
    for candidate in (_jam_of_week(seed, carrier, city, week - n) for n in (0, 1)):
        if candidate is not None and candidate.starts <= at < candidate.ends:
            return candidate
    return None


@lru_cache(maxsize=65_536)
def _jam_of_week(seed: int, carrier: str, city: str, week: int) -> Jam | None:
    rng = stream(seed, "jam", carrier, city, week)
    luck, starts = rng.random(), week * WEEK + rng.randrange(WEEK)
    sale = is_big_sale(starts)
    stormy = date_of(starts).month in STORMY_MONTHS
    if luck >= (SALE_RATE if sale else STORMY_RATE if stormy else USUAL_RATE):
        return None
    hours = rng.uniform(*(SALE_HOURS if sale else USUAL_HOURS))
    reason = SALE_REASON if sale else rng.choice(REASONS)
    return Jam(starts, starts + int(hours * HOUR), reason)
