"""CEB505: the waybill, as the logistics firm transmits it (docs/customs.md, "Documents"). Pure."""

from __future__ import annotations

from apps.customs.choices import DocumentKind, IdentifierKind
from apps.customs.documents.built import Built, DocumentRefused
from apps.customs.documents.ceb import (
    amount,
    build_message,
    carrier_fields,
    code_findings,
    kilos,
)
from apps.customs.documents.china_codes import currency_code
from apps.customs.documents.needs import form_findings
from apps.customs.documents.parts import exporter_of, gross_grams
from apps.customs.record import Record

MOST_GOODS = 250


def build_ceb505(record: Record) -> Built:
    """Return the waybill of a record as XML. Raises DocumentRefused."""
    findings = (*form_findings(record, DocumentKind.CEB_WAYBILL), *code_findings(record))
    if findings:
        raise DocumentRefused(findings)
    exporter = exporter_of(record)
    names = dict.fromkeys(line.description_cn for line in record.lines)
    head = {
        **carrier_fields(record),
        "freight": amount(record.freight),
        "insuredFee": amount(record.insurance),
        "currency": currency_code(record.currency),
        "grossWeight": kilos(gross_grams(record)),
        "packNo": str(record.packages),
        "goodsInfo": "；".join(names)[:MOST_GOODS],
        "ebcCode": exporter.identifier(IdentifierKind.CN_CUSTOMS.value),
        "ebcName": exporter.local_name,
        "ebcTelephone": exporter.phone,
    }
    return build_message(record, DocumentKind.CEB_WAYBILL, root="Logistics", head=head)
