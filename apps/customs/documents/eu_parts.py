"""What H7 and H1 share (docs/customs.md, "Documents"). Pure."""

from __future__ import annotations

from typing import Any

from apps.customs.documents.json_form import money_data, party_data, weight
from apps.customs.documents.parts import exporter_of, gross_grams, importer_of, message_id
from apps.customs.record import Line, Record

LOW_VALUE_CONSIGNMENT = "C07"
IOSS_PROCEDURE = "F48"
IOSS_ROLE = "FR5"


def header(record: Record, kind: str) -> dict[str, Any]:
    """Return what both declarations begin with."""
    return {
        "declaration": kind,
        "reference": message_id(record, kind.lower()),
        "declaration_type": "IM",
        "additional_declaration_type": "A",
        "transport_document": record.number,
        "exporter": party_data(exporter_of(record)),
        "importer": party_data(importer_of(record)),
        "responsible_person": party_data(record.responsible) if record.responsible else None,
        "country_of_dispatch": record.origin_country,
        "country_of_destination": record.destination,
        "gross_mass_kg": weight(gross_grams(record)),
        "discount": money_data(record.discount, record.currency) if record.discount else None,
        "transport_costs": money_data(record.freight + record.insurance, record.currency),
    }


def item(record: Record, line: Line) -> dict[str, Any]:
    """Return one goods item as both declarations have it."""
    what_for = f" — {line.use}" if line.use else ""
    material = f" ({line.material})" if line.material not in ("", line.description_en) else ""
    return {
        "number": line.position,
        "description": f"{line.description_en}{material}{what_for}",
        "net_mass_kg": weight(line.net_grams),
        "gross_mass_kg": weight(line.gross_grams),
        "quantity": line.quantity,
        "unit": line.unit,
        "country_of_origin": line.origin,
        "value": money_data(line.total, record.currency),
        "documents": [{"kind": one.kind, "number": one.number} for one in line.certificates],
    }


def distinct_codes(record: Record) -> int:
    """Return how many distinct six-digit codes there are: what the EU's duty a line counts."""
    return len({line.hs_code[:6] for line in record.lines if line.hs_code})
