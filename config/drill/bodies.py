"""What the shops of the drill order."""

from __future__ import annotations

from typing import Any

HOME = (
    ("王小明", "广东省深圳市南山区粤海街道科技园路 1 号"),
    ("李娜", "浙江省宁波市鄞州区中山东路 200 号"),
    ("陈静", "北京市朝阳区建国路 88 号院 3 号楼 1201"),
    ("刘洋", "四川省成都市武侯区天府大道 700 号"),
    ("周婷", "湖北省武汉市洪山区珞喻路 1037 号"),
)
SENDER = "浙江省杭州市余杭区文一西路969号"
RECIPIENT = "广东省深圳市南山区科技园路1号"
ABROAD = {
    "name": "Emily Carter",
    "phone": "+1 206 555 0142",
    "country": "US",
    "address": "1420 Maple Ave Apt 5, Seattle, WA 98101, United States",
    "postcode": "98101",
}


def order_body(
    number: str, *, carrier: str, abroad: bool = False, index: int = 0
) -> dict[str, Any]:
    """Return a valid body for ``POST /api/v1/orders``."""
    return {
        "number": number,
        "carrier": carrier,
        "currency": "USD" if abroad else "CNY",
        "recipient": dict(ABROAD) if abroad else at_home(index or sum(number.encode())),
        "lines": [
            {
                "sku": "TEA-250",
                "title": "Longjing green tea 250 g" if abroad else "龙井茶 250g",
                "quantity": 1,
                "unit_price": "24.00" if abroad else "168.00",
                "weight_grams": 380,
                "goods_class": "food",
            }
        ],
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
