"""Computing a shipment from scratch: a check that what is stored follows from its events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from apps.core import clock
from apps.shipments.services import store
from apps.shipments.services.folding import settle
from apps.shipments.services.store import ShipmentState

CHECKED = (
    "status",
    "substatus",
    "status_at",
    "status_known_at",
    "last_event_at",
    "picked_up_at",
    "delivered_at",
    "closed_at",
    "unknown_codes",
)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What was stored and what follows from the events, for the columns that differ."""

    shipment_id: int
    differences: dict[str, tuple[object, object]]

    @property
    def agrees(self) -> bool:
        """Whether nothing differed."""
        return not self.differences


def recompute_shipment(*, shipment_id: int, repair: bool = False) -> Recomputed:
    """Compare a shipment with a computation from all its events; with ``repair`` write the result.

    A repair that changes the status writes a change row like any other change.
    """
    with transaction.atomic():
        shipment = store.lock_shipments([shipment_id])[shipment_id]
        store.load_events([shipment])
        now = clock.now()
        before = (shipment.status, shipment.substatus)
        differences = resettle(shipment, now=now)
        if differences and repair:
            shipment.kinds.add("events")
            shipment.version += 1
            store.write_all([shipment], before={shipment_id: before}, now=now)
    return Recomputed(shipment_id, differences)


def resettle(shipment: ShipmentState, *, now: dt.datetime) -> dict[str, tuple[object, object]]:
    """Settle a shipment with its events loaded; returns stored and computed where they differ."""
    stored = {name: getattr(shipment, name) for name in CHECKED} | {"legs": _chain(shipment)}
    settle(shipment, now=now)
    found = {name: getattr(shipment, name) for name in CHECKED} | {"legs": _chain(shipment)}
    return {name: (stored[name], found[name]) for name in stored if stored[name] != found[name]}


def _chain(shipment: ShipmentState) -> list[tuple[int, dt.datetime | None]]:
    """Return the legs in order with when each gave the parcel away."""
    legs = sorted(shipment.legs, key=lambda leg: leg.sequence)
    return [(leg.id, leg.handed_over_at) for leg in legs]
