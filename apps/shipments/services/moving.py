"""Events that belong to another leg than the one they were heard on, and times read anew."""

from __future__ import annotations

import datetime as dt

from apps.shipments import nodes
from apps.shipments.choices import ChangeKind
from apps.shipments.keys import node_key
from apps.shipments.legs import BOOKED
from apps.shipments.services.store import LegState, ShipmentState


def claim_node(
    shipment: ShipmentState, leg: LegState, item: nodes.Dated, *, now: dt.datetime
) -> LegState:
    """Return the leg a node belongs to that was told on ``leg``.

    Carriers list what the next one does, with its time and its words: such a node is the linked
    leg's, on whichever side it was told first. What an earlier leg holds of it moves over, marked
    omitted until the leg's latest snapshot is known to list it.
    """
    time, words = item.node.time, item.node.context
    index = shipment.legs.index(leg)
    for later in reversed(shipment.legs[index + 1 :]):
        is_linked = later.link_source != BOOKED and later.unlinked_at is None
        if is_linked and node_key(later.id, time, words) in shipment.events:
            return later
    if leg.link_source != BOOKED and leg.unlinked_at is None:
        key = node_key(leg.id, time, words)
        for earlier in shipment.legs[:index]:
            stored = shipment.events.get(node_key(earlier.id, time, words))
            if stored is not None:
                move_event(shipment, stored._replace(omitted_at=now), leg, key)
    return leg


def move_event(shipment: ShipmentState, row: nodes.Row, leg: LegState, key: bytes) -> None:
    """Put a stored event on another leg; its time is read as that leg's carrier writes it."""
    shipment.drop(row.key)
    shipment.kinds.add(ChangeKind.EVENTS.value)
    moved = nodes.rezone(
        row._replace(leg_id=leg.id, key=key), carrier=leg.carrier, leg_zone=leg.zone
    )
    there = shipment.events.get(key)
    if there is not None:
        moved = nodes.merge_rows(there, moved, carrier=leg.carrier, leg_zone=leg.zone)
    shipment.put(moved)


def reread_leg(shipment: ShipmentState, leg: LegState) -> None:
    """Read the times of a leg's events as its carrier and zone say now."""
    for row in list(shipment.events.values()):
        if row.leg_id == leg.id:
            moved = nodes.rezone(row, carrier=leg.carrier, leg_zone=leg.zone)
            if moved is not row:
                shipment.put(moved)
