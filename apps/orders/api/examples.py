"""Examples of the OpenAPI document."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

REQUEST: dict[str, Any] = {
    "number": "A-1001",
    "placed_at": "2026-11-11T08:00:00+08:00",
    "carrier": "yuantong",
    "recipient": {
        "name": "李雷",
        "phone": "13812345678",
        "address": "广东省深圳市南山区科技园南路 18 号 3 栋 502",
    },
    "lines": [
        {
            "sku": "TEA-250",
            "title": "龙井 250g",
            "quantity": 2,
            "unit_price": "19.90",
            "weight_grams": 300,
            "goods_class": "food",
        }
    ],
}
REQUEST_MANUAL: dict[str, Any] = {
    **REQUEST,
    "number": "A-1002",
    "carrier": "shunfeng",
    "carrier_number": "SF1234567890123",
}
REQUEST_RIDE: dict[str, Any] = {
    "number": "A-1004",
    "service": "same_city",
    "recipient": {
        "name": "李雷",
        "phone": "13812345678",
        "address": "浙江省杭州市西湖区文三路 100 号 6 栋 301",
    },
    "lines": [{"title": "蛋糕", "quantity": 1, "unit_price": "168.00", "weight_grams": 900}],
    "ride": {
        "pickup": {"lat": 30.284500, "lon": 120.013700},
        "dropoff": {"lat": 30.276100, "lon": 120.125600},
        "system": "gcj02",
    },
}
REQUEST_ABROAD: dict[str, Any] = {
    "number": "A-1003",
    "currency": "EUR",
    "carrier": "dhlen",
    "recipient": {
        "name": "Erika Mustermann",
        "phone": "+49 30 901820",
        "country": "DE",
        "city": "Berlin",
        "street": "Unter den Linden 1",
        "postcode": "10117",
    },
    "lines": [
        {
            "title": "Green tea 250 g",
            "quantity": 1,
            "unit_price": "12.50",
            "weight_grams": 300,
            "goods_class": "food",
            "origin_country": "CN",
            "hs_code": "090210",
        }
    ],
    "parcels": [{"weight_grams": 420, "length_mm": 250, "width_mm": 180, "height_mm": 90}],
}
PARCEL_SHIPMENT: dict[str, Any] = {
    "id": "shp_4qz6c2m7wk5hx3nvb2ta",
    "carrier": "yuantong",
    "carrier_name": "YTO Express",
    "tracking_number": "",
    "status": "created",
    "status_text": "Created",
}
ORDER: dict[str, Any] = {
    "id": "ord_2h5mzq7kx4vbn3tw6cya",
    "merchant": "west-lake-tea",
    "number": "A-1001",
    "mode": "sandbox",
    "status": "booking",
    "status_text": "Being booked",
    "status_at": "2026-11-11T00:00:12Z",
    "currency": "CNY",
    "value": "39.80",
    "placed_at": "2026-11-11T00:00:00Z",
    "created_at": "2026-11-11T00:00:12Z",
    "cancelled_at": None,
    "shipments": [PARCEL_SHIPMENT],
}
DETAIL: dict[str, Any] = {
    **ORDER,
    "cancel_reason": "",
    "service": "parcel",
    "carrier": "yuantong",
    "goods": "龙井 250g",
    "note": "",
    "recipient": {
        "name": "李雷",
        "phone": "13812345678",
        "email": "",
        "country": "CN",
        "province": "广东省",
        "city": "深圳市",
        "district": "南山区",
        "street": "科技园南路18号3栋502",
        "postcode": "",
        "address_code": "440305000000",
    },
    "lines": [
        {
            "sku": "TEA-250",
            "title": "龙井 250g",
            "quantity": 2,
            "unit_price": "19.90",
            "weight_grams": 300,
            "goods_class": "food",
            "origin_country": "",
            "hs_code": "",
        }
    ],
    "parcels": [
        {
            "position": 1,
            "weight_grams": 700,
            "length_mm": None,
            "width_mm": None,
            "height_mm": None,
            "shipment": PARCEL_SHIPMENT,
            "booking": {
                "attempt": 1,
                "carrier": "yuantong",
                "state": "ready",
                "state_text": "Ready to send",
                "problem": "",
                "booked_at": None,
            },
            "ride": None,
        }
    ],
    "holds": [],
    "warnings": [],
    "originals": {"recipient.address": "广东省深圳市南山区科技园南路 18 号 3 栋 502"},
}
CANCELLED: dict[str, Any] = {
    **DETAIL,
    "status": "cancelled",
    "status_text": "Cancelled",
    "cancelled_at": "2026-11-11T00:03:40Z",
    "cancel_reason": "The customer changed their mind",
}
REQUEST_ID = "5f0c7e6d0d6b4d0e9a2f6f0c1b7a9d3e"


def _problem(status: int, title: str, code: str, detail: str, **extra: Any) -> dict[str, Any]:
    return {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
        "request_id": REQUEST_ID,
    }


def _answer(name: str, value: Any, status: int) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=[status])


LOCATION_HEADER = OpenApiParameter(
    name="Location",
    type=OpenApiTypes.STR,
    location=OpenApiParameter.HEADER,
    response=[201],
    description=_("Address of the order."),
)
ORDER_LIST = [_answer("An order being booked", ORDER, 200)]
ORDER_DETAIL = [_answer("An order with its parcels", DETAIL, 200)]
ORDER_CREATE = [
    OpenApiExample("To a door in China", value=REQUEST, request_only=True),
    OpenApiExample("The shop brings the number", value=REQUEST_MANUAL, request_only=True),
    OpenApiExample("A rider within the city", value=REQUEST_RIDE, request_only=True),
    OpenApiExample("Abroad", value=REQUEST_ABROAD, request_only=True),
    _answer("Taken and being booked", DETAIL, 201),
]
ORDER_CANCEL = [
    OpenApiExample(
        "With a reason", value={"reason": "The customer changed their mind"}, request_only=True
    ),
    _answer("Cancelled", CANCELLED, 200),
]
ORDER_NUMBER = [
    OpenApiExample(
        "Of the second parcel",
        value={"parcel": 2, "carrier": "zhongtong", "carrier_number": "73100012345678"},
        request_only=True,
    ),
    _answer("Tracked from now on", ORDER, 200),
]
DUPLICATE = [
    OpenApiExample(
        "The number was used before",
        value=_problem(
            409,
            "Conflict",
            "duplicate_order",
            "There is an order with this number already.",
            errors=[
                {
                    "field": "number",
                    "code": "repeated",
                    "message": "There is an order with this number already.",
                }
            ],
            existing_id="ord_2h5mzq7kx4vbn3tw6cya",
        ),
    )
]
INVALID = [
    OpenApiExample(
        "Two fields are wrong",
        value=_problem(
            422,
            "Not processable",
            "invalid",
            "Some fields are not acceptable.",
            errors=[
                {
                    "field": "recipient.phone",
                    "code": "not_a_phone",
                    "message": "This is not a telephone number that can be called. (too_short)",
                },
                {
                    "field": "lines.0.quantity",
                    "code": "min_value",
                    "message": "Ensure this value is greater than or equal to 1.",
                },
            ],
        ),
    )
]
TOO_LATE = [
    OpenApiExample(
        "The parcel is under way",
        value=_problem(
            409,
            "Conflict",
            "already_picked_up",
            "The carrier has picked up parcel 1; it can only be returned.",
        ),
    )
]
