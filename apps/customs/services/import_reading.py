"""Reading a file of products into rows: checked one by one, nothing stored as products."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import transaction

from apps.customs.choices import FileProblem, ImportState, ProductProblem, RowVerdict
from apps.customs.import_checking import CheckedRow, check_row, sku_of
from apps.customs.import_columns import Heading, read_heading
from apps.customs.import_reading import MOST_ROWS, Row, Unreadable, open_sheet
from apps.customs.models import Product, ProductImport, ProductImportFile, ProductImportRow
from apps.customs.product_checking import FieldProblem
from apps.customs.product_selectors import with_parts
from apps.customs.services.products import values_of

CHUNK = 500


def read_rows(job: ProductImport, until: float) -> int:
    """Read on where the rows end, for as long as there is time; returns the rows read.

    Raises Unreadable where the file cannot be read; a file without time left is read on later.
    """
    content = bytes(ProductImportFile.objects.values_list("content", flat=True).get(job=job))
    sheet = open_sheet(content, job.file_name)
    rows = iter(sheet.rows)
    first = next(rows, None)
    if first is None:
        raise Unreadable(FileProblem.EMPTY)
    heading = read_heading(first[1])
    if not job.rows:
        _begin(job, heading, sheet.expected)
    last = job.lines.order_by("-number").values_list("number", flat=True).first() or 0
    seen = set(job.lines.exclude(sku="").values_list("sku", flat=True))
    return _read_on(job, heading, (row for row in rows if row[0] > last), seen, until)


def _read_on(
    job: ProductImport, heading: Heading, rows: Iterator[Row], seen: set[str], until: float
) -> int:
    read = 0
    while chunk := list(islice(rows, CHUNK)):
        if job.rows + len(chunk) > MOST_ROWS:
            raise Unreadable(FileProblem.TOO_MANY_ROWS)
        _keep(job, heading, chunk, seen)
        read += len(chunk)
        if time.monotonic() > until:
            return read
    if not job.rows:
        raise Unreadable(FileProblem.NO_ROWS)
    with transaction.atomic():
        job.state = ImportState.PREVIEW.value
        job.expected_rows = job.rows
        job.save(update_fields=["state", "expected_rows"])
        ProductImportFile.objects.filter(job=job).delete()
    return read


def _begin(job: ProductImport, heading: Heading, expected: int) -> None:
    job.columns = [field for field in heading.fields if field]
    job.ignored = list(heading.ignored)
    job.expected_rows = max(expected - 1, 0)
    job.save(update_fields=["columns", "ignored", "expected_rows"])


def _keep(job: ProductImport, heading: Heading, chunk: Sequence[Row], seen: set[str]) -> None:
    """Check and keep one chunk, and write how far the file has been read."""
    cells = [(number, heading.cells(row), len(row)) for number, row in chunk]
    there = _there(job.merchant_id, {sku_of(one) for _, one, _ in cells})
    made = []
    for number, one, width in cells:
        product = there.get(sku_of(one))
        checked = check_row(one, values_of(product) if product else None)
        problems = [*checked.problems]
        if width > len(heading.fields):
            problems.append(FieldProblem("", ProductProblem.SHORT_ROW))
        if checked.sku in seen:
            problems.append(FieldProblem("sku", ProductProblem.REPEATED, checked.sku))
        if checked.sku:
            seen.add(checked.sku)
        verdict = RowVerdict.BAD if problems else _verdict(checked, product)
        made.append(_row(job, number, one, verdict, problems))
        made[-1].sku = checked.sku
    with transaction.atomic():
        ProductImportRow.objects.bulk_create(made)
        _count(job, [row.verdict for row in made])


def _there(merchant_id: int, skus: set[str]) -> dict[str, Product]:
    rows = with_parts(Product.objects.filter(merchant_id=merchant_id, sku__in=skus))
    return {row.sku: row for row in rows}


def _verdict(checked: CheckedRow, product: Product | None) -> RowVerdict:
    """Whether a row changes anything: fields, codes beyond those that count, papers."""
    if product is None:
        return RowVerdict.NEW
    codes = {one.country: one.code for one in product.counting_codes}  # type: ignore[attr-defined]
    papers = {(one.kind, one.number, one.valid_to) for one in product.certificates.all()}
    is_same = (
        values_of(product) == checked.values
        and checked.codes.items() <= codes.items()
        and {(one.kind, one.number, one.valid_to) for one in checked.papers} <= papers
    )
    return RowVerdict.SAME if is_same else RowVerdict.CHANGED


def _row(
    job: ProductImport,
    number: int,
    cells: dict[str, str],
    verdict: RowVerdict,
    problems: Iterable[FieldProblem],
) -> ProductImportRow:
    return ProductImportRow(
        job=job,
        number=number,
        cells={name: _kept(cell) for name, cell in cells.items() if cell.strip()},
        verdict=verdict.value,
        problems=[_problem(one) for one in problems],
    )


def _problem(one: FieldProblem) -> dict[str, Any]:
    return {"field": one.field, "code": str(one.code), "detail": one.detail}


def _kept(cell: str) -> str:
    """Return a cell as it is kept: PostgreSQL holds no NUL."""
    return cell.replace("\x00", "\ufffd")


def _count(job: ProductImport, verdicts: Sequence[str]) -> None:
    job.rows += len(verdicts)
    job.bad_rows += verdicts.count(RowVerdict.BAD.value)
    job.new_rows += verdicts.count(RowVerdict.NEW.value)
    job.changed_rows += verdicts.count(RowVerdict.CHANGED.value)
    job.save(update_fields=["rows", "bad_rows", "new_rows", "changed_rows"])
