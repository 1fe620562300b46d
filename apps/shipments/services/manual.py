"""Events that people or the portal itself add."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from apps.core import clock
from apps.shipments import texts
from apps.shipments.choices import Certainty, ChangeKind, EventSource
from apps.shipments.keys import node_key
from apps.shipments.models import Shipment
from apps.shipments.nodes import Row
from apps.shipments.services import store
from apps.shipments.services.folding import settle
from apps.shipments.signals import shipments_changed
from apps.shipments.zones import CHINA

CHINA_OFFSET = dt.timezone(dt.timedelta(hours=8))


def add_manual_event(
    *,
    shipment_id: int,
    status: str,
    text: str,
    substatus: str = "",
    occurred_at: dt.datetime | None = None,
    kinds: list[ChangeKind] | None = None,
) -> Shipment:
    """Add an event of our own to a shipment's last leg and recompute it; returns it fresh.

    ``occurred_at`` defaults to business time now. The same event twice is one event.
    """
    with transaction.atomic():
        shipment = store.lock_shipments([shipment_id])[shipment_id]
        store.load_events([shipment])
        now = clock.now()
        row = _row(
            shipment, status, substatus, texts.cleaned(texts.storable(text)), occurred_at or now
        )
        before = (shipment.status, shipment.substatus)
        if row.key not in shipment.events:
            shipment.put(row)
            shipment.kinds.add(ChangeKind.EVENTS.value)
            shipment.kinds.update(kind.value for kind in kinds or [])
            settle(shipment, now=now)
            shipment.version += 1
            store.write_all([shipment], before={shipment_id: before}, now=now)
            transaction.on_commit(
                lambda: shipments_changed.send_robust(Shipment, shipment_ids=[shipment_id])
            )
    return Shipment.objects.get(pk=shipment_id)


def _row(
    shipment: store.ShipmentState, status: str, substatus: str, text: str, at: dt.datetime
) -> Row:
    leg = shipment.legs[-1]
    original = at.astimezone(CHINA_OFFSET).strftime("%Y-%m-%d %H:%M:%S")
    return Row(
        shipment_month=shipment.month,
        shipment_id=shipment.id,
        leg_id=leg.id,
        key=node_key(leg.id, original, f"\x00manual\x00{status}\x00{text}"),
        occurred_at=at.replace(microsecond=0),
        original_time=original,
        zone=CHINA,
        heard_at=clock.now(),
        text=text,
        original_text="",
        code="",
        status=status,
        substatus=substatus,
        certainty=Certainty.ADVANCED.value,
        area_code="",
        area_name="",
        location="",
        longitude=None,
        latitude=None,
        sources=EventSource.MANUAL.value,
        omitted_at=None,
    )
