"""Storing the good rows of a confirmed import, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from apps.core import clock
from apps.customs.choices import ImportState, RowVerdict
from apps.customs.code_checking import EDITION
from apps.customs.import_checking import CheckedRow, check_row
from apps.customs.models import (
    Certificate,
    HsConfirmation,
    Product,
    ProductImport,
    ProductImportRow,
)
from apps.customs.product_fields import NAMES
from apps.customs.product_selectors import with_parts
from apps.customs.services.product_notes import note_changed_products
from apps.customs.services.products import values_of

CHUNK = 200
STORED = (RowVerdict.NEW.value, RowVerdict.CHANGED.value)
WRITTEN = (*NAMES, "version", "changed_at")


@dataclass
class _Batch:
    """What one chunk writes, gathered so that each table is written once."""

    new: list[Product] = field(default_factory=list)
    changed: list[Product] = field(default_factory=list)
    rows: list[ProductImportRow] = field(default_factory=list)
    withdrawn: list[HsConfirmation] = field(default_factory=list)
    confirmed: list[HsConfirmation] = field(default_factory=list)
    papers: list[Certificate] = field(default_factory=list)
    bad: int = 0


def store_chunk(job_id: int) -> int:
    """Store the next rows in one transaction; returns how many, 0 when the import is done.

    A row that has become wrong since the preview is marked so and left out.
    """
    with transaction.atomic():
        job = ProductImport.objects.select_for_update().get(pk=job_id)
        if job.state != ImportState.RUNNING.value:
            return 0
        rows = list(job.lines.filter(verdict__in=STORED, stored_at=None).order_by("number")[:CHUNK])
        if not rows:
            job.state, job.finished_at = ImportState.DONE.value, clock.now()
            job.save(update_fields=["state", "finished_at"])
            return 0
        batch = _gather(job, rows)
        _write(job, batch)
        _count(job, batch, rows)
    return len(rows)


def _gather(job: ProductImport, rows: Iterable[ProductImportRow]) -> _Batch:
    batch = _Batch()
    there = _locked(job.merchant_id, [row.sku for row in rows])
    for row in rows:
        product = there.get(row.sku)
        checked = check_row(row.cells, values_of(product) if product else None)
        if checked.problems:
            row.verdict = RowVerdict.BAD.value
            row.problems = [
                {"field": one.field, "code": str(one.code), "detail": one.detail}
                for one in checked.problems
            ]
            batch.bad += 1
        else:
            _take(job, batch, row, checked, product)
        batch.rows.append(row)
    return batch


def _locked(merchant_id: int, skus: list[str]) -> dict[str, Product]:
    rows = Product.objects.select_for_update(of=("self",)).order_by("pk")
    rows = with_parts(rows.filter(merchant_id=merchant_id, sku__in=skus))
    return {row.sku: row for row in rows}


def _take(
    job: ProductImport,
    batch: _Batch,
    row: ProductImportRow,
    checked: CheckedRow,
    product: Product | None,
) -> None:
    row.before = before_of(product) if product else None
    if product is None:
        product = Product(merchant_id=job.merchant_id, sku=row.sku, **checked.values)
        product.counting_codes = []  # type: ignore[attr-defined]
        batch.new.append(product)
    else:
        for name, value in checked.values.items():
            setattr(product, name, value)
        product.version += 1
        product.changed_at = clock.now()
        batch.changed.append(product)
    row.version, row.stored_at = product.version, clock.now()
    if job.takes_codes:
        _take_codes(job, batch, row, checked, product)
    _take_papers(batch, checked, product)


def _take_codes(
    job: ProductImport,
    batch: _Batch,
    row: ProductImportRow,
    checked: CheckedRow,
    product: Product,
) -> None:
    there = {one.country: one for one in product.counting_codes}  # type: ignore[attr-defined]
    name = job.confirmed_by.get_username() if job.confirmed_by else ""
    for country, code in checked.codes.items():
        before = there.get(country)
        if before is not None and before.code == code:
            continue
        if before is not None:
            before.withdrawn_at, before.withdrawn_by = clock.now(), name[:80]
            batch.withdrawn.append(before)
        evidence = checked.evidence or f"{job.file_name} #{row.number}"
        batch.confirmed.append(
            HsConfirmation(
                product=product, code=code, country=country, edition=EDITION,
                evidence=evidence[:300], confirmed_by=name[:80],
            )
        )  # fmt: skip


def _take_papers(batch: _Batch, checked: CheckedRow, product: Product) -> None:
    there = (
        {(one.kind, one.number): one for one in product.certificates.all()} if product.pk else {}
    )
    for paper in checked.papers:
        kept = there.get((paper.kind, paper.number))
        if kept is None:
            kept = Certificate(product=product, kind=paper.kind, number=paper.number)
        elif kept.valid_to == paper.valid_to:
            continue
        kept.valid_to = paper.valid_to
        if kept.valid_from and kept.valid_to and kept.valid_from > kept.valid_to:
            kept.valid_from = None
        batch.papers.append(kept)


def _write(job: ProductImport, batch: _Batch) -> None:
    Product.objects.bulk_create(batch.new)
    Product.objects.bulk_update(batch.changed, WRITTEN)
    HsConfirmation.objects.bulk_update(batch.withdrawn, ["withdrawn_at", "withdrawn_by"])
    HsConfirmation.objects.bulk_create(batch.confirmed)
    prolonged = [one for one in batch.papers if one.pk is not None]
    Certificate.objects.bulk_update(prolonged, ["valid_from", "valid_to"])
    Certificate.objects.bulk_create([one for one in batch.papers if one.pk is None])
    _write_rows(batch.rows)
    skus = [one.sku for one in (*batch.new, *batch.changed)]
    note_changed_products(merchant_id=job.merchant_id, skus=skus)


def _write_rows(rows: list[ProductImportRow]) -> None:
    """Mark the rows; those of new products, which are most, in one short statement."""
    plain = [row.pk for row in rows if row.before is None and not row.problems]
    ProductImportRow.objects.filter(pk__in=plain).update(version=1, stored_at=clock.now())
    others = [row for row in rows if row.before is not None or row.problems]
    fields = ["before", "version", "stored_at", "verdict", "problems"]
    ProductImportRow.objects.bulk_update(others, fields)


def _count(job: ProductImport, batch: _Batch, rows: list[ProductImportRow]) -> None:
    job.done_rows += len(rows) - batch.bad
    job.bad_rows += batch.bad
    job.created_products += len(batch.new)
    job.changed_products += len(batch.changed)
    job.save(update_fields=["done_rows", "bad_rows", "created_products", "changed_products"])


def before_of(product: Product) -> dict[str, Any]:
    """Return what taking the row back needs: fields, counting codes, papers."""
    return {
        "fields": {name: _plain(getattr(product, name)) for name in NAMES},
        "codes": [one.pk for one in product.counting_codes],  # type: ignore[attr-defined]
        "papers": [
            [one.kind, one.number, _plain(one.valid_from), _plain(one.valid_to)]
            for one in product.certificates.all()
        ],
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
