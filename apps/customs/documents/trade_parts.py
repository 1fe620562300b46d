"""What invoice and packing list share: A4, a head, the parties, boxes of figures. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.customs.documents.parts import (
    both_names,
    contact_line,
    country_line,
    number_lines,
    place_lines,
)
from apps.customs.documents.sheet import LEADING, MM, Sheet
from apps.customs.documents.typeface import wrap
from apps.customs.record import Party, Record

WIDTH, HEIGHT = 210.0, 297.0
LEFT, RIGHT = 14.0, 196.0
ACROSS = RIGHT - LEFT
BOTTOM = 283.0
SIZE = 7.0
HEAD = 9.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its width in mm and the words above it, English over Chinese."""

    w: float
    english: str
    chinese: str
    align: str = "left"


def draw_title(sheet: Sheet, record: Record, english: str, chinese: str) -> None:
    """Draw the head of a first page."""
    sheet.text(LEFT, 20, english, size=17, bold=True)
    sheet.text(LEFT, 26, chinese, size=11, soft=True)
    if record.number:
        sheet.barcode(RIGHT - 62, 12, 62, 15, record.number)
    sheet.line(LEFT, 30, RIGHT, 30, weight=1.2)


def draw_pairs(
    sheet: Sheet, pairs: Sequence[tuple[str, str]], y: float, *, columns: int = 4
) -> float:
    """Draw named values in a grid of boxes; returns the y below."""
    wide = ACROSS / columns
    for place, (words, value) in enumerate(pairs):
        x = LEFT + place % columns * wide
        top = y + place // columns * 9.5
        sheet.box(x, top, wide, 9.5, weight=0.3)
        sheet.text(x + 1.2, top + 2.8, words, size=5.2, soft=True, width=wide - 2)
        sheet.block(x + 1.2, top + 3.4, wide - 2, 5.8, [value], size=7.6)
    return y + -(-len(pairs) // columns) * 9.5


def draw_party(
    sheet: Sheet, words: str, party: Party, x: float, y: float, *, w: float, h: float
) -> None:
    """Draw who somebody is: names, place, contact, numbers with kind and country."""
    sheet.box(x, y, w, h, weight=0.3)
    sheet.text(x + 1.2, y + 3.2, words, size=5.6, soft=True, width=w - 2)
    names = both_names(party)
    lines = [
        *names,
        *place_lines(party.address),
        country_line(party.address.country),
        contact_line(party),
        "; ".join(number_lines(party)),
    ]
    sheet.block(x + 1.2, y + 4, w - 2.4, h - 4.4, lines, size=7.8)


def draw_rows(
    sheet: Sheet, columns: Sequence[Column], rows: Sequence[Sequence[str]], y: float, *, top: float
) -> float:
    """Draw a table from ``y``, going on on new pages from ``top``; returns the y below it."""
    y = _draw_head(sheet, columns, y)
    for row in rows:
        height = _height(columns, row)
        if y + height > BOTTOM - 4:
            sheet.new_page()
            y = _draw_head(sheet, columns, top)
        x = LEFT
        for column, cell in zip(columns, row, strict=True):
            if column.align == "left":
                sheet.block(x + 1, y + 0.7, column.w - 1.6, height - 0.9, [cell], size=SIZE)
            else:
                sheet.text(x + 0.8, y + 3.1, cell, size=SIZE, width=column.w - 1.6, align="right")
            x += column.w
        y += height
        sheet.line(LEFT, y, RIGHT, y, weight=0.2)
    return y


def draw_numbered(record: Record, title: str, mark: str, draw: Callable[[Sheet], None]) -> bytes:
    """Return what ``draw`` draws, every page numbered "1 / 3"."""
    first = Sheet(width=WIDTH, height=HEIGHT, title=title, mark=mark)
    draw(first)

    def foot(sheet: Sheet) -> None:
        words = f"{record.invoice_number or record.reference} · {record.number}"
        sheet.text(LEFT, BOTTOM + 6, words, size=6, soft=True, width=120)
        number = f"{sheet.pages} / {first.pages}"
        sheet.text(RIGHT - 40, BOTTOM + 6, number, size=6, soft=True, width=40, align="right")

    sheet = Sheet(width=WIDTH, height=HEIGHT, title=title, mark=mark, foot=foot)
    draw(sheet)
    return sheet.finish()


def room_for(sheet: Sheet, y: float, height: float, *, top: float = 18.0) -> float:
    """Return where ``height`` mm can be drawn: at ``y``, or on a new page."""
    if y + height <= BOTTOM:
        return y
    sheet.new_page()
    return top


def _draw_head(sheet: Sheet, columns: Sequence[Column], y: float) -> float:
    sheet.box(LEFT, y, ACROSS, HEAD, weight=0.3, tinted=True)
    x = LEFT
    for column in columns:
        at = {"width": column.w - 1.6, "align": column.align}
        sheet.text(x + 0.8, y + 3.6, column.english, size=6, bold=True, **at)  # type: ignore[arg-type]
        sheet.text(x + 0.8, y + 7.2, column.chinese, size=5.8, soft=True, **at)  # type: ignore[arg-type]
        x += column.w
    return y + HEAD


def _height(columns: Sequence[Column], row: Sequence[str]) -> float:
    lines = max(
        len(wrap(cell, (column.w - 1.6) * MM, SIZE))
        for column, cell in zip(columns, row, strict=True)
        if column.align == "left"
    )
    return min(max(4.6, max(lines, 1) * SIZE * LEADING / MM + 1.6), 16.0)
