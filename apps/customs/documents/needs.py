"""What each form cannot be without, and sums that must be right on any of them. Pure.

The rules of a regime are in `regimes` and `checking`; these are the boxes of the paper and the
elements of the message. Sources: docs/customs.md, "Documents".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from apps.core.regions import COUNTRIES, CURRENCY_DIGITS
from apps.customs.choices import DocumentKind, SendReason, Supplier
from apps.customs.documents.built import blocking
from apps.customs.documents.parts import COMMERCIAL, exporter_of, gross_grams, importer_of
from apps.customs.findings import Finding
from apps.customs.record import Line, Record

SHOP, STAFF, BUYER = Supplier.STOREFRONT, Supplier.CUSTOMS_STAFF, Supplier.RECIPIENT
EXPORTER, PORTAL, CARRIER = Supplier.EXPORTER, Supplier.PORTAL, Supplier.CARRIER
MOST_ON_CN22 = 5
MOST_LINES = 999

Get = Callable[[Record], Any]
GetLine = Callable[[Line], Any]

_FIELDS: Mapping[str, tuple[Supplier, Get]] = {
    "reference": (SHOP, lambda record: record.reference),
    "number": (CARRIER, lambda record: record.number),
    "carrier": (CARRIER, lambda record: record.carrier),
    "lines": (SHOP, lambda record: record.lines),
    "currency": (SHOP, lambda record: record.currency),
    "incoterm": (SHOP, lambda record: record.incoterm),
    "total": (SHOP, lambda record: record.total > 0),
    "gross_grams": (PORTAL, gross_grams),
    "invoice_number": (SHOP, lambda record: record.invoice_number),
    "invoice_date": (SHOP, lambda record: record.invoice_date),
    "sold_at": (SHOP, lambda record: record.sold_at),
    "platform": (EXPORTER, lambda record: record.platform),
    "port_code": (EXPORTER, lambda record: record.port_code),
    "customs_code": (EXPORTER, lambda record: record.customs_code),
    "payment.number": (SHOP, lambda record: record.payment and record.payment.number),
    "payment.firm": (SHOP, lambda record: record.payment and record.payment.firm),
    "payment.amount": (SHOP, lambda record: record.payment and record.payment.amount),
    "payment.currency": (SHOP, lambda record: record.payment and record.payment.currency),
    "payment.paid_at": (SHOP, lambda record: record.payment and record.payment.paid_at),
    "exporter.name": (EXPORTER, lambda record: exporter_of(record).name),
    "exporter.local_name": (EXPORTER, lambda record: exporter_of(record).local_name),
    "exporter.address.street": (EXPORTER, lambda record: exporter_of(record).address.street),
    "exporter.address.city": (EXPORTER, lambda record: exporter_of(record).address.city),
    "exporter.address.country": (EXPORTER, lambda record: exporter_of(record).address.country),
    "exporter.phone": (EXPORTER, lambda record: exporter_of(record).phone),
    "exporter.identifiers.cn_customs": (
        EXPORTER,
        lambda record: exporter_of(record).identifier("cn_customs"),
    ),
    "exporter.identifiers.cn_uscc": (
        EXPORTER,
        lambda record: exporter_of(record).identifier("cn_uscc"),
    ),
    "recipient.name": (BUYER, lambda record: record.recipient.name),
    "recipient.address.street": (BUYER, lambda record: record.recipient.address.street),
    "recipient.address.city": (BUYER, lambda record: record.recipient.address.city),
    "recipient.address.postcode": (BUYER, lambda record: record.recipient.address.postcode),
    "recipient.address.country": (BUYER, lambda record: record.destination),
    "recipient.phone": (BUYER, lambda record: record.recipient.phone),
    "importer.identifiers": (BUYER, lambda record: importer_of(record).identifiers),
}
_LINE_FIELDS: Mapping[str, tuple[Supplier, GetLine]] = {
    "description_en": (STAFF, lambda line: line.description_en),
    "description_cn": (STAFF, lambda line: line.description_cn),
    "quantity": (SHOP, lambda line: line.quantity > 0),
    "total": (SHOP, lambda line: line.total > 0),
    "net_grams": (STAFF, lambda line: line.net_grams),
    "hs_code": (STAFF, lambda line: line.hs_code),
    "origin": (STAFF, lambda line: line.origin),
    "import_code": (STAFF, lambda line: line.import_code),
    "export_code": (STAFF, lambda line: line.export_code),
    "first_quantity": (STAFF, lambda line: line.first_quantity),
    "first_unit": (STAFF, lambda line: line.first_unit),
    "sku": (SHOP, lambda line: line.sku),
}
_ANY = ("lines", "currency", "recipient.name", "recipient.address.country")
_POST = (
    *_ANY,
    "exporter.name",
    "exporter.address.street",
    "exporter.address.city",
    "exporter.address.country",
    "recipient.address.street",
    "recipient.address.city",
    "gross_grams",
)
_GOODS = ("description_en", "quantity", "total", "net_grams")
_KNOWN_GOODS = (*_GOODS, "hs_code", "origin")
_CEB = ("reference", "lines", "exporter.local_name", "exporter.identifiers.cn_customs", "sold_at")
K = DocumentKind
FORM_NEEDS: Mapping[DocumentKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    K.CN22: (_POST, _GOODS),
    K.CN23: (_POST, _GOODS),
    K.INVOICE: ((*_POST, "invoice_number", "invoice_date", "incoterm", "total"), _KNOWN_GOODS),
    K.PACKING_LIST: (_POST, ("description_en", "quantity", "net_grams")),
    K.CEB_ORDER: ((*_CEB, "currency", "platform"), ("description_cn", "quantity", "total", "sku")),
    K.CEB_RECEIPT: (
        (*_CEB, "platform", "payment.number", "payment.firm", "payment.amount",
         "payment.currency", "payment.paid_at"),
        (),
    ),
    K.CEB_WAYBILL: (
        ("number", "carrier", "lines", "currency", "gross_grams", "exporter.local_name",
         "exporter.identifiers.cn_customs", "exporter.phone", "sold_at"),
        ("description_cn",),
    ),
    K.CEB_LIST: (
        (*_CEB, "currency", "platform", "number", "carrier", "port_code", "customs_code",
         "gross_grams", "exporter.identifiers.cn_uscc", "recipient.address.country"),
        ("description_cn", "quantity", "total", "net_grams", "origin", "export_code", "sku",
         "first_quantity", "first_unit"),
    ),
    K.ITMATT: ((*_POST, "number", "recipient.address.postcode"), _GOODS),
    K.H7: ((*_POST, "number", "recipient.address.postcode"), (*_GOODS, "hs_code")),
    K.H1: (
        (*_POST, "number", "incoterm", "invoice_number", "recipient.address.postcode",
         "importer.identifiers"),
        (*_KNOWN_GOODS, "import_code"),
    ),
    K.US_ENTRY: (
        (*_POST, "number", "carrier", "recipient.address.postcode"),
        (*_KNOWN_GOODS, "import_code"),
    ),
    K.EWAYBILL: (
        (*_POST, "recipient.address.postcode", "recipient.phone", "exporter.phone"),
        _KNOWN_GOODS,
    ),
}  # fmt: skip
"""Form → (fields of the record, fields of every line) it cannot be without."""


def form_findings(record: Record, kind: DocumentKind) -> tuple[Finding, ...]:
    """Return what keeps a form from being made, in the order of the record."""
    return (*_missing(record, kind), *_unknown(record), *_wrong_sums(record), *_limits(record, kind))


def _missing(record: Record, kind: DocumentKind) -> Iterator[Finding]:
    fields, line_fields = FORM_NEEDS[kind]
    for name in fields:
        supplier, get = _FIELDS[name]
        if not get(record):
            yield blocking("missing", name, supplier=supplier)
    codes = ("hs_code", "origin") if kind in {K.CN22, K.CN23, K.ITMATT} else ()
    commercial = record.reason in COMMERCIAL
    wanted = (*line_fields, *(codes if commercial else ()))
    papers = record.reason == SendReason.DOCUMENT.value
    for line in record.lines:
        for name in wanted:
            supplier, get_line = _LINE_FIELDS[name]
            if not get_line(line) and not (papers and name == "total"):
                yield blocking("missing", name, line=line.position, supplier=supplier)


def _unknown(record: Record) -> Iterator[Finding]:
    if record.currency and record.currency not in CURRENCY_DIGITS:
        yield blocking("unknown_currency", "currency", currency=record.currency[:8], supplier=SHOP)
    places = (("recipient", record.recipient), ("exporter", exporter_of(record)))
    for name, party in places:
        country = party.address.country
        if country and country not in COUNTRIES:
            yield blocking("unknown_country", f"{name}.address.country", country=country[:8])
    for line in record.lines:
        if line.origin and line.origin not in COUNTRIES:
            yield blocking("unknown_origin", "origin", line=line.position, origin=line.origin[:8])


def _wrong_sums(record: Record) -> Iterator[Finding]:
    for line in record.lines:
        if abs(line.unit_price * line.quantity - line.total) > _allowance(record, line):
            yield blocking("wrong_sum", "total", line=line.position, supplier=SHOP)
        if line.gross_grams is not None and (line.net_grams or 0) > line.gross_grams:
            yield blocking("net_above_gross", "net_grams", line=line.position)
    lines = sum((line.total for line in record.lines), Decimal(0))
    if record.lines and lines - record.discount != record.total:
        yield blocking("wrong_sum", "total", supplier=SHOP)
    net = sum(line.net_grams or 0 for line in record.lines)
    if record.gross_grams is not None and net > record.gross_grams:
        yield blocking("net_above_gross", "gross_grams")


def _allowance(record: Record, line: Line) -> Decimal:
    """Return half the smallest coin a piece: a price of a piece may have been rounded."""
    coin = Decimal(1).scaleb(-CURRENCY_DIGITS.get(record.currency, 2))
    return coin / 2 * max(line.quantity, 1)


def _limits(record: Record, kind: DocumentKind) -> Iterator[Finding]:
    most = MOST_ON_CN22 if kind is K.CN22 else MOST_LINES
    if len(record.lines) > most:
        detail = {"lines": str(len(record.lines)), "most": str(most)}
        yield blocking("too_many_lines", "lines", **detail)
