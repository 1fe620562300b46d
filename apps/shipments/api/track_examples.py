"""Examples of the OpenAPI document: positions, tracks and routes."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

POSITIONS = [
    OpenApiExample(
        "Two fixes",
        request_only=True,
        value={
            "positions": [
                {
                    "shipment": "A-1001",
                    "at": "2026-11-11T06:12:09Z",
                    "lat": 30.24571,
                    "lon": 120.15508,
                    "system": "wgs84",
                    "accuracy_m": 8.0,
                    "device": "van-7",
                },
                {"shipment": "A-9999", "at": 1794377529, "lat": 30.2460, "lon": 120.1553},
            ]
        },
    ),
    OpenApiExample(
        "One stored, one refused",
        response_only=True,
        value={
            "stored": 1,
            "duplicates": 0,
            "refused": 1,
            "results": [
                {"index": 0, "outcome": "stored"},
                {
                    "index": 1,
                    "outcome": "refused",
                    "code": "unknown_shipment",
                    "field": "shipment",
                    "message": "You have no such shipment.",
                },
            ],
        },
    ),
]
TRACK = [
    OpenApiExample(
        "A track with a stretch under review",
        response_only=True,
        value={
            "shipment": "shp_4qz6c2m7wk5hx3nvb2ta",
            "system": "wgs84",
            "points": [
                {
                    "at": "2026-11-11T06:12:09Z",
                    "lat": 30.24571,
                    "lon": 120.15508,
                    "accuracy_m": 8.0,
                    "corrected": False,
                    "after_gap": False,
                },
                {
                    "at": "2026-11-11T06:14:39Z",
                    "lat": 30.24882,
                    "lon": 120.16011,
                    "accuracy_m": 8.0,
                    "corrected": False,
                    "after_gap": True,
                },
            ],
            "more": False,
            "uncertain_since": None,
            "scans": [
                {
                    "at": "2026-11-11T04:02:00Z",
                    "area_code": "330106000000",
                    "area_name": "浙江,杭州市,西湖区",
                    "lat": 30.2596,
                    "lon": 120.1303,
                }
            ],
            "planned": [[30.2457, 120.1551], [30.2490, 120.1602]],
        },
    )
]
ROUTE = [
    OpenApiExample(
        "From the depot to the door",
        request_only=True,
        value={"points": [[30.2457, 120.1551], [30.2490, 120.1602]], "system": "wgs84"},
    ),
    OpenApiExample(
        "Stored",
        response_only=True,
        value={"shipment": "shp_4qz6c2m7wk5hx3nvb2ta", "points": 2},
    ),
]
