"""Examples of the OpenAPI document: documents of declarations."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

LIST: list[dict[str, Any]] = [
    {
        "kind": "invoice",
        "name": "Commercial invoice",
        "ready": True,
        "draft": True,
        "missing": [],
    },
    {
        "kind": "h7",
        "name": "EU H7 data",
        "ready": False,
        "draft": False,
        "missing": [
            {
                "code": "missing",
                "field": "lines.hs_code",
                "line": 1,
                "supplier": "customs_staff",
                "message": "line 1: HS code is missing",
                "fix": "Confirm the code of the product once; it counts for every parcel.",
            }
        ],
    },
]
DATA: dict[str, Any] = {
    "declaration": "H7",
    "transport_document": "RR473124829CN",
    "additional_procedures": ["C07", "F48"],
    "fiscal_references": [{"role": "FR5", "number": "IM3720000789"}],
    "items": [
        {
            "number": 1,
            "description": "T-shirt, knitted, men's (100% cotton)",
            "net_mass_kg": "0.300",
            "quantity": 2,
            "value": {"amount": "20", "currency": "USD"},
            "commodity_code": "610910",
        }
    ],
}
DOCUMENT_LIST = [
    OpenApiExample("One is ready, one is not", value=LIST, response_only=True, status_codes=["200"])
]
DOCUMENT_FILE = [
    OpenApiExample(
        "H7 data, shortened",
        value=DATA,
        response_only=True,
        status_codes=["200"],
        media_type="application/json",
    )
]
