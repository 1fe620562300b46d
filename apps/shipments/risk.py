"""How much a shipment deserves a look: an integer from 0 to 100, pure and explainable.

The status counts up to 60, silence up to 40. Reconciliation spends its queries by it.
"""

from __future__ import annotations

import datetime as dt

from apps.shipments.choices import TERMINAL_STATUSES, ShipmentStatus, Substatus

HOUR = dt.timedelta(hours=1)

_BY_STATUS: dict[str, int] = {
    ShipmentStatus.CREATED.value: 5,
    ShipmentStatus.AWAITING_PICKUP.value: 15,
    ShipmentStatus.PICKED_UP.value: 10,
    ShipmentStatus.IN_TRANSIT.value: 10,
    ShipmentStatus.AT_DESTINATION.value: 15,
    ShipmentStatus.CUSTOMS.value: 25,
    ShipmentStatus.OUT_FOR_DELIVERY.value: 20,
    ShipmentStatus.READY_FOR_PICKUP.value: 15,
    ShipmentStatus.ATTEMPT_FAILED.value: 45,
    ShipmentStatus.EXCEPTION.value: 50,
    ShipmentStatus.REFUSED.value: 50,
    ShipmentStatus.RETURNING.value: 35,
}
_BY_SUBSTATUS: dict[str, int] = {
    Substatus.CUSTOMS_HELD.value: 30,
    Substatus.CUSTOMS_CLEARED.value: -10,
    Substatus.DAMAGED.value: 10,
    Substatus.LOST.value: 10,
    Substatus.SIGNATURE_WITHDRAWN.value: 30,
}

SILENCE_HOURS: dict[str, int] = {
    ShipmentStatus.CREATED.value: 12,
    ShipmentStatus.AWAITING_PICKUP.value: 8,
    ShipmentStatus.AT_DESTINATION.value: 5,
    ShipmentStatus.OUT_FOR_DELIVERY.value: 3,
    ShipmentStatus.READY_FOR_PICKUP.value: 12,
    ShipmentStatus.CUSTOMS.value: 12,
    ShipmentStatus.ATTEMPT_FAILED.value: 5,
    ShipmentStatus.EXCEPTION.value: 5,
}
DEFAULT_SILENCE_HOURS = 8


RISKY_FROM = 40
"""From this risk on a parcel is polled even where the gateway has stepped back to the risky."""
MOVING_SOON = frozenset(
    {
        ShipmentStatus.OUT_FOR_DELIVERY.value,
        ShipmentStatus.AT_DESTINATION.value,
        ShipmentStatus.ATTEMPT_FAILED.value,
        ShipmentStatus.EXCEPTION.value,
    }
)
OLD, VERY_OLD = dt.timedelta(days=14), dt.timedelta(days=30)


def widened_interval(*, status: str, age: dt.timedelta) -> dt.timedelta:
    """Return how long a parcel may say nothing while the gateway saves queries.

    Half as long again where hours matter, double elsewhere; double once more after 14 days and
    again after 30, when an hour more changes nothing for anybody.
    """
    factor = 1.5 if status in MOVING_SOON else 2.0
    if age > OLD:
        factor *= 2.0
    if age > VERY_OLD:
        factor *= 2.0
    return silence_threshold(status) * factor


def silence_threshold(status: str) -> dt.timedelta:
    """Return how long a parcel of that status may say nothing before we ask.

    The platform itself looks about every four hours (contract §2.1); on the last mile hours
    matter, in customs and at a station a day is usual.
    """
    return HOUR * SILENCE_HOURS.get(status, DEFAULT_SILENCE_HOURS)


def risk_of(*, status: str, substatus: str = "", silent_for: dt.timedelta | None = None) -> int:
    """Return the risk, 0 for what has ended. ``silent_for``: since anything was heard."""
    if status in TERMINAL_STATUSES:
        return 0
    base = _BY_STATUS.get(status, 10) + _BY_SUBSTATUS.get(substatus, 0)
    quiet = 0.0
    if silent_for is not None and silent_for > dt.timedelta(0):
        quiet = 10 * (silent_for / silence_threshold(status))
    return max(0, min(60, base)) + min(40, int(quiet))
