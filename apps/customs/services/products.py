"""Products: saved by SKU, as often as one likes; each change is noted for who drafts from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.customs.models import Product
from apps.customs.product_checking import check_product, check_sku
from apps.customs.product_errors import InvalidProduct, ProductChanged
from apps.customs.product_fields import DEFAULTS, NAMES
from apps.customs.services.product_notes import note_changed_products


@dataclass(frozen=True, slots=True)
class SavedProduct:
    """A product as it stands now; ``changed`` names the fields that are new in it."""

    product: Product
    created: bool
    changed: tuple[str, ...]


def save_product(
    *,
    merchant_id: int,
    sku: str,
    values: Mapping[str, Any],
    actor: Actor,
    replace: bool = False,
    expected_version: int | None = None,
) -> SavedProduct:
    """Make or change the product of a SKU; the same values again change nothing.

    ``values`` are fields of `product_fields`, as text or of their own type. With ``replace``
    fields that are not given return to their defaults, else they stay. Raises InvalidProduct with
    every field that cannot be, ProductChanged where ``expected_version`` is not the version there.
    """
    kept_sku, problem = check_sku(sku)
    with transaction.atomic():
        rows = Product.objects.select_for_update()
        row = rows.filter(merchant_id=merchant_id, sku=kept_sku).first()
        if expected_version is not None and (row.version if row else 0) != expected_version:
            raise ProductChanged
        known = values_of(row) if row and not replace else dict(DEFAULTS)
        checked = check_product(values, known=known)
        if problem or checked.problems:
            raise InvalidProduct([*([problem] if problem else []), *checked.problems])
        if row is None:
            made, created = Product.objects.get_or_create(
                merchant_id=merchant_id, sku=kept_sku, defaults=checked.values
            )
            if created:
                return _told(made, None, checked.values, actor)
            row = rows.get(pk=made.pk)
        return _change(row, checked.values, actor)


def touch_products(product_ids: Iterable[int]) -> None:
    """Count a change of what belongs to products (codes, papers) and note it for drafting."""
    for row in Product.objects.select_for_update().filter(pk__in=product_ids).order_by("pk"):
        row.version += 1
        row.changed_at = clock.now()
        row.save(update_fields=["version", "changed_at"])
        note_changed_products(merchant_id=row.merchant_id, skus=[row.sku])


def values_of(row: Product) -> dict[str, Any]:
    """Return the fields of a product by name."""
    return {name: getattr(row, name) for name in NAMES}


def _change(row: Product, values: dict[str, Any], actor: Actor) -> SavedProduct:
    before = values_of(row)
    changed = tuple(name for name in NAMES if before[name] != values[name])
    if not changed:
        return SavedProduct(row, False, ())
    for name in changed:
        setattr(row, name, values[name])
    row.version += 1
    row.changed_at = clock.now()
    row.save()
    return _told(row, before, values, actor)


def _told(
    row: Product, before: Mapping[str, Any] | None, after: Mapping[str, Any], actor: Actor
) -> SavedProduct:
    """Write down and tell what is new; ``before`` is None for a product that was made."""
    old = DEFAULTS if before is None else before
    named = tuple(name for name in NAMES if after[name] != old[name])
    record_action(
        action=f"customs.product.{'created' if before is None else 'changed'}",
        actor=actor,
        subject=row,
        merchant_id=row.merchant_id,
        before={} if before is None else {name: _plain(before[name]) for name in named},
        after={"sku": row.sku, **{name: _plain(after[name]) for name in named}},
    )
    note_changed_products(merchant_id=row.merchant_id, skus=[row.sku])
    return SavedProduct(row, before is None, named)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
