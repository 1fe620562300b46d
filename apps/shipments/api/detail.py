"""One shipment as the API answers it, written field by field.

The serializers describe the same fields for the document of the API; a test compares the two.
Answering is many times cheaper this way, and half of all questions are for one shipment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from apps.core.masking import mask_text
from apps.shipments.api.serializers import SOURCES, name_of_carrier, status_text
from apps.shipments.choices import LegFindingCode
from apps.shipments.models import Shipment
from apps.shipments.selectors import EventRow, LegRow, Timeline
from apps.shipments.stages import SIGNS

SILENT = LegFindingCode.SILENT.value
SOURCE_NAMES = {
    mask: [name for bit, name in SOURCES.items() if mask & bit] for mask in range(sum(SOURCES) + 1)
}


def detail_of(timeline: Timeline, *, masked: bool) -> dict[str, Any]:
    """Return a shipment with its legs and events; ``masked`` hides people's data in texts."""
    sequences = {leg.id: leg.sequence for leg in timeline.legs}
    words = {
        pair: status_text(*pair)
        for pair in {(event.status, event.substatus) for event in timeline.events}
    }
    began = began_of(timeline.events)
    return {
        **_shipment(timeline.shipment),
        "legs": [_leg(leg, began.get(leg.id)) for leg in timeline.legs],
        "events": [
            _event(event, words[event.status, event.substatus], sequences[event.leg_id], masked)
            for event in timeline.events
        ],
    }


def _shipment(row: Shipment) -> dict[str, Any]:
    return {
        "id": row.uid,
        "merchant": row.merchant.slug,
        "order_number": row.reference,
        "mode": row.mode,
        "carrier": row.carrier,
        "carrier_name": name_of_carrier(row.carrier),
        "tracking_number": row.number,
        "status": row.status,
        "substatus": row.substatus,
        "status_text": status_text(row.status, row.substatus),
        "status_at": _moment(row.status_at),
        "status_known_at": _moment(row.status_known_at),
        "destination_country": row.destination_country,
        "promise": _promise(row),
        "created_at": _moment(row.created_at),
        "picked_up_at": _moment(row.picked_up_at),
        "delivered_at": _moment(row.delivered_at),
        "closed_at": _moment(row.closed_at),
        "last_event_at": _moment(row.last_event_at),
        "data_as_of": _moment(row.last_heard_at),
    }


def _promise(row: Shipment) -> dict[str, Any] | None:
    if not row.promise_from:
        return None
    return {
        "earliest": _moment(row.promise_from),
        "latest": _moment(row.promise_to),
        "source": row.promise_source,
    }


def began_of(events: Iterable[EventRow]) -> dict[int, str]:
    """Return the first sign of life of each leg that has any; events newest first."""
    return {
        event.leg_id: event.occurred_at
        for event in events
        if event.status in SIGNS and event.omitted_at is None
    }


def _leg(row: LegRow, began: str | None) -> dict[str, Any]:
    findings = row.findings or {}
    return {
        "sequence": row.sequence,
        "kind": row.kind,
        "carrier": row.carrier,
        "carrier_name": name_of_carrier(row.carrier),
        "tracking_number": row.number,
        "opened_at": _written(row.opened_at),
        "closed_at": _written(row.closed_at),
        "from_country": row.from_country,
        "to_country": row.to_country,
        "planned_in": _written(row.planned_in),
        "planned_out": _written(row.planned_out),
        "actual_in": _written(began),
        "actual_out": _written(row.handed_over_at),
        "linked_by": row.link_source,
        "number_disputed": row.is_disputed,
        "silent_since": findings.get(SILENT),
        "findings": sorted(findings),
    }


def _event(row: EventRow, words: str, sequence: int, masked: bool) -> dict[str, Any]:
    place = row.location or row.area_name
    return {
        "occurred_at": _written(row.occurred_at),
        "local_time": row.original_time,
        "zone": row.zone,
        "heard_at": _written(row.heard_at),
        "status": row.status,
        "substatus": row.substatus,
        "status_text": words,
        "text": mask_text(row.text) if masked else row.text,
        "place": mask_text(place) if masked else place,
        "area_code": row.area_code,
        "leg": sequence,
        "sources": SOURCE_NAMES[row.sources],
        "omitted_since": _written(row.omitted_at),
    }


def _moment(value: dt.datetime | None) -> str | None:
    """Write a moment of the database (UTC) as the serializers do."""
    return None if value is None else f"{value.isoformat().removesuffix('+00:00')}Z"


def _written(value: str | None) -> str | None:
    """Write a moment the database wrote (UTC), with all six decimals where it has any."""
    if value is None:
        return None
    return f"{value:0<26}Z" if "." in value else f"{value}Z"
