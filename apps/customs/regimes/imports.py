"""What countries ask of an import (customs.md §1.5-1.7). Papers are asked for by `papers.py`."""

from __future__ import annotations

from apps.customs.choices import GoodsClass, IdentifierKind, IncotermCode, Supplier
from apps.customs.record import Line, Record
from apps.customs.regimes.goods import (
    FOOD_CLASSES,
    has_battery,
    has_goods,
    is_commercial,
    is_company,
    is_regulated,
    needs_prior_notice,
    of_goods,
)
from apps.customs.regimes.requirement import Border, Level, OfRecord, Requirement

_SHOP, _STAFF = Supplier.STOREFRONT, Supplier.CUSTOMS_STAFF
_EXPORTER, _RECIPIENT = Supplier.EXPORTER, Supplier.RECIPIENT
_WITHOUT_RESPONSIBLE = FOOD_CLASSES | {GoodsClass.MEDICINE.value, GoodsClass.DOCUMENT.value}


def _basis(source: str, *fields: str, supplier: Supplier = _SHOP) -> tuple[Requirement, ...]:
    return tuple(Requirement(field, supplier, basis=source) for field in fields)


def _goods(source: str) -> tuple[Requirement, ...]:
    return (
        *_basis(source, "gross_grams"),
        Requirement("currency", _SHOP, when=has_goods, basis=source),
        *_basis(source, "seller.name", "seller.address.country", supplier=_EXPORTER),
        *_basis(
            source,
            "recipient.name",
            "recipient.address.street",
            "recipient.address.city",
            "recipient.address.country",
            "lines.description_en",
        ),
        Requirement("lines.hs_code", _STAFF, when_line=of_goods, basis=source),
        Requirement("lines.origin", _SHOP, when_line=of_goods, basis=source),
        Requirement("lines.net_grams", _SHOP, basis="customs.md §1.1: per-line weight required"),
        Requirement(
            "lines.battery.kind",
            _SHOP,
            when_line=has_battery,
            basis="customs.md §1.1: dangerous goods class, UN number",
        ),
        Requirement(
            "lines.battery.watt_hours",
            _SHOP,
            Level.SHOULD,
            when_line=has_battery,
            basis="customs.md §1.1: watt-hours",
        ),
    )


def _precise(source: str) -> Requirement:
    return Requirement("lines.material", _SHOP, any_of=("lines.use",), basis=source)


def _low_sale(record: Record, border: Border) -> bool:
    return is_commercial(record) and border.low_value is True


def _above(record: Record, border: Border) -> bool:
    return has_goods(record) and border.low_value is not True


def _above_line(record: Record, border: Border, line: Line) -> bool:
    return _above(record, border)


def _paid_by_seller(record: Record, border: Border) -> bool:
    return _above(record, border) and record.incoterm == IncotermCode.DDP.value


def _firm_above(record: Record, border: Border) -> bool:
    return _above(record, border) and is_company(record)


def _needs_responsible(record: Record, border: Border) -> bool:
    return has_goods(record) and any(
        line.goods_class not in _WITHOUT_RESPONSIBLE for line in record.lines
    )


def _number(
    field: str, kind: IdentifierKind, when: OfRecord, basis: str, level: Level = Level.MUST
) -> Requirement:
    supplier = _EXPORTER if field.startswith(("seller", "exporter")) else _RECIPIENT
    return Requirement(field, supplier, level, kinds=(kind.value,), when=when, basis=basis)


_EU = (
    *_goods("customs.md §1.5, ICS2 [K for the list of columns]"),
    _precise("customs.md §1.5 and §5: what it is and what of or what for"),
    Requirement("seller.address.street", _EXPORTER, basis="customs.md §1.5, ICS2 consignor [K]"),
    Requirement("seller.address.city", _EXPORTER, basis="customs.md §1.5, ICS2 consignor [K]"),
    Requirement("recipient.address.postcode", _SHOP, basis="customs.md §1.1"),
    *(
        Requirement(
            f"responsible.{name}",
            _EXPORTER,
            Level.SHOULD,
            when=_needs_responsible,
            basis="customs.md §1.5, GPSR since 2024-12-13",
        )
        for name in ("name", "address.street", "email")
    ),
)
EU_H7 = (
    *_EU,
    Requirement("ioss", _EXPORTER, basis="customs.md §1.5, H7 with procedure F48, FR5 [K]"),
)
EU_H1 = (
    *_EU,
    Requirement("incoterm", _SHOP, basis="customs.md §1.3"),
    Requirement("lines.import_code", _STAFF, basis="customs.md §1.1: TARIC 10 [K]"),
    _number(
        "importer.identifiers",
        IdentifierKind.EORI,
        is_company,
        "customs.md §1.5: consignee's EORI",
    ),
    Requirement("invoice_number", _SHOP, when=is_commercial, basis="customs.md §1.3"),
)

_US = "customs.md §1.6"
US_ENTRY = (
    *_goods(_US),
    _precise(f"{_US}: what it is, what of, what for"),
    Requirement("lines.import_code", _STAFF, basis=f"{_US}: HTS of 10 digits"),
    Requirement("recipient.address.postcode", _SHOP, basis=f"{_US}: consignee"),
    Requirement(
        "importer.identifiers",
        _STAFF,
        Level.SHOULD,
        kinds=(IdentifierKind.US_EIN.value,),
        basis=f"{_US}: importer of record's number, or a broker who has one",
    ),
    Requirement("carrier", Supplier.CARRIER, Level.FILING, basis=f"{_US}: carrier"),
    Requirement("number", Supplier.CARRIER, Level.FILING, basis=f"{_US}: S10 for mail"),
    *(
        Requirement(
            f"lines.fda.{name}",
            _SHOP,
            when_line=is_regulated,
            basis=f"{_US}: FDA data at any value since 2025-07-09, CSMS 65581188",
        )
        for name in ("product_code", "intended_use", "manufacturer")
    ),
    Requirement(
        "lines.fda.facility", _SHOP, when_line=needs_prior_notice, basis=f"{_US}: food facility"
    ),
    Requirement(
        "lines.fda.prior_notice",
        _SHOP,
        when_line=needs_prior_notice,
        basis=f"{_US}: prior notice for all food, before hand-over",
    ),
)

_UK = "customs.md §1.7, UK [S Deloitte; K]"
GB_IMPORT = (
    *_goods(_UK),
    Requirement("recipient.address.postcode", _SHOP, basis=_UK),
    _number("seller.identifiers", IdentifierKind.GB_VAT, _low_sale, f"{_UK}: VAT at sale"),
    _number("importer.identifiers", IdentifierKind.GB_EORI, _firm_above, _UK),
    _number("seller.identifiers", IdentifierKind.GB_EORI, _paid_by_seller, _UK),
    Requirement("lines.import_code", _STAFF, when_line=_above_line, basis=f"{_UK}: 10 digits"),
)

_JP = "customs.md §1.7, Japan"
JP_IMPORT = (
    *_goods(_JP),
    Requirement("recipient.address.postcode", _SHOP, basis=f"{_JP} [K]"),
    Requirement("recipient.phone", _SHOP, basis=f"{_JP} [K]"),
    Requirement("recipient.local_name", _RECIPIENT, Level.SHOULD, basis="customs.md §1.1"),
    Requirement(
        "lines.import_code",
        _STAFF,
        Level.SHOULD,
        when_line=_above_line,
        basis="customs.md §1.1: 9 digits [K]",
    ),
)

_AU = "customs.md §1.7, Australia"
AU_IMPORT = (
    *_goods(_AU),
    Requirement("recipient.address.postcode", _SHOP, basis=f"{_AU} [K]"),
    Requirement(
        "seller.identifiers",
        _EXPORTER,
        kinds=(IdentifierKind.AU_ARN.value, IdentifierKind.AU_ABN.value),
        when=_low_sale,
        basis=f"{_AU}: GST at sale, the vendor's number on the documents",
    ),
    Requirement(
        "lines.import_code",
        _STAFF,
        when_line=_above_line,
        basis=f"{_AU}: above the limit a full import, 8 digits [K]",
    ),
)

_BR = "customs.md §1.7, Brazil"
BR_IMPORT = (
    *_goods(_BR),
    Requirement("recipient.address.postcode", _SHOP, basis=f"{_BR} [K]"),
    Requirement("recipient.phone", _RECIPIENT, Level.SHOULD, basis=f"{_BR} [K]"),
    Requirement("recipient.email", _RECIPIENT, Level.SHOULD, basis=f"{_BR} [K]"),
)
"""The recipient's CPF or CNPJ is asked for as every country's recipient number: by its table."""

OTHER_IMPORT = _goods("customs.md §1.1")
