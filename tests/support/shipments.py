"""Shipments with legs and events, written as rows, for tests of what reads them."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from typing import Any

from apps.accounts.models import Merchant
from apps.shipments.models import Event, Leg, Shipment

MOMENT = dt.datetime(2026, 11, 11, 6, 0, tzinfo=dt.UTC)
CHINA = dt.timedelta(hours=8)
_numbers = itertools.count(1)


def make_shipment(merchant: Merchant, *, events: int = 0, **fields: Any) -> Shipment:
    """Make a shipment on its way with one leg and as many events, a minute apart."""
    n = next(_numbers)
    created = fields.pop("created_at", MOMENT)
    defaults: dict[str, Any] = {
        "merchant": merchant,
        "reference": f"A-{n}",
        "mode": "sandbox",
        "carrier": "yuantong",
        "number": f"YT{n:013d}",
        "status": "in_transit",
        "created_at": created,
        "last_heard_at": created,
    }
    row = Shipment.objects.create(**defaults | fields)
    leg = Leg.objects.create(
        shipment=row, carrier=row.carrier, number=row.number, opened_at=created
    )
    for index in range(events):
        make_event(row, leg, index=index)
    return row


def make_event(row: Shipment, leg: Leg, *, index: int = 0, **fields: Any) -> Event:
    """Make one event of a leg, ``index`` minutes after the shipment was created."""
    happened = row.created_at + dt.timedelta(minutes=index)
    text = fields.pop("text", f"快件到达【杭州转运中心】 {index}")
    local = (happened + CHINA).strftime("%Y-%m-%d %H:%M:%S")
    defaults: dict[str, Any] = {
        "shipment_month": row.month,
        "shipment": row,
        "leg": leg,
        "key": hashlib.blake2b(f"{leg.pk}{local}{text}".encode(), digest_size=16).digest(),
        "occurred_at": happened,
        "original_time": local,
        "heard_at": happened + dt.timedelta(seconds=90),
        "text": text,
        "status": "in_transit",
        "sources": 1,
    }
    return Event.objects.create(**defaults | fields)
