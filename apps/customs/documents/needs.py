"""What each form cannot be without. Pure.

The rules are those of `regimes` and `checks`; here is only which of them a form's own boxes or
elements need, so that a form is never handed out with an empty one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from apps.customs.checks import check_record
from apps.customs.choices import Direction, DocumentKind, Regime, SendReason, Severity, Supplier
from apps.customs.documents.built import blocking
from apps.customs.documents.parts import issue_date
from apps.customs.figures import Figures
from apps.customs.findings import Finding
from apps.customs.record import Line, Record
from apps.customs.regimes import Border, Level, Requirement, china, imports, papers

MOST_ON_CN22 = 5
MOST_LINES = 999
NEEDS_FIGURES = frozenset({"currency_no_rate"})
"""What only a table of rates can tell; a form states amounts in their own currency."""

SHOP, STAFF, CARRIER = Supplier.STOREFRONT, Supplier.CUSTOMS_STAFF, Supplier.CARRIER
_NUMBER = Requirement("number", CARRIER)
_POSTCODE = Requirement("recipient.address.postcode", SHOP)
_NET = Requirement("lines.net_grams", SHOP)
_PLACE = (
    Requirement("seller.address.street", Supplier.EXPORTER),
    Requirement("seller.address.city", Supplier.EXPORTER),
)
_CEB = ("exporter.local_name", "exporter.identifiers", "reference", "sold_at", "platform")
_CEB_LINES = ("lines.description_cn", "lines.unit")
_SKU = Requirement("lines.sku", SHOP)


def _pick(rows: Iterable[Requirement], *fields: str) -> tuple[Requirement, ...]:
    return tuple(row for row in rows if row.field in fields)


def _must(rows: Iterable[Requirement]) -> tuple[Requirement, ...]:
    return tuple(row for row in rows if row.level is Level.MUST)


_PAYMENT = ("payment.number", "payment.firm", "payment.amount", "payment.currency",
            "payment.paid_at")  # fmt: skip
K = DocumentKind
FORM_NEEDS: Mapping[DocumentKind, tuple[Requirement, ...]] = {
    K.CN22: _must(papers.CN22),
    K.CN23: _must(papers.CN23),
    K.INVOICE: _must(papers.INVOICE),
    K.PACKING_LIST: (
        *_pick(papers.INVOICE, "seller.name", "recipient.name", "recipient.address.country",
               "gross_grams", "lines.description_en", "lines.unit"),
        _NET,
    ),
    K.CEB_ORDER: (*_pick(china.RETAIL, *_CEB, *_CEB_LINES, "currency"), _SKU),
    K.CEB_RECEIPT: _pick(china.RETAIL, *_CEB, *_PAYMENT),
    K.CEB_WAYBILL: _pick(china.RETAIL, "exporter.local_name", "exporter.identifiers", "sold_at",
                         "exporter.phone", "carrier", "number", "currency", "gross_grams",
                         "lines.description_cn"),
    K.CEB_LIST: (
        *_pick(china.RETAIL, *_CEB, *_CEB_LINES, "currency", "customs_code", "port_code",
               "carrier", "number", "gross_grams", "recipient.address.country",
               "transport_mode", "lines.model", "lines.export_code", "lines.origin",
               "lines.net_grams", "lines.first_quantity", "lines.first_unit"),
        _SKU,
    ),
    K.ITMATT: (*_must(papers.CN23), _NUMBER, _POSTCODE),
    K.H7: (*_must(imports.EU_H7), *_PLACE, _NUMBER, _NET),
    K.H1: (*_must(imports.EU_H1), *_PLACE, _NUMBER, _NET),
    K.US_ENTRY: (*_must(imports.US_ENTRY), *_pick(imports.US_ENTRY, "number", "carrier"),
                 *_PLACE, _NET),
    K.EWAYBILL: (
        *_must(papers.INVOICE), _POSTCODE, _NET,
        Requirement("seller.address.postcode", Supplier.EXPORTER),
    ),
}  # fmt: skip
"""Form → what it cannot be without."""
_REGIMES = {K.H7: Regime.EU_H7, K.H1: Regime.EU_H1, K.US_ENTRY: Regime.US_ENTRY}


def form_findings(
    record: Record, kind: DocumentKind, *, wrong: tuple[Finding, ...] | None = None
) -> tuple[Finding, ...]:
    """Return what keeps a form from being made: missing values first, then wrong ones.

    ``wrong`` is what `wrong_values` found, for who asks about several forms of one record.
    """
    found = wrong_values(record) if wrong is None else wrong
    return (*_missing(record, kind), *found, *_limits(record, kind))


def wrong_values(record: Record) -> tuple[Finding, ...]:
    """Return the values no form may carry, whichever it is."""
    return tuple(_wrong(record))


def _missing(record: Record, kind: DocumentKind) -> Iterator[Finding]:
    border = Border(
        Direction.IMPORT, record.destination, _REGIMES.get(kind, Regime.OTHER_IMPORT), kind.value
    )
    seen: set[tuple[object, ...]] = set()
    for need in FORM_NEEDS[kind]:
        if need.when is not None and not need.when(record, border):
            continue
        for line in _asked_lines(need, record, border):
            field = need.asked_field(record)
            key = (field, need.kinds, line.position if line else None)
            if key not in seen and not need.is_met(record, line):
                seen.add(key)
                yield Finding(
                    code="missing",
                    field=field,
                    severity=Severity.BLOCK,
                    supplier=need.supplier,
                    line=key[2],
                    detail={"kinds": ",".join(need.kinds)} if need.kinds else {},
                )


def _asked_lines(need: Requirement, record: Record, border: Border) -> Iterator[Line | None]:
    if not need.is_of_lines:
        yield None
        return
    for line in record.lines:
        if need.when_line is None or need.when_line(record, border, line):
            yield line


def _wrong(record: Record) -> Iterator[Finding]:
    on = issue_date(record)
    if not record.lines and record.reason == SendReason.DOCUMENT.value:
        return
    if on is None:
        yield blocking("missing", "sold_at", supplier=SHOP)
        return
    for one in check_record(record, borders=(), on=on, figures=Figures.of((), ())):
        if one.severity is Severity.BLOCK and one.code not in NEEDS_FIGURES:
            yield one


def _limits(record: Record, kind: DocumentKind) -> Iterator[Finding]:
    most = MOST_ON_CN22 if kind is K.CN22 else MOST_LINES
    if len(record.lines) > most:
        yield blocking("too_many_lines", "lines", lines=str(len(record.lines)), most=str(most))
