"""What a merchant needs before its parcels may leave the country: an exporter and products."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from apps.accounts.models import Merchant
from apps.customs.models import Exporter, HsConfirmation, Product
from apps.orders.drafts import LineDraft

SKU = "TEA-LJ-100"
TEA_CODE = "090210"
TEA = LineDraft(title="龙井茶", sku=SKU, quantity=2, unit_price=Decimal("88.00"), weight_grams=300)
"""The goods of :func:`ready_to_export`, as an order has them."""


def ready_to_export(merchant: Merchant, **product: Any) -> Product:
    """Give a merchant a complete exporter and one product with a confirmed HS code."""
    Exporter.objects.get_or_create(
        merchant=merchant,
        defaults={
            "name_en": "Hangzhou Aoki Trading Co., Ltd.",
            "name_cn": "杭州青木贸易有限公司",
            "street": "Wensan Rd 90",
            "city": "Hangzhou",
            "region": "Zhejiang",
            "postcode": "310012",
            "country": "CN",
            "phone": "+8657112345678",
            "email": "trade@aoki.example.org",
            "identifiers": [
                {"kind": "cn_uscc", "value": "91330106MA27XJ4E1C", "country": "CN"},
                {"kind": "cn_customs", "value": "3301960ABC", "country": "CN"},
            ],
            "customs_code": "2900",
            "port_code": "2910",
            "platform": "Aoki Store",
            "shop_url": "https://aoki.example.org",
        },
    )
    values: dict[str, Any] = {
        "name_cn": "龙井绿茶",
        "name_en": "Green tea leaves, Longjing",
        "material": "tea leaves",
        "use": "drinking",
        "brand": "Aoki",
        "origin": "CN",
        "net_grams": 250,
        "gross_grams": 300,
    }
    made, _new = Product.objects.update_or_create(
        merchant=merchant, sku=SKU, defaults=values | product
    )
    if not made.confirmations.exists():
        HsConfirmation.objects.create(product=made, code=TEA_CODE, confirmed_by="user:lin")
    return made


def tea(**given: Any) -> LineDraft:
    """Return a line of the product of :func:`ready_to_export`."""
    return replace(TEA, **given)
