"""Examples of the OpenAPI document: declarations."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

MISSING: dict[str, Any] = {
    "code": "missing",
    "field": "lines.1.fda.prior_notice",
    "line": 1,
    "severity": "block",
    "supplier": "storefront",
    "message": "Line 1: the FDA's prior notice number is missing",
    "fix": "File prior notice with the FDA and enter its confirmation number.",
    "until": "2026-11-12T08:00:00Z",
}
SHORT: dict[str, Any] = {
    "id": "dec_5v0yq2k8m4t7r1x9c3bz",
    "merchant": "aoki",
    "reference": "A-2007",
    "shipment": "shp_0m6s3d1q9x8w2k5v7zrt",
    "direction": "import",
    "country": "US",
    "regime": "us_entry",
    "regime_text": "US entry",
    "state": "draft",
    "state_text": "Draft: something is missing",
    "state_at": "2026-11-11T06:00:00Z",
    "score": 95,
    "complete": False,
    "due_at": "2026-11-12T08:00:00Z",
    "asked": "",
    "answer_due": None,
    "held_since": None,
    "submitted_at": None,
    "ended_at": None,
    "version": 1,
    "created_at": "2026-11-11T06:00:00Z",
}
RECORD: dict[str, Any] = {
    "subject": "parcel:2007",
    "reference": "A-2007",
    "currency": "USD",
    "lines": [
        {
            "position": 1,
            "title": "Fish oil softgels",
            "quantity": 1,
            "unit_price": "24.90",
            "total": "24.90",
            "sku": "FO-90",
            "goods_class": "supplement",
            "hs_code": "210690",
            "hs_source": "confirmed",
        }
    ],
    "recipient": {
        "name": "Jane Roe",
        "address": {"city": "Springfield", "region": "IL", "country": "US"},
        "identifiers": [{"kind": "us_ein", "value": "***21"}],
    },
    "total": "24.90",
}
DETAIL: dict[str, Any] = {**SHORT, "missing": [MISSING], "findings": [MISSING], "record": RECORD}
SUPPLIED: dict[str, Any] = {
    **DETAIL,
    "state": "complete",
    "state_text": "Complete",
    "score": 100,
    "complete": True,
    "version": 2,
    "missing": [],
    "findings": [],
}
DECLARATION_LIST = [OpenApiExample("A page", value=SHORT, response_only=True)]
DECLARATION_DETAIL = [OpenApiExample("Lacks prior notice", value=DETAIL, response_only=True)]
DECLARATION_SUPPLY = [
    OpenApiExample(
        "Prior notice",
        value={"version": 1, "values": {"lines.1.fda.prior_notice": "123456789012"}},
        request_only=True,
    ),
    OpenApiExample("Complete now", value=SUPPLIED, response_only=True),
]
INVALID = [
    OpenApiExample(
        "A value cannot be declared",
        value={
            "type": "/problems/invalid",
            "title": "Not processable",
            "status": 422,
            "code": "invalid",
            "detail": "Some fields are not acceptable.",
            "errors": [
                {
                    "field": "values.lines.1.origin",
                    "code": "no_such_country",
                    "message": "There is no country of this code.",
                }
            ],
            "request_id": "5f0c7e6d0d6b4d0e9a2f6f0c1b7a9d3e",
        },
    )
]
