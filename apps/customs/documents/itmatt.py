"""ITMATT-like item attributes: CN22/CN23 as data for the destination's post. Pure.

The content is that of UPU M33 (docs/customs.md, "Documents"), in our own JSON and schema: the
standard's text was not at hand, so no element name is claimed to be its.
"""

from __future__ import annotations

from typing import Any

from apps.customs.choices import CertificateKind, DocumentKind
from apps.customs.documents.built import Built, DocumentRefused
from apps.customs.documents.json_form import build_json, money_data, party_data, weight
from apps.customs.documents.needs import form_findings
from apps.customs.documents.parts import (
    description,
    gross_grams,
    issue_date,
    message_id,
    tax_number,
)
from apps.customs.record import Line, Record

NATURES = {
    "sale": "sale_of_goods",
    "gift": "gift",
    "sample": "commercial_sample",
    "return": "returned_goods",
    "document": "documents",
}


def build_itmatt(record: Record) -> Built:
    """Return the item attributes of a record as JSON. Raises DocumentRefused."""
    findings = form_findings(record, DocumentKind.ITMATT)
    if findings:
        raise DocumentRefused(findings)
    on = issue_date(record)
    papers = [paper for line in record.lines for paper in line.certificates]
    licence = CertificateKind.LICENCE.value
    data = {
        "message": "ITMATT",
        "message_id": message_id(record, "itmatt"),
        "item_id": record.number,
        "origin_country": record.origin_country,
        "destination_country": record.destination,
        "posting_date": on.isoformat() if on else "",
        "nature_of_transaction": NATURES.get(record.reason, "other"),
        "gross_weight_kg": weight(gross_grams(record)),
        "total_value": money_data(record.total, record.currency),
        "discount": money_data(record.discount, record.currency) if record.discount else None,
        "postage": money_data(record.freight, record.currency) if record.freight else None,
        "sender": party_data(record.seller),
        "addressee": party_data(record.recipient),
        "importer_reference": tax_number(record.importer or record.recipient),
        "ioss": record.ioss,
        "licences": [one.number for one in papers if one.kind == licence],
        "certificates": [one.number for one in papers if one.kind != licence],
        "invoice": record.invoice_number,
        "remarks": record.remarks,
        "pieces": [_piece(record, line) for line in record.lines],
    }
    return build_json("itmatt", data)


def _piece(record: Record, line: Line) -> dict[str, Any]:
    return {
        "number": line.position,
        "description": description(line),
        "quantity": line.quantity,
        "unit": line.unit,
        "net_weight_kg": weight(line.net_grams),
        "value": money_data(line.total, record.currency),
        "hs_code": line.hs_code,
        "origin_country": line.origin,
    }
