"""Taking a stored import back, row by row from its end; what others changed since stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from apps.core import clock
from apps.customs.choices import ImportState
from apps.customs.models import (
    Certificate,
    HsConfirmation,
    Product,
    ProductImport,
    ProductImportRow,
)
from apps.customs.product_fields import BY_NAME, Kind
from apps.customs.services.product_notes import note_changed_products

CHUNK = 100


def undo_chunk(job_id: int) -> int:
    """Take the next rows back in one transaction; returns how many, 0 when all are."""
    with transaction.atomic():
        job = ProductImport.objects.select_for_update().get(pk=job_id)
        if job.state != ImportState.UNDOING.value:
            return 0
        rows = list(job.lines.filter(stored_at__isnull=False).order_by("-number")[:CHUNK])
        if not rows:
            job.state, job.undone_at = ImportState.UNDONE.value, clock.now()
            job.save(update_fields=["state", "undone_at"])
            return 0
        there = _locked(job.merchant_id, rows)
        gone = _remove([one for row in rows if (one := _made_by(row, there))])
        undone = [row.sku for row in rows if row.sku in gone or _undo(job, row, there)]
        ProductImportRow.objects.filter(pk__in=[row.pk for row in rows]).update(stored_at=None)
        job.undone_rows += len(undone)
        job.kept_products += len(rows) - len(undone)
        job.save(update_fields=["undone_rows", "kept_products"])
        note_changed_products(merchant_id=job.merchant_id, skus=undone)
    return len(rows)


def _locked(merchant_id: int, rows: list[ProductImportRow]) -> dict[str, Product]:
    found = Product.objects.select_for_update().filter(
        merchant_id=merchant_id, sku__in=[row.sku for row in rows]
    )
    return {row.sku: row for row in found.order_by("pk")}


def _made_by(row: ProductImportRow, there: Mapping[str, Product]) -> Product | None:
    """Return the product that a row made, if nobody changed it since."""
    product = there.get(row.sku)
    is_as_left = product is not None and product.version == row.version
    return product if row.before is None and is_as_left else None


def _undo(job: ProductImport, row: ProductImportRow, there: Mapping[str, Product]) -> bool:
    """Let a product be as before a row changed it; False where it is not as the row left it."""
    product = there.get(row.sku)
    if product is None or row.before is None or product.version != row.version:
        return False
    for name, value in row.before["fields"].items():
        setattr(product, name, _typed(name, value))
    product.version += 1
    product.changed_at = clock.now()
    product.save()
    _restore_codes(job, product, row.before["codes"])
    _restore_papers(product, row.before["papers"])
    return True


def _remove(products: list[Product]) -> set[str]:
    """Let products go, all at once or, where one is needed elsewhere, one by one."""
    try:
        with transaction.atomic():
            Product.objects.filter(pk__in=[one.pk for one in products]).delete()
    except ProtectedError:
        if len(products) == 1:
            return set()
        return set().union(*(_remove([one]) for one in products))
    return {one.sku for one in products}


def _restore_codes(job: ProductImport, product: Product, wanted: list[int]) -> None:
    """Let the codes count that counted before: withdrawn ones as a copy that names who said so."""
    now = clock.now()
    name = job.undone_by.get_username()[:80] if job.undone_by else ""
    counting = product.confirmations.filter(withdrawn_at=None)
    counting.exclude(pk__in=wanted).update(withdrawn_at=now, withdrawn_by=name)
    for one in product.confirmations.filter(pk__in=wanted, withdrawn_at__isnull=False):
        HsConfirmation.objects.create(
            product=product, code=one.code, country=one.country, edition=one.edition,
            evidence=one.evidence, confirmed_by=one.confirmed_by, confirmed_at=one.confirmed_at,
        )  # fmt: skip


def _restore_papers(product: Product, wanted: list[list[Any]]) -> None:
    before: Mapping[tuple[str, str], list[Any]] = {(one[0], one[1]): one for one in wanted}
    for row in product.certificates.all():
        paper = before.get((row.kind, row.number))
        if paper is None:
            row.delete()
            continue
        row.valid_from, row.valid_to = _day(paper[2]), _day(paper[3])
        row.save(update_fields=["valid_from", "valid_to"])
    there = set(product.certificates.values_list("kind", "number"))
    Certificate.objects.bulk_create(
        Certificate(
            product=product, kind=kind, number=number,
            valid_from=_day(paper[2]), valid_to=_day(paper[3]),
        )
        for (kind, number), paper in before.items()
        if (kind, number) not in there
    )  # fmt: skip


def _typed(name: str, value: Any) -> Any:
    is_decimal = BY_NAME[name].kind is Kind.DECIMAL
    return Decimal(value) if is_decimal and value is not None else value


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
