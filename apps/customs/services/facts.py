"""What drafting needs to know beside the parcel: products, exporter, dated figures. Read once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from apps.customs.exporter_facts import ExporterFacts
from apps.customs.figures import Figures
from apps.customs.product_facts import ProductFacts
from apps.customs.product_selectors import products_by_sku
from apps.customs.selectors import exporter_of, load_figures


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a merchant's goods and of the law; ``exporter`` is None where unknown."""

    exporter: ExporterFacts | None
    products: dict[str, ProductFacts]
    figures: Figures


def load_facts(*, merchant_id: int, skus: Iterable[str]) -> Facts:
    """Return what is known of a merchant's SKUs in six queries at most, for any number of them."""
    return Facts(
        exporter=exporter_of(merchant_id),
        products=products_by_sku(merchant_id, set(skus)),
        figures=load_figures(),
    )
