"""CEB303: the order, as the platform transmits it (docs/customs.md, "Documents"). Pure."""

from __future__ import annotations

from apps.customs.choices import DocumentKind, ExportMode
from apps.customs.documents.built import Built, DocumentRefused
from apps.customs.documents.ceb import (
    NO_BARCODE,
    amount,
    build_message,
    code_findings,
    line_total,
    note_of,
    sellers,
)
from apps.customs.documents.china_codes import currency_code, unit_code
from apps.customs.documents.needs import form_findings
from apps.customs.record import Line, Record

RETAIL, BUSINESS = "E", "B"
B2B = frozenset({ExportMode.B2B.value, ExportMode.WAREHOUSE.value})


def build_ceb303(record: Record) -> Built:
    """Return the order of a record as XML. Raises DocumentRefused."""
    findings = (*form_findings(record, DocumentKind.CEB_ORDER), *code_findings(record))
    if findings:
        raise DocumentRefused(findings)
    head = {
        "orderType": BUSINESS if record.export_mode in B2B else RETAIL,
        "orderNo": record.reference,
        **sellers(record),
        "goodsValue": amount(record.total),
        "freight": amount(record.freight),
        "currency": currency_code(record.currency),
        "note": note_of(record),
    }
    lines = [_line(record, line) for line in record.lines]
    return build_message(
        record,
        DocumentKind.CEB_ORDER,
        root="Order",
        head_name="OrderHead",
        head=head,
        lines=("OrderList", lines),
    )


def _line(record: Record, line: Line) -> dict[str, str]:
    return {
        "gnum": str(line.position),
        "itemNo": line.sku,
        "itemName": line.description_cn,
        "itemDescribe": line.title,
        "barCode": line.barcode or NO_BARCODE,
        "unit": unit_code(line.unit),
        "currency": currency_code(record.currency),
        "qty": str(line.quantity),
        **line_total(line),
    }
