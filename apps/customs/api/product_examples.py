"""Examples of the OpenAPI document: products."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

REQUEST: dict[str, Any] = {
    "name_cn": "充电宝 10000mAh",
    "name_en": "Power bank 10000 mAh",
    "brand": "Aoki",
    "model": "PB-10",
    "material": "ABS, lithium-ion cell",
    "use": "charging mobile phones",
    "origin": "CN",
    "goods_class": "battery",
    "net_grams": 210,
    "gross_grams": 260,
    "value": "19.90",
    "currency": "USD",
    "battery": {"kind": "un3480", "watt_hours": "37.00", "cells": 2, "batteries": 1},
    "certificates": [{"kind": "un383", "number": "UN383-2026-118", "valid_to": "2027-06-30"}],
}
REQUEST_FEW: dict[str, Any] = {"value": "17.90", "currency": "USD"}
REQUEST_FOOD: dict[str, Any] = {
    "name_cn": "鱼油软胶囊",
    "name_en": "Fish oil softgels, dietary supplement",
    "material": "fish oil, gelatin",
    "use": "dietary supplement",
    "origin": "CN",
    "goods_class": "supplement",
    "net_grams": 120,
    "fda": {
        "product_code": "54YEE99",
        "intended_use": "human consumption",
        "manufacturer": "Qingdao Ocean Health Co., Ltd.",
        "facility": "12345678901",
    },
}
PRODUCT: dict[str, Any] = {
    "merchant": "west-lake-tea",
    "sku": "PB-10",
    **{name: value for name, value in REQUEST.items() if name not in {"battery", "certificates"}},
    "barcode": "",
    "category": "",
    "unit": "PCS",
    "battery": REQUEST["battery"],
    "fda": None,
    "certificates": [
        {
            "kind": "un383",
            "number": "UN383-2026-118",
            "valid_from": None,
            "valid_to": "2027-06-30",
        }
    ],
    "hs_codes": [
        {
            "code": "850760",
            "country": "",
            "edition": "2022",
            "evidence": "Ruling of the broker of 2026-10-02",
            "confirmed_at": "2026-11-10T02:15:00Z",
        }
    ],
    "active": True,
    "version": 3,
    "created_at": "2026-11-02T01:00:00Z",
    "changed_at": "2026-11-10T02:15:00Z",
}


def _answer(name: str, status: int) -> OpenApiExample:
    return OpenApiExample(name, value=PRODUCT, response_only=True, status_codes=[status])


PRODUCT_LIST = [_answer("A product with a confirmed code", 200)]
PRODUCT_DETAIL = [_answer("A product with a confirmed code", 200)]
PRODUCT_PUT = [
    OpenApiExample("A power bank", value=REQUEST, request_only=True),
    OpenApiExample("Only a new value", value=REQUEST_FEW, request_only=True),
    OpenApiExample("A food supplement for the US", value=REQUEST_FOOD, request_only=True),
    _answer("As it stands now", 200),
    _answer("Made", 201),
]
INVALID = [
    OpenApiExample(
        "Two fields are wrong",
        value={
            "type": "/problems/invalid",
            "title": "Not processable",
            "status": 422,
            "code": "invalid",
            "detail": "Some fields are not acceptable.",
            "errors": [
                {
                    "field": "net_grams",
                    "code": "net_above_gross",
                    "message": "Net weighs more than gross. (300 > 260)",
                },
                {
                    "field": "certificates.0.kind",
                    "code": "unknown_word",
                    "message": "This is not a word of the list. (passport)",
                },
            ],
            "request_id": "5f0c7e6d0d6b4d0e9a2f6f0c1b7a9d3e",
        },
    )
]
