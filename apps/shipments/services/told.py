"""Events a carrier tells by other callbacks than the track's: merged and weighed like its nodes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from apps.core import clock
from apps.shipments import nodes, texts
from apps.shipments.choices import Certainty, ChangeKind, EventSource, ShipmentStatus
from apps.shipments.keys import node_key
from apps.shipments.models import Shipment
from apps.shipments.services import store
from apps.shipments.services.folding import settle
from apps.shipments.signals import shipments_changed
from apps.shipments.zones import CHINA


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One thing a carrier said of a shipment: ``original_time`` as it was written (China time).

    ``code`` is the carrier's own, which with time and words makes it the same event; ``status``
    is a main status, "" where it says nothing of it. ``request_id`` is the callback's.
    """

    shipment_id: int
    at: dt.datetime
    original_time: str
    text: str
    code: str
    status: str = ""
    request_id: str = ""


def add_told_events(*, events: Sequence[ToldEvent]) -> list[int]:
    """Add what carriers told to the last leg of each shipment and recompute those that change.

    One transaction. Whatever the order and however often it is told, the events and the status
    come out the same. Returns the shipments that changed; unknown ids are passed over.
    """
    now = clock.now()
    changed: dict[int, tuple[str, str]] = {}
    with transaction.atomic():
        shipments = store.lock_shipments({event.shipment_id for event in events})
        store.load_events(shipments.values())
        for event in events:
            if event.shipment_id in shipments:
                _take(shipments[event.shipment_id], event, now)
        for item in shipments.values():
            item.last_heard_at, item.heard = now, True
            if item.kinds:
                changed[item.id] = (item.status, item.substatus)
                settle(item, now=now)
                item.version += 1
        store.write_all(list(shipments.values()), before=changed, now=now)
        ids = sorted(changed)
        if ids:
            transaction.on_commit(lambda: shipments_changed.send_robust(Shipment, shipment_ids=ids))
    return ids


def _take(shipment: store.ShipmentState, event: ToldEvent, now: dt.datetime) -> None:
    leg = shipment.legs[-1]
    row = _row(shipment, leg, event, now)
    stored = shipment.events.get(row.key)
    merged = row
    if stored is not None:
        merged = nodes.merge_rows(stored, row, carrier=leg.carrier, leg_zone=leg.zone)
    if merged is not stored:
        shipment.request_id = event.request_id
        shipment.put(merged)
        shipment.kinds.add(ChangeKind.EVENTS.value)


def _row(
    shipment: store.ShipmentState, leg: store.LegState, event: ToldEvent, now: dt.datetime
) -> nodes.Row:
    text = texts.cleaned(texts.storable(event.text))
    status = ShipmentStatus(event.status).value if event.status else ""
    certainty = Certainty.ADVANCED if status else Certainty.NONE
    return nodes.Row(
        shipment_month=shipment.month,
        shipment_id=shipment.id,
        leg_id=leg.id,
        key=node_key(leg.id, event.original_time, f"\x00told\x00{event.code}\x00{event.text}"),
        occurred_at=event.at.replace(microsecond=0),
        original_time=event.original_time.strip()[:40],
        zone=CHINA,
        heard_at=now,
        text=text,
        original_text=nodes.original_of(text, event.text),
        code="",
        status=status,
        substatus="",
        certainty=certainty.value,
        area_code="",
        area_name="",
        location="",
        longitude=None,
        latitude=None,
        sources=EventSource.PUSH.value,
        omitted_at=None,
    )
