"""Orders a storefront would send."""

from __future__ import annotations

from typing import Any

PLACES = (
    ("广东省深圳市南山区粤海街道科技园路 1 号", "yuantong"),
    ("浙江省杭州市西湖区文三路９０号", "zhongtong"),
    ("北京市朝阳区建国路 88 号院 3 号楼 1201", "shunfeng"),
    ("四川省成都市武侯区天府大道 700 号", "yunda"),
)


def order(number: str, index: int = 0) -> dict[str, Any]:
    """Return a valid body for POST /api/v1/orders."""
    address, carrier = PLACES[index % len(PLACES)]
    return {
        "number": number,
        "carrier": carrier,
        "recipient": {
            "name": "王小明",
            "phone": "138 0013 8000",
            "country": "CN",
            "address": address,
        },
        "lines": [
            {
                "sku": "TEA-250",
                "title": "龙井茶 250g",
                "quantity": 2,
                "unit_price": "88.00",
                "weight_grams": 300,
                "goods_class": "food",
            }
        ],
    }
