"""Packing list, A4: what lies in the packages, without prices. Pure."""

from __future__ import annotations

from apps.customs.choices import DocumentKind
from apps.customs.documents.built import PDF, Built, DocumentRefused
from apps.customs.documents.needs import form_findings
from apps.customs.documents.parts import (
    country_name,
    description,
    exporter_of,
    gross_grams,
    issue_date,
    kilograms,
    net_grams,
    with_unit,
)
from apps.customs.documents.sheet import Sheet
from apps.customs.documents.trade_parts import (
    ACROSS,
    LEFT,
    RIGHT,
    Column,
    draw_numbered,
    draw_pairs,
    draw_party,
    draw_rows,
    draw_title,
    room_for,
)
from apps.customs.record import Line, Record

COLUMNS = (
    Column(8, "No.", "序号"),
    Column(28, "SKU", "货号"),
    Column(66, "Description of goods", "货物描述"),
    Column(26, "Origin", "原产国"),
    Column(18, "Quantity", "数量", "right"),
    Column(18, "Net kg", "净重", "right"),
    Column(18, "Gross kg", "毛重", "right"),
)


def build_packing_list(record: Record, *, mark: str = "") -> Built:
    """Return the packing list of a record; ``mark`` is printed across.

    A marked one may be incomplete. Raises DocumentRefused.
    """
    findings = form_findings(record, DocumentKind.PACKING_LIST)
    if findings and not mark:
        raise DocumentRefused(findings)
    title = f"Packing list {record.invoice_number or record.reference}"
    content = draw_numbered(record, title, mark, lambda sheet: _draw(sheet, record))
    return Built(content, PDF, "pdf")


def _draw(sheet: Sheet, record: Record) -> None:
    draw_title(sheet, record, "PACKING LIST", "装箱单")
    y = draw_pairs(sheet, _facts(record), 33)
    half = ACROSS / 2
    draw_party(sheet, "Shipper 发货人", exporter_of(record), LEFT, y + 3, w=half, h=33)
    draw_party(sheet, "Consignee 收货人", record.recipient, LEFT + half, y + 3, w=half, h=33)
    y = draw_rows(sheet, COLUMNS, [_row(line) for line in record.lines], y + 39, top=18)
    _draw_totals(sheet, record, room_for(sheet, y, 40))


def _facts(record: Record) -> list[tuple[str, str]]:
    on = issue_date(record)
    size = (record.length_mm, record.width_mm, record.height_mm)
    return [
        ("Invoice no. 发票号", record.invoice_number),
        ("Date 日期", on.isoformat() if on else ""),
        ("Waybill no. 运单号", record.number),
        ("Carrier 承运人", record.carrier.upper()),
        ("Order no. 订单号", record.reference),
        ("Packages 件数", str(record.packages)),
        ("Size, cm 尺寸", " × ".join(f"{side / 10:g}" for side in size if side)),
        ("Terms of delivery 贸易术语", f"{record.incoterm} {record.incoterm_place}".strip()),
    ]


def _row(line: Line) -> tuple[str, ...]:
    return (
        str(line.position),
        line.sku,
        description(line),
        f"{country_name(line.origin)} ({line.origin})" if line.origin else "",
        f"{line.quantity} {line.unit}",
        kilograms(line.net_grams),
        kilograms(line.gross_grams),
    )


def _draw_totals(sheet: Sheet, record: Record, y: float) -> None:
    pieces = sum(line.quantity for line in record.lines)
    totals = (
        ("Pieces 总数量", str(pieces)),
        ("Packages 总件数", str(record.packages)),
        ("Net weight 总净重", with_unit(net_grams(record))),
        ("Gross weight 总毛重", with_unit(gross_grams(record))),
    )
    for words, value in totals:
        y += 5
        sheet.text(RIGHT - 90, y, words, size=7.6, width=48, align="right")
        sheet.text(RIGHT - 40.8, y, value, size=7.6, bold=True, width=40, align="right")
    x = LEFT + ACROSS / 2
    sheet.box(x, y + 4, ACROSS / 2, 15, weight=0.3)
    sheet.text(x + 1.2, y + 7.4, "Packed and checked by 装箱人签字", size=5.6, soft=True)
