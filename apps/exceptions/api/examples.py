"""Examples of the OpenAPI document: contacts and recommendations."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

_ROW = {
    "id": "con_4qz6c2m7wk5hx3nvb2ta",
    "merchant": "west-lake-tea",
    "mode": "live",
    "shipment": "shp_4qz6c2m7wk5hx3nvb2ta",
    "parcel": "A-1001",
    "carrier": "yuantong",
    "words": "显示已签收，但我没有收到",
    "at": "2026-11-11T06:12:09Z",
    "recorded_at": "2026-11-11T06:12:10Z",
    "external_id": "ticket-88",
}
_RESULTS = {
    "stored": 1,
    "duplicates": 0,
    "refused": 1,
    "results": [
        {
            "index": 0,
            "outcome": "stored",
            "id": "con_4qz6c2m7wk5hx3nvb2ta",
            "shipment": "shp_4qz6c2m7wk5hx3nvb2ta",
        },
        {
            "index": 1,
            "outcome": "refused",
            "errors": [
                {
                    "field": "reason",
                    "code": "invalid_choice",
                    "message": '"angry" is not a valid choice.',
                }
            ],
        },
    ],
}
CONTACTS_POST = [
    OpenApiExample(
        "Two contacts",
        request_only=True,
        value={
            "contacts": [
                {
                    "parcel": "A-1001",
                    "reason": "not_received",
                    "channel": "storefront",
                    "words": "显示已签收，但我没有收到",
                    "at": "2026-11-11T14:12:09+08:00",
                    "external_id": "ticket-88",
                },
                {"parcel": "A-1002", "reason": "angry"},
            ]
        },
    ),
    OpenApiExample("One stored, one refused", response_only=True, value=_RESULTS),
]
CONTACTS_GET = [
    OpenApiExample(
        "A contact",
        response_only=True,
        value=_ROW
        | {
            "reason": "not_received",
            "channel": "storefront",
            "is_complaint": True,
            "withdrawn_at": None,
        },
    )
]
NPS_POST = [
    OpenApiExample(
        "An answer",
        request_only=True,
        value={
            "answers": [
                {"parcel": "A-1001", "score": 9, "words": "很快", "external_id": "survey-7"}
            ]
        },
    ),
    OpenApiExample(
        "Stored",
        response_only=True,
        value={
            "stored": 1,
            "duplicates": 0,
            "refused": 0,
            "results": [
                {
                    "index": 0,
                    "outcome": "stored",
                    "id": "nps_4qz6c2m7wk5hx3nvb2ta",
                    "shipment": "shp_4qz6c2m7wk5hx3nvb2ta",
                }
            ],
        },
    ),
]
NPS_GET = [
    OpenApiExample(
        "A recommendation",
        response_only=True,
        value=_ROW
        | {"id": "nps_4qz6c2m7wk5hx3nvb2ta", "words": "很快", "external_id": "survey-7"}
        | {"score": 9},
    )
]
