"""What the messages of China's cross-border export share: head, firms, schema. Pure.

Element names and lengths: docs/customs.md, "Documents"; the schema is our own (`data/ceb.xsd`).
A message says when it was made by the time of the sale: the same record gives the same bytes, and
who transmits it adds the envelope (BaseTransfer) and the signature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

from lxml import etree

from apps.customs.choices import DocumentKind, IdentifierKind
from apps.customs.documents.built import XML, Built, DocumentRefused, blocking
from apps.customs.documents.china_codes import country_code, currency_code, unit_code
from apps.customs.documents.parts import china_moment, exporter_of, message_id
from apps.customs.findings import Finding
from apps.customs.record import Line, Record

NAMESPACE = "http://www.chinaport.gov.cn/ceb"
SCHEMA = Path(__file__).parent / "data" / "ceb.xsd"
NEW = "1"
REPORTED = "2"
NO_BARCODE = "无"
Fields = Mapping[str, str]


def build_message(
    record: Record,
    kind: DocumentKind,
    *,
    root: str,
    head: Fields | None,
    head_name: str = "",
    lines: tuple[str, Sequence[Fields]] = ("", ()),
) -> Built:
    """Return a message that its schema allows. Raises DocumentRefused, naming what it forbids."""
    etree.register_namespace("ceb", NAMESPACE)
    name = f"{kind.value.upper()}Message"
    guid = message_id(record, kind.value)
    message = etree.Element(_tag(name), {"guid": guid, "version": "1.0"}, nsmap={"ceb": NAMESPACE})
    body = etree.SubElement(message, _tag(root))
    common = {
        "guid": guid,
        "appType": NEW,
        "appTime": china_moment(record.sold_at),
        "appStatus": REPORTED,
    }
    _write(body, head_name, {**common, **(head or {})})
    for fields in lines[1]:
        _write(body, lines[0], fields)
    _check(message)
    text = etree.tostring(message, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return Built(text, XML, "xml")


def sellers(record: Record) -> dict[str, str]:
    """Return platform (ebp) and shop (ebc): who has no platform's number sells on its own."""
    exporter = exporter_of(record)
    own = exporter.identifier(IdentifierKind.CN_CUSTOMS.value)
    return {
        "ebpCode": record.platform_code or own,
        "ebpName": record.platform,
        "ebcCode": own,
        "ebcName": exporter.local_name,
    }


def carrier_fields(record: Record) -> dict[str, str]:
    """Return the logistics firm as we know it: by its code with us."""
    return {
        "logisticsCode": record.carrier.upper(),
        "logisticsName": record.carrier,
        "logisticsNo": record.number,
    }


def code_findings(record: Record, *, with_units: bool = False) -> tuple[Finding, ...]:
    """Return what China's customs has no number for: currency, country, unit."""
    found = []
    if not currency_code(record.currency):
        found.append(blocking("no_china_code", "currency", value=record.currency[:8]))
    if not country_code(record.destination):
        path = "recipient.address.country"
        found.append(blocking("no_china_code", path, value=record.destination[:8]))
    for line in record.lines:
        units = {"lines.unit": line.unit}
        if with_units:
            units |= {"lines.first_unit": line.first_unit, "lines.second_unit": line.second_unit}
        for field, unit in units.items():
            if unit and not unit_code(unit):
                found.append(blocking("no_china_code", field, line=line.position, value=unit[:12]))
    return tuple(found)


def amount(value: Decimal) -> str:
    """Return a number with at most five decimals, without superfluous zeros."""
    text = f"{value.quantize(Decimal('0.00001')):f}"
    return text.rstrip("0").rstrip(".")


def kilos(grams: int | None) -> str:
    """Return grams as kilograms, "" where nothing is known."""
    return "" if grams is None else amount(Decimal(grams) / 1000)


def line_total(line: Line) -> dict[str, str]:
    """Return quantity, price and value of a line."""
    return {"price": amount(line.unit_price), "totalPrice": amount(line.total)}


def note_of(record: Record) -> str:
    """Return the remarks, with the discount that lines do not show."""
    discount = f"优惠 {amount(record.discount)} {record.currency}" if record.discount else ""
    return " ".join(part for part in (record.remarks, discount) if part)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _write(parent: etree._Element, name: str, fields: Fields) -> None:
    holder = etree.SubElement(parent, _tag(name)) if name else parent
    for key, value in fields.items():
        if value:
            etree.SubElement(holder, _tag(key)).text = _printable(value)


def _printable(text: str) -> str:
    """Text without the characters XML cannot hold, on one line."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _check(message: etree._Element) -> None:
    schema = _schema()
    if schema.validate(message):
        return
    raise DocumentRefused(
        tuple(
            blocking(
                "schema", _element(error), detail=error.message.replace(f"{{{NAMESPACE}}}", "")
            )
            for error in schema.error_log
        )
    )


def _told(message: str) -> str:
    return message.replace(f"{{{NAMESPACE}}}", "")[:200]


def _element(error: etree._LogEntry) -> str:
    return str(error.path or "").replace("ceb:", "").strip("/*") or "message"


@cache
def _schema_text() -> bytes:
    return SCHEMA.read_bytes()


def _schema() -> etree.XMLSchema:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.XMLSchema(etree.fromstring(_schema_text(), parser))
