"""Examples of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

SHIPMENT: dict[str, Any] = {
    "id": "shp_4qz6c2m7wk5hx3nvb2ta",
    "merchant": "west-lake-tea",
    "order_number": "A-1001",
    "mode": "sandbox",
    "carrier": "yuantong",
    "carrier_name": "YTO Express",
    "tracking_number": "YT8801234567890",
    "status": "in_transit",
    "substatus": "",
    "status_text": "In transit",
    "status_at": "2026-11-11T06:12:09Z",
    "status_known_at": "2026-11-11T06:14:40Z",
    "destination_country": "CN",
    "promise": None,
    "created_at": "2026-11-10T09:30:00Z",
    "picked_up_at": "2026-11-10T12:05:31Z",
    "delivered_at": None,
    "closed_at": None,
    "last_event_at": "2026-11-11T06:12:09Z",
    "data_as_of": "2026-11-11T06:14:40Z",
}
LEG: dict[str, Any] = {
    "sequence": 1,
    "kind": "domestic",
    "carrier": "yuantong",
    "carrier_name": "YTO Express",
    "tracking_number": "YT8801234567890",
    "opened_at": "2026-11-10T09:31:12Z",
    "closed_at": None,
    "from_country": "CN",
    "to_country": "CN",
    "planned_in": None,
    "planned_out": None,
    "actual_in": "2026-11-10T12:05:31Z",
    "actual_out": None,
    "linked_by": "booked",
    "number_disputed": False,
    "silent_since": None,
    "findings": [],
}
EVENT: dict[str, Any] = {
    "occurred_at": "2026-11-11T06:12:09Z",
    "local_time": "2026-11-11 14:12:09",
    "zone": "Asia/Shanghai",
    "heard_at": "2026-11-11T06:14:40Z",
    "status": "in_transit",
    "substatus": "",
    "status_text": "In transit",
    "text": "快件离开【杭州转运中心】已发往【深圳转运中心】",
    "place": "杭州转运中心",
    "area_code": "330100000000",
    "leg": 1,
    "sources": ["push"],
    "omitted_since": None,
}
PROBLEM_AMBIGUOUS: dict[str, Any] = {
    "type": "/problems/ambiguous_reference",
    "title": "Conflict",
    "status": 409,
    "code": "ambiguous_reference",
    "detail": "Several shipments have this reference. Ask for one of them by its id.",
    "candidates": [
        {
            "id": "shp_4qz6c2m7wk5hx3nvb2ta",
            "order_number": "A-1001",
            "carrier": "yuantong",
            "tracking_number": "YT8801234567890",
            "status": "in_transit",
            "created_at": "2026-11-10T09:30:00Z",
        },
        {
            "id": "shp_7d2mfh5jv6qk3xr4wy2c",
            "order_number": "A-1001",
            "carrier": "yuantong",
            "tracking_number": "YT8801234567891",
            "status": "created",
            "created_at": "2026-11-10T09:30:00Z",
        },
    ],
    "more": False,
    "request_id": "5f0c7e6d0d6b4d0e9a2f6f0c1b7a9d3e",
}

SHIPMENT_LIST = [
    OpenApiExample("A shipment on its way", value=SHIPMENT, response_only=True, status_codes=[200])
]
SHIPMENT_DETAIL = [
    OpenApiExample(
        "A shipment with its events",
        value={**SHIPMENT, "legs": [LEG], "events": [EVENT]},
        response_only=True,
        status_codes=[200],
    )
]
AMBIGUOUS = [OpenApiExample("Two parcels of one order", value=PROBLEM_AMBIGUOUS)]
