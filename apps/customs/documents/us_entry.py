"""US entry data for a broker, with the FDA's where due (docs/customs.md, "Documents"). Pure.

Duty rates and chapter 98/99 codes move too often to be written here: the broker adds them.
"""

from __future__ import annotations

from typing import Any

from apps.customs.choices import DocumentKind, IdentifierKind, ServiceKind
from apps.customs.documents.built import Built, DocumentRefused
from apps.customs.documents.json_form import build_json, money_data, party_data, weight
from apps.customs.documents.needs import form_findings
from apps.customs.documents.parts import exporter_of, gross_grams, importer_of, message_id
from apps.customs.record import Line, Record
from apps.customs.regimes.goods import is_fda, is_food


def build_us_entry(record: Record) -> Built:
    """Return the US entry data of a record as JSON. Raises DocumentRefused."""
    findings = form_findings(record, DocumentKind.US_ENTRY)
    if findings:
        raise DocumentRefused(findings)
    importer = importer_of(record)
    mail = record.service == ServiceKind.POST.value
    data = {
        "entry": "mail" if mail else "formal_or_informal",
        "reference": message_id(record, "us_entry"),
        "carrier": record.carrier,
        "transport_document": record.number,
        "importer_of_record": {
            **party_data(importer),
            "number": importer.identifier(IdentifierKind.US_EIN.value),
        },
        "consignee": party_data(record.recipient),
        "shipper": party_data(exporter_of(record)),
        "country_of_export": record.origin_country,
        "total_value": money_data(record.total, record.currency),
        "discount": money_data(record.discount, record.currency) if record.discount else None,
        "gross_weight_kg": weight(gross_grams(record)),
        "fda_regulated": any(is_fda(line) for line in record.lines),
        "lines": [_line(record, line) for line in record.lines],
    }
    return build_json("us_entry", data)


def _line(record: Record, line: Line) -> dict[str, Any]:
    words = [line.description_en, line.material, line.use]
    return {
        "number": line.position,
        "hts": line.import_code,
        "description": ", ".join(dict.fromkeys(part for part in words if part)),
        "country_of_origin": line.origin,
        "quantity": line.quantity,
        "unit": line.unit,
        "net_weight_kg": weight(line.net_grams),
        "value": money_data(line.total, record.currency),
        "fda": _fda(line) if is_fda(line) else None,
    }


def _fda(line: Line) -> dict[str, Any] | None:
    if line.fda is None:
        return None
    return {
        "product_code": line.fda.product_code,
        "intended_use": line.fda.intended_use,
        "manufacturer": line.fda.manufacturer,
        "facility": line.fda.facility,
        "prior_notice": line.fda.prior_notice if is_food(line) else "",
    }
