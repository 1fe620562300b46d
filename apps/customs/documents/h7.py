"""H7: the EU's declaration of low value, as data (docs/customs.md, "Documents"). Pure."""

from __future__ import annotations

from apps.customs.choices import DocumentKind
from apps.customs.documents.built import Built, DocumentRefused
from apps.customs.documents.eu_parts import (
    IOSS_PROCEDURE,
    IOSS_ROLE,
    LOW_VALUE_CONSIGNMENT,
    distinct_codes,
    header,
    item,
)
from apps.customs.documents.json_form import build_json, money_data
from apps.customs.documents.needs import form_findings
from apps.customs.record import Record

HS_DIGITS = 6


def build_h7(record: Record) -> Built:
    """Return the H7 data of a record as JSON. Raises DocumentRefused.

    Whether the value lets a consignment use H7 is the regime's matter (`borders_of`).
    """
    findings = form_findings(record, DocumentKind.H7)
    if findings:
        raise DocumentRefused(findings)
    fiscal = [{"role": IOSS_ROLE, "number": record.ioss}] if record.ioss else []
    data = {
        **header(record, "H7"),
        "additional_procedures": [LOW_VALUE_CONSIGNMENT, *([IOSS_PROCEDURE] if fiscal else [])],
        "fiscal_references": fiscal,
        "intrinsic_value": money_data(record.total, record.currency),
        "distinct_hs6": distinct_codes(record),
        "items": [
            {**item(record, line), "commodity_code": line.hs_code[:HS_DIGITS]}
            for line in record.lines
        ],
    }
    return build_json("h7", data)
