"""What merchants' systems are told of shipments: one message for each changed status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from apps.shipments.modes import platform_mode
from apps.webhooks.choices import MessageKind
from apps.webhooks.services import Draft, queue_messages

KIND = MessageKind.STATUS_CHANGED.value


class Told(Protocol):
    """What is told of a shipment; the row and the applier's state both have it."""

    id: Any
    merchant_id: Any
    mode: Any
    uid: Any
    reference: Any
    carrier: Any
    number: Any
    status: Any
    substatus: Any
    status_at: Any
    version: Any


def tell(
    shipments: Sequence[Told],
    *,
    before: Mapping[int, tuple[str, str]],
    now: dt.datetime,
) -> None:
    """Queue a message for every shipment whose status or substatus is not what it was.

    ``before`` holds both of every shipment that changed. Nothing of a person is in a message. The
    applier's state knows which callback changed it; a row follows from the request at hand.
    """
    queue_messages(
        [
            Draft(
                merchant_id=item.merchant_id,
                mode=platform_mode(item.mode),
                kind=KIND,
                subject=item.uid,
                payload=_payload(item, before[item.id], now),
                occurred_at=item.status_at or now,
                request_id=getattr(item, "request_id", ""),
            )
            for item in shipments
            if item.id in before and before[item.id] != (item.status, item.substatus)
        ]
    )


def _payload(item: Told, before: tuple[str, str], now: dt.datetime) -> dict[str, Any]:
    """Return type, timestamp and data, as Standard Webhooks lays them out."""
    return {
        "type": KIND,
        "timestamp": now,
        "data": {
            "shipment": item.uid,
            "reference": item.reference,
            "carrier": item.carrier,
            "number": item.number,
            "status": item.status,
            "substatus": item.substatus,
            "status_at": item.status_at,
            "previous_status": before[0],
            "previous_substatus": before[1],
            "version": item.version,
        },
    }
