"""What the shops of the drill order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from apps.core import clock

HOME = (
    ("王小明", "广东省深圳市南山区粤海街道科技园路 1 号"),
    ("李娜", "浙江省宁波市鄞州区中山东路 200 号"),
    ("陈静", "北京市朝阳区建国路 88 号院 3 号楼 1201"),
    ("刘洋", "四川省成都市武侯区天府大道 700 号"),
    ("周婷", "湖北省武汉市洪山区珞喻路 1037 号"),
)
SENDER = "浙江省杭州市余杭区文一西路969号"
RECIPIENT = "广东省深圳市南山区科技园路1号"
EMILY = {
    "name": "Emily Carter",
    "phone": "+1 206 555 0142",
    "country": "US",
    "province": "WA",
    "city": "Seattle",
    "street": "1420 Maple Ave Apt 5",
    "postcode": "98101",
}
JUERGEN = {
    "name": "Jürgen Müller",
    "phone": "+49 30 901820",
    "country": "DE",
    "city": "Berlin",
    "street": "Schönhauser Allee 10",
    "postcode": "10119",
}
TEA = {
    "sku": "TEA-250",
    "title": "龙井茶 250g",
    "quantity": 1,
    "unit_price": "168.00",
    "weight_grams": 380,
    "goods_class": "food",
}
MUG = {
    "sku": "MUG-01",
    "title": "Hand-painted ceramic mug",
    "quantity": 1,
    "unit_price": "24.00",
    "weight_grams": 420,
}
SUPPLEMENT = {
    "sku": "VITD-90",
    "title": "Vitamin D3 softgels, 90 pieces",
    "quantity": 2,
    "unit_price": "12.70",
    "weight_grams": 150,
    "goods_class": "supplement",
}


def order_body(
    number: str, *, carrier: str, abroad: bool = False, index: int = 0
) -> dict[str, Any]:
    """Return a valid body for ``POST /api/v1/orders``."""
    if abroad:
        return body_abroad(number, carrier=carrier)
    return {
        "number": number,
        "carrier": carrier,
        "currency": "CNY",
        "recipient": at_home(index or sum(number.encode())),
        "lines": [dict(TEA)],
    }


def body_abroad(
    number: str,
    *,
    carrier: str,
    recipient: dict[str, str] = EMILY,
    line: dict[str, Any] = MUG,
) -> dict[str, Any]:
    """Return an order abroad with what the shop can say for customs; the demo's master knows the
    article."""
    amount = Decimal(line["unit_price"]) * line["quantity"]
    return {
        "number": number,
        "carrier": carrier,
        "currency": "USD",
        "recipient": dict(recipient),
        "lines": [dict(line)],
        "customs": {
            "incoterm": "DAP",
            "reason": "sale",
            "payment": {
                "number": f"pi_{number.lower()}",
                "firm": "Stripe Payments",
                "amount": str(amount),
                "currency": "USD",
                "paid_at": clock.now().isoformat(timespec="seconds"),
            },
        },
    }


def at_home(index: int) -> dict[str, str]:
    """A recipient in China; another index, another person."""
    name, address = HOME[index % len(HOME)]
    return {
        "name": name,
        "phone": f"1380013{index % 10_000:04d}",
        "country": "CN",
        "address": address,
    }
