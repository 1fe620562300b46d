"""Commercial invoice, A4. Pure. Fields: docs/customs.md, "Documents"."""

from __future__ import annotations

from apps.customs.choices import DocumentKind, PartyKind
from apps.customs.documents.built import PDF, Built, DocumentRefused
from apps.customs.documents.needs import form_findings
from apps.customs.documents.parts import (
    country_name,
    description,
    exporter_of,
    gross_grams,
    importer_of,
    issue_date,
    kilograms,
    money,
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

REASONS = {
    "sale": "Sale of goods",
    "gift": "Gift, not sold",
    "sample": "Commercial sample, not sold",
    "return": "Returned goods",
    "document": "Documents",
    "other": "Other",
}
COLUMNS = (
    Column(7, "No.", "序号"),
    Column(57, "Description of goods", "货物描述"),
    Column(19, "HS code", "HS编码"),
    Column(22, "Origin", "原产国"),
    Column(17, "Quantity", "数量", "right"),
    Column(15, "Net kg", "净重", "right"),
    Column(21, "Unit price", "单价", "right"),
    Column(24, "Amount", "金额", "right"),
)
DECLARATION = (
    "We declare that the information on this invoice is true and correct, that the prices are "
    "those actually paid or payable, and that the goods originate in the countries stated."
)


def build_invoice(record: Record, *, mark: str = "") -> Built:
    """Return the commercial invoice of a record; ``mark`` is printed across.

    A marked one may be incomplete. Raises DocumentRefused.
    """
    findings = form_findings(record, DocumentKind.INVOICE)
    if findings and not mark:
        raise DocumentRefused(findings)
    name = record.invoice_number or record.reference
    content = draw_numbered(
        record, f"Commercial invoice {name}", mark, lambda sheet: _draw(sheet, record)
    )
    return Built(content, PDF, "pdf")


def _draw(sheet: Sheet, record: Record) -> None:
    draw_title(sheet, record, "COMMERCIAL INVOICE", "商业发票")
    y = draw_pairs(sheet, _facts(record), 33)
    y = _draw_parties(sheet, record, y + 3)
    rows = [_row(record, line) for line in record.lines]
    y = draw_rows(sheet, COLUMNS, rows, y + 3, top=18)
    y = _draw_sums(sheet, record, room_for(sheet, y, 34))
    _draw_signature(sheet, record, room_for(sheet, y + 4, 34))


def _facts(record: Record) -> list[tuple[str, str]]:
    on = issue_date(record)
    company = importer_of(record).kind == PartyKind.COMPANY.value
    size = (record.length_mm, record.width_mm, record.height_mm)
    dims = " × ".join(f"{side / 10:g}" for side in size if side)
    return [
        ("Invoice no. 发票号", record.invoice_number),
        ("Invoice date 日期", on.isoformat() if on else ""),
        ("Waybill no. 运单号", record.number),
        ("Carrier 承运人", record.carrier.upper()),
        ("Order no. 订单号", record.reference),
        ("Terms of delivery 贸易术语", f"{record.incoterm} {record.incoterm_place}".strip()),
        ("Reason for export 出口原因", REASONS.get(record.reason, record.reason)),
        ("Sale to 买方性质", "Business (B2B)" if company else "Consumer (B2C)"),
        ("Terms of payment 付款", "Prepaid" if record.payment else ""),
        ("Packages 件数", f"{record.packages}" + (f" ({dims} cm)" if dims else "")),
        ("Net weight 净重", with_unit(net_grams(record))),
        ("Gross weight 毛重", with_unit(gross_grams(record))),
    ]


def _draw_parties(sheet: Sheet, record: Record, y: float) -> float:
    half = ACROSS / 2
    people = [
        ("Shipper / exporter 发货人（出口商）", exporter_of(record)),
        ("Consignee 收货人", record.recipient),
    ]
    if record.importer is not None:
        people.append(("Importer of record 进口商", record.importer))
    if record.responsible is not None:
        people.append(("Responsible person in the EU 欧盟负责人", record.responsible))
    for place, (words, party) in enumerate(people):
        left = LEFT + place % 2 * half
        draw_party(sheet, words, party, left, y + place // 2 * 33, w=half, h=33)
    return y + -(-len(people) // 2) * 33


def _row(record: Record, line: Line) -> tuple[str, ...]:
    words = description(line)
    extra = " · ".join(part for part in (line.brand, line.model, line.sku) if part)
    origin = f"{country_name(line.origin)} ({line.origin})" if line.origin else ""
    return (
        str(line.position),
        f"{words} — {extra}" if extra else words,
        line.import_code or line.hs_code,
        origin,
        f"{line.quantity} {line.unit}",
        kilograms(line.net_grams),
        money(line.unit_price, record.currency),
        money(line.total, record.currency),
    )


def _draw_sums(sheet: Sheet, record: Record, y: float) -> float:
    goods = record.total + record.discount
    sums = [("Total of lines 货值合计", goods, False)]
    if record.discount:
        sums += [("Discount 折扣", -record.discount, False), ("Goods 货款", record.total, True)]
    sums += [
        ("Freight 运费", record.freight, False),
        ("Insurance 保险费", record.insurance, False),
        ("TOTAL 总计", record.total + record.freight + record.insurance, True),
    ]
    for words, amount, strong in sums:
        y += 5
        shown = f"{money(amount, record.currency)} {record.currency}"
        sheet.text(RIGHT - 90, y, words, size=7.6, bold=strong, width=48, align="right")
        sheet.text(RIGHT - 40.8, y, shown, size=7.6, bold=strong, width=40, align="right")
    sheet.line(RIGHT - 90, y + 1.6, RIGHT, y + 1.6, weight=0.8)
    return y + 2


def _draw_signature(sheet: Sheet, record: Record, y: float) -> None:
    sheet.block(LEFT, y, ACROSS / 2 - 6, 22, [record.remarks, DECLARATION], size=7, soft=True)
    x = LEFT + ACROSS / 2
    sheet.box(x, y, ACROSS / 2, 26, weight=0.3)
    sheet.text(x + 1.2, y + 3.4, "Signature and stamp 签字盖章", size=5.6, soft=True)
    on = issue_date(record)
    name = exporter_of(record).name
    sheet.text(x + 1.2, y + 24, f"{name}, {on.isoformat()}" if on else name, size=7, width=86)
