"""H1: the EU's full import declaration, as data (docs/customs.md, "Documents"). Pure."""

from __future__ import annotations

from apps.customs.choices import DocumentKind, SendReason
from apps.customs.documents.built import Built, DocumentRefused
from apps.customs.documents.eu_parts import distinct_codes, header, item
from apps.customs.documents.json_form import build_json, money_data
from apps.customs.documents.needs import form_findings
from apps.customs.record import Record

FREE_CIRCULATION = "4000"
NATURES = {SendReason.SALE.value: "11", SendReason.RETURN.value: "21", SendReason.GIFT.value: "34"}
OTHER_NATURE = "99"


def build_h1(record: Record) -> Built:
    """Return the H1 data of a record as JSON. Raises DocumentRefused."""
    findings = form_findings(record, DocumentKind.H1)
    if findings:
        raise DocumentRefused(findings)
    data = {
        **header(record, "H1"),
        "procedure": FREE_CIRCULATION,
        "nature_of_transaction": NATURES.get(record.reason, OTHER_NATURE),
        "incoterm": {"code": record.incoterm, "place": record.incoterm_place},
        "invoice": {
            "number": record.invoice_number,
            "date": record.invoice_date.isoformat() if record.invoice_date else "",
            "total": money_data(record.total, record.currency),
        },
        "packages": record.packages,
        "distinct_hs6": distinct_codes(record),
        "items": [
            {
                **item(record, line),
                "commodity_code": line.import_code,
                "unit_price": money_data(line.unit_price, record.currency),
            }
            for line in record.lines
        ],
    }
    return build_json("h1", data)
