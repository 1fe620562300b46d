"""CEB603: the export list of one parcel (docs/customs.md, "Documents"). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from apps.customs.choices import CertificateKind, DocumentKind, ExportMode, IdentifierKind
from apps.customs.documents.built import Built, DocumentRefused, blocking
from apps.customs.documents.ceb import (
    NO_BARCODE,
    amount,
    build_message,
    carrier_fields,
    code_findings,
    kilos,
    line_total,
    note_of,
    sellers,
)
from apps.customs.documents.china_codes import (
    TRADE_MODES,
    TRANSPORT_MODES,
    country_code,
    currency_code,
    unit_code,
)
from apps.customs.documents.needs import form_findings
from apps.customs.documents.parts import CHINA_TIME, exporter_of, gross_grams, net_grams
from apps.customs.findings import Finding
from apps.customs.record import Line, Record

EXPORT = "E"
SIMPLIFIED, SUMMARISED = "A", "B"
TOTAL_AMOUNT = "3"
CARTON = "2"
SIMPLE_CODE = "000000"
CODE_LENGTH = 10
MODEL_LENGTH = 250


def build_ceb603(record: Record) -> Built:
    """Return the export list of a record as XML. Raises DocumentRefused."""
    findings = (
        *form_findings(record, DocumentKind.CEB_LIST),
        *code_findings(record, with_units=True),
        *_own_findings(record),
    )
    if findings:
        raise DocumentRefused(findings)
    return build_message(
        record,
        DocumentKind.CEB_LIST,
        root="Inventory",
        head_name="InventoryHead",
        head={**_firms(record), **_transport(record)},
        lines=("InventoryList", [_line(record, line) for line in record.lines]),
    )


def _own_findings(record: Record) -> Iterator[Finding]:
    if record.export_mode not in TRADE_MODES:
        yield blocking("wrong_mode", "export_mode", value=record.export_mode)
    if record.transport_mode not in TRANSPORT_MODES:
        yield blocking("no_china_code", "transport_mode", value=record.transport_mode[:8])
    bonded = record.export_mode == ExportMode.BONDED.value
    if bonded:
        for name in ("bonded_account", "bonded_operator"):
            if not getattr(record, name):
                yield blocking("missing", name)
    for line in record.lines:
        if bonded and not line.bonded_item:
            yield blocking("missing", "lines.bonded_item", line=line.position)
        if line.origin and not country_code(line.origin):
            yield blocking("no_china_code", "lines.origin", line=line.position, value=line.origin)


def _firms(record: Record) -> dict[str, str]:
    exporter = exporter_of(record)
    seller = sellers(record)
    leaves = record.handed_over_by
    return {
        "customsCode": record.customs_code,
        "ebpCode": seller["ebpCode"],
        "ebpName": seller["ebpName"],
        "orderNo": record.reference,
        **carrier_fields(record),
        "copNo": _own_number(record),
        "ieFlag": EXPORT,
        "portCode": record.port_code,
        "ieDate": leaves.astimezone(CHINA_TIME).strftime("%Y%m%d") if leaves else "",
        "statisticsFlag": SIMPLIFIED if _is_simplified(record) else SUMMARISED,
        "ebcCode": seller["ebcCode"],
        "ebcName": seller["ebcName"],
        "ownerCode": exporter.identifier(IdentifierKind.CN_USCC.value),
        "ownerName": exporter.local_name,
        "iacCode": record.bonded_operator,
        "emsNo": record.bonded_account,
    }


def _transport(record: Record) -> dict[str, str]:
    papers = (paper for line in record.lines for paper in line.certificates)
    licences = (one.number for one in papers if one.kind == CertificateKind.LICENCE.value)
    money = currency_code(record.currency)
    destination = country_code(record.destination)
    return {
        "tradeMode": record.export_mode,
        "trafMode": record.transport_mode,
        "licenseNo": next(licences, ""),
        "country": destination,
        "POD": destination,
        "freight": amount(record.freight),
        "fCurrency": money,
        "fFlag": TOTAL_AMOUNT,
        "insuredFee": amount(record.insurance),
        "iCurrency": money,
        "iFlag": TOTAL_AMOUNT,
        "wrapType": CARTON,
        "packNo": str(record.packages),
        "grossWeight": kilos(gross_grams(record)),
        "netWeight": kilos(net_grams(record)),
        "note": note_of(record),
    }


def _line(record: Record, line: Line) -> dict[str, str]:
    second = line.second_quantity
    return {
        "gnum": str(line.position),
        "itemNo": line.sku,
        "itemRecordNo": line.bonded_item,
        "itemName": line.description_cn,
        "gcode": line.export_code[:CODE_LENGTH],
        "gname": line.description_cn,
        "gmodel": _model(line),
        "barCode": line.barcode or NO_BARCODE,
        "country": country_code(line.origin),
        "currency": currency_code(record.currency),
        "qty": str(line.quantity),
        "qty1": amount(line.first_quantity) if line.first_quantity is not None else "",
        "qty2": amount(second) if second is not None and line.second_unit else "",
        "unit": unit_code(line.unit),
        "unit1": unit_code(line.first_unit),
        "unit2": unit_code(line.second_unit) if second is not None else "",
        **line_total(line),
    }


def _model(line: Line) -> str:
    """The line's kind in the words the list wants: brand, model, material, use."""
    parts = (
        ("品牌", line.brand),
        ("型号", line.model),
        ("材质", line.material),
        ("用途", line.use),
    )
    return "|".join(f"{name}:{value}" for name, value in parts if value)[:MODEL_LENGTH]


def _is_simplified(record: Record) -> bool:
    """Whether every line is declared by its first four digits (综试区 only)."""
    return all(line.export_code[4:CODE_LENGTH] == SIMPLE_CODE for line in record.lines)


def _own_number(record: Record) -> str:
    """The firm's own number of the list, at most 30 signs, the same for a parcel for life."""
    return "LM" + hashlib.sha256(record.subject.encode()).hexdigest()[:26].upper()
