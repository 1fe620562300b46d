"""What the page of an import shows: how far it is, its rows in words, and the rows to download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.customs.choices import (
    IMPORTS_AT_WORK,
    FileProblem,
    ImportState,
    ProductProblem,
    RowVerdict,
)
from apps.customs.import_columns import CODES, COLUMNS, EVIDENCE, PAPERS, SKU, heading_of
from apps.customs.models import Product, ProductImport, ProductImportRow
from apps.customs.product_export import cells_of
from apps.customs.product_selectors import with_parts

SHOWN = 50
ORDER = (RowVerdict.BAD, RowVerdict.NEW, RowVerdict.CHANGED, RowVerdict.SAME)


def page_context(request: HttpRequest, job: ProductImport) -> dict[str, Any]:
    """Return what the page shows of an import."""
    counts = counts_of(job)
    tab = RowVerdict.parse(request.GET.get("rows", "")) or next(
        (one for one in ORDER if counts[one.value]), RowVerdict.NEW
    )
    after = _after(request)
    rows = list(
        job.lines.filter(verdict=tab.value, number__gt=after).order_by("number")[: SHOWN + 1]
    )
    return {
        "job": job,
        "state": ImportState(job.state),
        "at_work": job.state in IMPORTS_AT_WORK,
        "waits": job.state == ImportState.PREVIEW.value,
        "progress": progress_of(job),
        "problem": problem_words(job),
        "tab": tab,
        "tabs": [(one, counts[one.value]) for one in ORDER],
        "same": counts[RowVerdict.SAME.value],
        "lines": [_line(row, job) for row in _with_products(job, rows[:SHOWN])],
        "next_after": rows[SHOWN - 1].number if len(rows) > SHOWN else None,
        "has_codes": CODES in job.columns,
        "columns": [heading_of(name) for name in job.columns],
    }


def counts_of(job: ProductImport) -> dict[str, int]:
    """Return how many rows there are of each verdict."""
    same = job.rows - job.bad_rows - job.new_rows - job.changed_rows
    return {
        RowVerdict.BAD.value: job.bad_rows,
        RowVerdict.NEW.value: job.new_rows,
        RowVerdict.CHANGED.value: job.changed_rows,
        RowVerdict.SAME.value: max(same, 0),
    }


def progress_of(job: ProductImport) -> dict[str, int] | None:
    """Return how many of how many rows are done, None where it stands or nobody can say."""
    good = job.new_rows + job.changed_rows
    done, of = {
        ImportState.READING.value: (job.rows, max(job.expected_rows, job.rows)),
        ImportState.RUNNING.value: (job.done_rows, good),
        ImportState.UNDOING.value: (job.undone_rows + job.kept_products, job.done_rows),
    }.get(job.state, (0, 0))
    return {"done": done, "of": of, "percent": round(100 * done / of)} if of else None


def problem_words(job: ProductImport) -> str:
    """Return why an import failed, as a person would say it."""
    code, _bar, detail = job.problem.partition("|")
    known = FileProblem.parse(code)
    label = str(known.label) if known else code
    return f"{label} ({detail})" if detail else label


def row_problems(row: ProductImportRow) -> list[str]:
    """Return what is wrong with a row, each with the column it is in."""
    return [
        f"{heading_of(one['field'])}: {_problem(one)}" if one["field"] in COLUMNS else _problem(one)
        for one in row.problems
    ]


def wrong_rows(job: ProductImport) -> tuple[list[str], Iterator[list[str]]]:
    """Return heading and rows of what is wrong: as it came, with the reason behind it."""
    columns = [name for name in COLUMNS if name in job.columns]
    heading = [*map(heading_of, columns), _("row of the file"), _("errors")]
    rows = job.lines.filter(verdict=RowVerdict.BAD.value).order_by("number").iterator(1000)
    return heading, (
        [*(row.cells.get(name, "") for name in columns), str(row.number),
         "; ".join(row_problems(row))]
        for row in rows
    )  # fmt: skip


def _problem(one: Mapping[str, str]) -> str:
    known = ProductProblem.parse(one["code"])
    label = str(known.label) if known else one["code"]
    return f"{label} ({one['detail']})" if one.get("detail") else label


def _with_products(
    job: ProductImport, rows: list[ProductImportRow]
) -> list[tuple[ProductImportRow, Product | None]]:
    skus = [row.sku for row in rows]
    found = with_parts(Product.objects.select_related("merchant"))
    there = {one.sku: one for one in found.filter(merchant_id=job.merchant_id, sku__in=skus)}
    return [(row, there.get(row.sku)) for row in rows]


def _line(pair: tuple[ProductImportRow, Product | None], job: ProductImport) -> dict[str, Any]:
    """Return a row as the table shows it; a change with what stands there now."""
    row, product = pair
    waits = job.state == ImportState.PREVIEW.value
    before = cells_of(product) if waits and product and row.verdict == "changed" else {}
    return {
        "row": row,
        "product": product,
        "problems": row_problems(row),
        "bad": {one["field"] for one in row.problems},
        "cells": [
            (heading_of(name), row.cells[name], _old(name, before, row.cells[name]))
            for name in COLUMNS
            if name in row.cells and name != SKU
        ],
    }


def _old(name: str, before: Mapping[str, str], new: str) -> str | None:
    """Return what a cell would replace, None where it says the same or nothing stands there."""
    if name in {CODES, EVIDENCE, PAPERS} or name not in before:
        return None
    old = before[name]
    return old if old.casefold() != new.strip().casefold() else None


def _after(request: HttpRequest) -> int:
    text = request.GET.get("after", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
