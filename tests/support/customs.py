"""What a merchant needs before its parcels may leave the country: an exporter and products."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from apps.accounts.models import Merchant
from apps.customs.models import Exporter, HsConfirmation, Product
from apps.orders.drafts import LineDraft

SKU = "BAG-CT-01"
CODES = {"": "420292", "EU": "4202929890", "US": "4202923131", "CN": "4202920000"}
BAG = LineDraft(
    title="Cotton tote bag", sku=SKU, quantity=2, unit_price=Decimal("12.50"), weight_grams=180
)
"""The goods of :func:`ready_to_export`, as an order has them."""


def ready_to_export(merchant: Merchant, **product: Any) -> Product:
    """Give a merchant a complete exporter and one product with confirmed HS codes."""
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
        "name_cn": "棉布手提袋",
        "name_en": "Tote bag of woven cotton",
        "material": "cotton",
        "use": "carrying goods",
        "brand": "Aoki",
        "origin": "CN",
        "net_grams": 160,
        "gross_grams": 180,
    }
    made, _new = Product.objects.update_or_create(
        merchant=merchant, sku=SKU, defaults=values | product
    )
    for country, code in CODES.items():
        HsConfirmation.objects.get_or_create(
            product=made, country=country, defaults={"code": code, "confirmed_by": "user:lin"}
        )
    return made


def bag(**given: Any) -> LineDraft:
    """Return a line of the product of :func:`ready_to_export`."""
    return replace(BAG, **given)
