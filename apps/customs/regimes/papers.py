"""What the papers ask that go with a parcel: CN22, CN23, commercial invoice (customs.md §1.2-3)."""

from __future__ import annotations

from apps.customs.choices import IdentifierKind, Supplier
from apps.customs.record import Line, Record
from apps.customs.regimes.goods import has_goods, is_commercial
from apps.customs.regimes.requirement import Border, Level, Requirement

_SHOP, _STAFF = Supplier.STOREFRONT, Supplier.CUSTOMS_STAFF
_EXPORTER, _CARRIER = Supplier.EXPORTER, Supplier.CARRIER
_FORM = "customs.md §1.2, CN23 of hongkongpost.hk"


def _sold_line(record: Record, border: Border, line: Line) -> bool:
    return is_commercial(record)


def _given_line(record: Record, border: Border, line: Line) -> bool:
    return not is_commercial(record)


def _articles() -> tuple[Requirement, ...]:
    return (
        Requirement("lines.description_en", _SHOP, basis=f"{_FORM}: detailed description"),
        Requirement("lines.unit", _SHOP, basis=f"{_FORM}: quantity and unit"),
        Requirement("lines.net_grams", _SHOP, basis=f"{_FORM}: net weight"),
        Requirement(
            "lines.hs_code",
            _STAFF,
            when_line=_sold_line,
            basis=f"{_FORM}: HS number, must for commercial items",
        ),
        Requirement(
            "lines.hs_code",
            _STAFF,
            Level.SHOULD,
            when_line=_given_line,
            basis=f"{_FORM}: HS number",
        ),
        Requirement(
            "lines.origin",
            _SHOP,
            when_line=_sold_line,
            basis=f"{_FORM}: origin, must for commercial items",
        ),
        Requirement(
            "lines.origin", _SHOP, Level.SHOULD, when_line=_given_line, basis=f"{_FORM}: origin"
        ),
    )


CN22 = (
    Requirement("seller.name", _EXPORTER, basis=f"{_FORM}: sender"),
    Requirement("seller.address.street", _EXPORTER, basis=f"{_FORM}: sender"),
    Requirement("seller.address.country", _EXPORTER, basis=f"{_FORM}: sender"),
    Requirement("recipient.name", _SHOP, basis=f"{_FORM}: addressee"),
    Requirement("recipient.address.street", _SHOP, basis=f"{_FORM}: addressee"),
    Requirement("recipient.address.city", _SHOP, basis=f"{_FORM}: addressee"),
    Requirement("recipient.address.country", _SHOP, basis=f"{_FORM}: addressee"),
    Requirement("reason", _SHOP, basis=f"{_FORM}: category"),
    Requirement("currency", _SHOP, when=has_goods, basis=f"{_FORM}: value and currency"),
    Requirement("gross_grams", _SHOP, basis=f"{_FORM}: total weight"),
    *_articles(),
    Requirement("number", _CARRIER, Level.FILING, basis="customs.md §1.2, S10"),
)
"""CN22 is CN23 cut down."""

CN23 = (
    *CN22,
    Requirement("seller.address.city", _EXPORTER, basis=f"{_FORM}: sender"),
    Requirement("recipient.address.postcode", _SHOP, Level.SHOULD, basis=f"{_FORM}: addressee"),
    Requirement(
        "recipient.phone",
        Supplier.RECIPIENT,
        any_of=("recipient.email",),
        basis=f"{_FORM}: importer's telephone or e-mail",
    ),
    Requirement(
        "invoice_number",
        _SHOP,
        Level.SHOULD,
        when=is_commercial,
        basis=f"{_FORM}: invoice no.",
    ),
)

_INVOICE = "customs.md §1.3"

INVOICE = (
    Requirement("invoice_number", _SHOP, basis=_INVOICE),
    Requirement("invoice_date", _SHOP, basis=_INVOICE),
    Requirement("seller.name", _EXPORTER, basis=f"{_INVOICE}: shipper"),
    Requirement("seller.address.street", _EXPORTER, basis=f"{_INVOICE}: shipper"),
    Requirement("seller.address.city", _EXPORTER, basis=f"{_INVOICE}: shipper"),
    Requirement("seller.address.country", _EXPORTER, basis=f"{_INVOICE}: shipper"),
    Requirement("seller.phone", _EXPORTER, basis=f"{_INVOICE}: contacts"),
    Requirement(
        "exporter.identifiers",
        _EXPORTER,
        Level.SHOULD,
        kinds=(IdentifierKind.CN_USCC.value, IdentifierKind.EORI.value),
        basis=f"{_INVOICE}: registration no., type, issuing country",
    ),
    Requirement("recipient.name", _SHOP, basis=f"{_INVOICE}: receiver"),
    Requirement("recipient.address.street", _SHOP, basis=f"{_INVOICE}: receiver"),
    Requirement("recipient.address.city", _SHOP, basis=f"{_INVOICE}: receiver"),
    Requirement("recipient.address.country", _SHOP, basis=f"{_INVOICE}: receiver"),
    Requirement("recipient.phone", _SHOP, basis=f"{_INVOICE}: contacts"),
    Requirement("reason", _SHOP, basis=f"{_INVOICE}: reason for export"),
    Requirement("incoterm", _SHOP, basis=f"{_INVOICE}: incoterm"),
    Requirement("incoterm_place", _SHOP, Level.SHOULD, basis=f"{_INVOICE}: incoterm and place"),
    Requirement("currency", _SHOP, basis=f"{_INVOICE}: value and currency"),
    Requirement("gross_grams", _SHOP, basis=f"{_INVOICE}: gross weight"),
    Requirement("net_grams", _SHOP, basis=f"{_INVOICE}: net weight"),
    Requirement("lines.description_en", _SHOP, basis=f"{_INVOICE}: description, English"),
    Requirement("lines.hs_code", _STAFF, basis=f"{_INVOICE}: HS"),
    Requirement("lines.origin", _SHOP, basis=f"{_INVOICE}: origin"),
    Requirement("lines.unit", _SHOP, basis=f"{_INVOICE}: quantity and measure"),
    Requirement("number", _CARRIER, Level.FILING, basis=f"{_INVOICE}: waybill no."),
)
