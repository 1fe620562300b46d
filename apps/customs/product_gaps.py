"""What declarations will ask of a product and nobody has said yet. Pure; hints, not rules.

The rules of a record are `regimes`; here a person sees while they type what is left to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from apps.customs.choices import CertificateKind, GoodsClass, ProductGap
from apps.customs.product_facts import ProductFacts

FDA_CLASSES = frozenset(
    {
        GoodsClass.FOOD.value,
        GoodsClass.SUPPLEMENT.value,
        GoodsClass.COSMETICS.value,
        GoodsClass.MEDICINE.value,
        GoodsClass.MEDICAL_DEVICE.value,
    }
)
"""Goods the FDA wants data of at any value (customs.md §1.6)."""


def gaps_of(facts: ProductFacts, *, on: dt.date) -> tuple[ProductGap, ...]:
    """Return what is left to say of a product, the most asked for first; ``on`` is today."""
    return tuple(_gaps(facts, on))


def _gaps(facts: ProductFacts, on: dt.date) -> Iterator[ProductGap]:
    said = {
        ProductGap.HS: facts.hs6,
        ProductGap.NAME_EN: facts.name_en,
        ProductGap.NAME_CN: facts.name_cn,
        ProductGap.MATERIAL: facts.material,
        ProductGap.USE: facts.use,
        ProductGap.ORIGIN: facts.origin,
        ProductGap.NET_GRAMS: facts.net_grams,
    }
    yield from (gap for gap, value in said.items() if not value)
    yield from _battery_gaps(facts)
    if facts.goods_class in FDA_CLASSES and facts.fda is None:
        yield ProductGap.FDA
    if any(one.valid_to is not None and one.valid_to < on for one in facts.certificates):
        yield ProductGap.EXPIRED


def _battery_gaps(facts: ProductFacts) -> Iterator[ProductGap]:
    if facts.goods_class == GoodsClass.BATTERY.value and facts.battery is None:
        yield ProductGap.BATTERY
    if facts.battery is None:
        return
    if facts.battery.watt_hours is None:
        yield ProductGap.WATT_HOURS
    if CertificateKind.UN383.value not in {one.kind for one in facts.certificates}:
        yield ProductGap.UN383
