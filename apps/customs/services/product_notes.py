"""Notes of changed products, written with the change itself."""

from __future__ import annotations

from collections.abc import Iterable

from apps.customs.models import ProductNews


def note_changed_products(*, merchant_id: int, skus: Iterable[str]) -> None:
    """Write down, in the transaction of the change, that these SKUs' facts are new.

    The empty SKU is the exporter: everything of the merchant is looked at.
    """
    ProductNews.objects.bulk_create(
        ProductNews(merchant_id=merchant_id, sku=sku) for sku in set(skus)
    )
