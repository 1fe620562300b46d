"""What a flag would cost the customer, in points; the queue is ordered by it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from apps.shipments.choices import TERMINAL_STATUSES, ShipmentStatus

POINT = 100
"""Rank of one point."""
BEGINNING = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
OVERDUE, WITHIN_A_DAY, WITHIN_THREE_DAYS, PROMISED = 40, 30, 15, 5
_STATUS = {
    ShipmentStatus.OUT_FOR_DELIVERY.value: 30,
    ShipmentStatus.ATTEMPT_FAILED.value: 20,
    ShipmentStatus.AT_DESTINATION.value: 15,
    ShipmentStatus.EXCEPTION.value: 15,
}
_WORTH = ((1_000.0, 15), (300.0, 10), (100.0, 5))


@dataclass(frozen=True, slots=True)
class Stakes:
    """What hangs on a shipment: its status, its promise, the order's value (major units)."""

    status: str
    promise_to: dt.datetime | None = None
    value: float = 0.0


def parts_of(stakes: Stakes, *, now: dt.datetime) -> dict[str, int]:
    """Return the points by reason: ``promise`` 0-40, ``delivery`` 0-30, ``value`` 0-15.

    A parcel whose way has ended costs nobody anything.
    """
    if stakes.status in TERMINAL_STATUSES:
        return {"promise": 0, "delivery": 0, "value": 0}
    return {
        "promise": promise_points(stakes.promise_to, now),
        "delivery": _STATUS.get(stakes.status, 0),
        "value": worth_points(stakes.value),
    }


def rank_of(parts: dict[str, int], *, raised_at: dt.datetime) -> int:
    """Return the rank, higher first. An hour of waiting weighs one point.

    The wait is counted from the other end: what was raised an hour later stands a point lower.
    So the order changes with time as it should and no row has to be written again.
    """
    return sum(parts.values()) * POINT - int((raised_at - BEGINNING) / HOUR * POINT)


def worth_points(value: float) -> int:
    """Return the points of an order's value in major units, 0-15."""
    return next((points for least, points in _WORTH if value >= least), 0)


def promise_points(promise_to: dt.datetime | None, now: dt.datetime) -> int:
    """Return the points of a promise, 0-40: the less time is left, the more."""
    if promise_to is None:
        return 0
    left = promise_to - now
    if left <= dt.timedelta(0):
        return OVERDUE
    if left <= 24 * HOUR:
        return WITHIN_A_DAY
    return WITHIN_THREE_DAYS if left <= 72 * HOUR else PROMISED
