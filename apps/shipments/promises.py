"""The first promise of a shipment: the carrier's estimate, said plainly. Pure.

An estimate is a moment; people are promised its day up to that moment (China time, as the
platform writes it), never a day the carrier did not name.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from apps.shipments.choices import PromiseSource
from apps.shipments.times import read_local

CHINA = dt.timezone(dt.timedelta(hours=8), "China")
LONGEST_AHEAD = dt.timedelta(days=180)
REPLACEABLE = frozenset({"", PromiseSource.CARRIER.value})
"""Sources an estimate of the carrier may write over."""


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when (aware) the parcel should arrive."""

    start: dt.datetime
    end: dt.datetime


def window_of(arrives_at: dt.datetime, *, ordered_at: dt.datetime) -> Window | None:
    """Return the promised window of an estimate, None for one that cannot be meant.

    An arrival before the order, or half a year after it, is an error of the carrier's.
    """
    if not ordered_at < arrives_at <= ordered_at + LONGEST_AHEAD:
        return None
    midnight = arrives_at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return Window(max(midnight, ordered_at), arrives_at)


def read_arrival(text: str) -> dt.datetime | None:
    """Return the moment of an ``arrivalTime`` in a track (China time), None if it is none."""
    local = read_local(text)
    return None if local is None else local.replace(tzinfo=CHINA)


def may_promise(source: str, *, closed: bool) -> bool:
    """Whether an estimate may set the promise of a shipment whose promise has this source."""
    return not closed and source in REPLACEABLE
