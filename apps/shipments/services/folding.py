"""From a shipment's events to its columns; used by the applier and by the check from scratch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from apps.shipments.choices import TERMINAL_STATUSES, ChangeKind, ShipmentStatus
from apps.shipments.legs import Sign, hand_overs, order_of, parts_of
from apps.shipments.nodes import Row
from apps.shipments.risk import risk_of, silence_threshold
from apps.shipments.services.store import ShipmentState
from apps.shipments.status import Happening, Outcome, compute_status

SAME_WORD = dt.timedelta(minutes=1)
"""What is heard again so soon is the platform repeating itself: no moment of a shipment moves."""


def base_status(number: str) -> str:
    """Return the status before anything happened: with a number it waits for its pickup."""
    return (ShipmentStatus.AWAITING_PICKUP if number else ShipmentStatus.CREATED).value


def outcome_of(shipment: ShipmentState) -> Outcome:
    """Return the status of a shipment from all its events; those of unlinked legs do not count.

    Where there are several legs, their order and hand-overs are set first.
    """
    if len(shipment.legs) > 1:
        chain_legs(shipment)
    parts = parts_of(shipment.legs)
    happenings = [
        Happening(
            row.occurred_at,
            row.key,
            row.status,
            row.substatus,
            row.certainty,
            row.heard_at,
            row.omitted_at is not None,
            *parts[row.leg_id],
        )
        for row in shipment.events.values()
        if row.leg_id in parts
    ]
    return compute_status(happenings, base=base_status(shipment.number))


def unknown_codes_in(rows: Iterable[Row]) -> int:
    """Return how many events carry a code without a meaning."""
    return sum(1 for row in rows if row.code and not row.status)


def settle(shipment: ShipmentState, *, now: dt.datetime) -> None:
    """Set every column that follows from the events, and close legs of what has ended."""
    unknown = unknown_codes_in(shipment.events.values())
    take_outcome(shipment, outcome_of(shipment), unknown_codes=unknown, now=now)


def take_outcome(
    shipment: ShipmentState, outcome: Outcome, *, unknown_codes: int, now: dt.datetime
) -> None:
    """Set the columns that follow from a status, and close legs of what has ended."""
    if (outcome.status, outcome.substatus) != (shipment.status, shipment.substatus):
        shipment.kinds.add(ChangeKind.STATUS.value)
    shipment.status, shipment.substatus = outcome.status, outcome.substatus
    shipment.status_at = outcome.status_at
    shipment.status_known_at = outcome.known_at
    shipment.last_event_at = outcome.last_event_at
    shipment.picked_up_at = outcome.picked_up_at
    shipment.delivered_at = outcome.delivered_at
    shipment.unknown_codes = unknown_codes
    terminal = outcome.status in TERMINAL_STATUSES
    shipment.closed_at = (outcome.status_at or now) if terminal else None
    if terminal:
        _close_legs(shipment)
    schedule(shipment, now=now)


def chain_legs(shipment: ShipmentState) -> None:
    """Set the legs' order and when each gave the parcel to the next, from all their events."""
    rows = shipment.events.values()
    began: dict[int, dt.datetime] = {}
    for row in rows:
        if row.leg_id not in began or row.occurred_at < began[row.leg_id]:
            began[row.leg_id] = row.occurred_at
    shipment.legs = order_of(shipment.legs, began)
    signs = (
        Sign(row.leg_id, row.occurred_at, row.status, row.omitted_at is not None) for row in rows
    )
    handed = hand_overs(shipment.legs, signs)
    for sequence, leg in enumerate(shipment.legs, start=1):
        if (leg.sequence, leg.handed_over_at) != (sequence, handed[leg.id]):
            leg.sequence, leg.handed_over_at = sequence, handed[leg.id]
            leg.rechained = True


def schedule(shipment: ShipmentState, *, now: dt.datetime) -> None:
    """Set risk and the moment from which silence matters; nothing is due for what has ended."""
    shipment.risk = risk_of(
        status=shipment.status, substatus=shipment.substatus, silent_for=dt.timedelta(0)
    )
    heard = shipment.last_heard_at or now
    is_open = shipment.closed_at is None and bool(shipment.number)
    shipment.poll_due_at = heard + silence_threshold(shipment.status) if is_open else None


def hear(shipment: ShipmentState, *, now: dt.datetime) -> None:
    """Set what follows from having been heard without news, unless nothing but seconds would move.

    A shipment that did not move is not written: its moments are right to :data:`SAME_WORD`.
    """
    known = shipment.last_heard_at, shipment.poll_due_at, shipment.risk
    shipment.last_heard_at = latest_of(shipment.last_heard_at, now)
    schedule(shipment, now=now)
    shipment.unmoved = (
        shipment.risk == known[2]
        and _is_near(known[0], shipment.last_heard_at)
        and _is_near(known[1], shipment.poll_due_at)
    )


def latest_of(one: dt.datetime | None, other: dt.datetime) -> dt.datetime:
    """Return the later moment; one that is not known is no moment."""
    return other if one is None or other > one else one


def _is_near(one: dt.datetime | None, other: dt.datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(other - one) < SAME_WORD


def _close_legs(shipment: ShipmentState) -> None:
    for leg in shipment.legs:
        if leg.closed_at is None:
            leg.closed_at = shipment.closed_at
            leg.touched = True
