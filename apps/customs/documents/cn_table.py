"""The table of contents of a CN23 and of its continuation sheets. Pure.

Numbers in brackets are those of the UPU form: (1) description, (2) quantity, (3) net weight,
(5) value, (7) HS number, (8) origin.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.customs.documents.parts import country_name, description, kilograms, money
from apps.customs.documents.sheet import LEADING, MM, Sheet
from apps.customs.documents.typeface import wrap
from apps.customs.record import Line, Record

LEFT = 5.0
SIZE = 7.0
LEAST = 4.5
MOST = 12.5
HEAD = 9.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place and the printed words."""

    x: float
    w: float
    words: str
    align: str = "left"


COLUMNS = (
    Column(5, 80, "(1) Description détaillée du contenu / Detailed description of contents"),
    Column(85, 15, "(2) Quantité / Quantity", "right"),
    Column(100, 18, "(3) Poids net (en kg) / Net weight (in kg)", "right"),
    Column(118, 27, "(5) Valeur et monnaie / Value and currency", "right"),
    Column(145, 28, "(7) N° tarifaire du SH / HS tariff number"),
    Column(173, 32, "(8) Pays d’origine des marchandises / Country of origin of goods"),
)
RIGHT = COLUMNS[-1].x + COLUMNS[-1].w


@dataclass(frozen=True, slots=True)
class Row:
    """The texts of one row, one a column, and its height in mm."""

    cells: tuple[str, ...]
    height: float


def rows_of(record: Record) -> list[Row]:
    """Return a row for every line, and one for the discount where there is one."""
    rows = [_row_of(record, line) for line in record.lines]
    if record.discount:
        value = f"-{money(record.discount, record.currency)} {record.currency}"
        rows.append(Row(("Remise / Discount", "", "", value, "", ""), LEAST))
    return rows


def _row_of(record: Record, line: Line) -> Row:
    words = description(line)
    lines = len(wrap(words, (COLUMNS[0].w - 2) * MM, SIZE))
    height = min(max(LEAST, lines * SIZE * LEADING / MM + 1.4), MOST)
    cells = (
        words,
        f"{line.quantity} {line.unit}",
        kilograms(line.net_grams),
        f"{money(line.total, record.currency)} {record.currency}",
        line.hs_code,
        f"{country_name(line.origin)} ({line.origin})" if line.origin else "",
    )
    return Row(cells, height)


def split_rows(rows: list[Row], *, first: float, further: float) -> list[list[Row]]:
    """Return rows by page: ``first`` and ``further`` are the heights a page has for them.

    Where rows go on, the first page keeps room for the words that say so.
    """
    if sum(row.height for row in rows) <= first:
        return [rows]
    pages: list[list[Row]] = [[]]
    room = first - LEAST
    for row in rows:
        if row.height > room:
            pages.append([])
            room = further
        pages[-1].append(row)
        room -= row.height
    return pages


def draw_table(sheet: Sheet, rows: list[Row], y: float, height: float, *, more: str = "") -> None:
    """Draw the head and the rows in a frame from ``y``; ``more`` says where they go on."""
    sheet.box(LEFT, y, RIGHT - LEFT, HEAD, tinted=True)
    last = COLUMNS[4].x
    sheet.text(
        last + 1, y + 2.4, "Seulement pour les envois commerciaux / For commercial items only",
        size=4.6, bold=True, width=RIGHT - last - 2,
    )  # fmt: skip
    for column in COLUMNS:
        top = y + (3.0 if column.x >= last else 0.6)
        sheet.caption(column.x + 1, top, column.w - 2, column.words)
    sheet.box(LEFT, y + HEAD, RIGHT - LEFT, height - HEAD)
    for column in COLUMNS[1:]:
        sheet.line(column.x, y + (3.0 if column.x > last else 0), column.x, y + height)
    top = y + HEAD
    for row in rows:
        _draw_row(sheet, row, top)
        top += row.height
    if more:
        sheet.text(LEFT + 1, top + 3.1, more, size=6, soft=True, width=COLUMNS[0].w - 2)


def _draw_row(sheet: Sheet, row: Row, y: float) -> None:
    for column, cell in zip(COLUMNS, row.cells, strict=True):
        if column is COLUMNS[0]:
            sheet.block(column.x + 1, y + 0.5, column.w - 2, row.height - 0.7, [cell], size=SIZE)
        else:
            sheet.text(
                column.x + 1, y + 2.9, cell, size=SIZE, width=column.w - 2, align=column.align
            )
    sheet.line(LEFT, y + row.height, RIGHT, y + row.height, weight=0.2)
