"""Products as a table a sheet program opens: streamed as CSV, written as XLSX, never computed.

What is written here is what `import_columns` reads: a file that goes out may come back in.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from apps.core.region_names import country_choices
from apps.core.sheets import neutral
from apps.customs.choices import BatteryKind, CertificateKind, GoodsClass
from apps.customs.import_columns import CODES, COLUMNS, EVIDENCE, MERCHANT, PAPERS, SKU, heading_of
from apps.customs.models import Product
from apps.customs.product_fields import NAMES

BOM = "\ufeff"
"""By it sheet programs know that a CSV is UTF-8."""
CHUNK = 1_000
LABELLED: dict[str, Any] = {"goods_class": GoodsClass, "battery": BatteryKind}


class _Echo:
    """What a csv writer writes to: hands the line back."""

    def write(self, line: str) -> str:
        return line


def columns_of(*, with_merchant: bool) -> tuple[str, ...]:
    """Return the columns of an export; staff see whose product it is."""
    return (MERCHANT, *COLUMNS) if with_merchant else COLUMNS


def csv_lines(rows: Iterable[Product], columns: Iterable[str]) -> Iterator[str]:
    """Return the lines of a CSV, its heading first; products are of `with_parts`."""
    wanted = tuple(columns)
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow([neutral(heading_of(name)) for name in wanted])
    for row in rows:
        cells = cells_of(row)
        yield writer.writerow([neutral(cells[name]) for name in wanted])


def write_workbook(rows: Iterable[Product], columns: Iterable[str]) -> IO[bytes]:
    """Return an open file with a workbook of the products and a sheet of the words that count."""
    wanted = tuple(columns)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Products"))
    _append(sheet, [heading_of(name) for name in wanted])
    for row in rows:
        cells = cells_of(row)
        _append(sheet, [neutral(cells[name]) for name in wanted])
    _words(book)
    return _saved(book)


def write_table(heading: Iterable[str], rows: Iterable[Iterable[object]]) -> IO[bytes]:
    """Return an open file with a workbook of any heading and rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    _append(sheet, list(heading))
    for row in rows:
        _append(sheet, [neutral(cell) for cell in row])
    return _saved(book)


def cells_of(row: Product) -> dict[str, str]:
    """Return a product of `with_parts` as texts by column, lists in the reader's words."""
    fields = {name: getattr(row, name) for name in NAMES}
    for name, words in LABELLED.items():
        fields[name] = words(fields[name]).label if fields[name] else ""
    fields["is_active"] = _("yes") if row.is_active else _("no")
    codes = row.counting_codes  # type: ignore[attr-defined]
    papers = row.certificates.all()
    return {
        MERCHANT: row.merchant.slug,
        SKU: row.sku,
        **{name: "" if value is None else str(value) for name, value in fields.items()},
        CODES: "; ".join(f"{one.country}:{one.code}" if one.country else one.code for one in codes),
        EVIDENCE: next((one.evidence for one in codes if one.evidence), ""),
        PAPERS: "; ".join(
            "|".join((one.kind, one.number, str(one.valid_to or ""))).rstrip("|") for one in papers
        ),
    }


def _append(sheet: Any, cells: Iterable[str]) -> None:
    made = []
    for text in cells:
        cell = WriteOnlyCell(sheet, value=text or None)
        if text:
            cell.data_type = "s"
        made.append(cell)
    sheet.append(made)


def _words(book: Workbook) -> None:
    """Write down which words the lists know, for whoever fills a table in."""
    sheet = book.create_sheet(_("Words"))
    lists: dict[str, list[str]] = {
        heading_of("goods_class"): [str(one.label) for one in GoodsClass],
        heading_of("battery"): [str(one.label) for one in BatteryKind if one.value],
        heading_of("origin"): [code for code, _name in country_choices()],
        heading_of(PAPERS): [
            f"{one.value}|{_('number')}|2027-12-31 ({one.label})" for one in CertificateKind
        ],
        heading_of(CODES): ["850760", "850760; US:8507600020"],
    }
    _append(sheet, list(lists))
    for index in range(max(map(len, lists.values()))):
        _append(sheet, [words[index] if index < len(words) else "" for words in lists.values()])


def _saved(book: Workbook) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115
    book.save(file)
    file.seek(0)
    return file
