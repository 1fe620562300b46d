"""What China asks of an export (customs.md §1.4: list 603, order 303, receipt 403, waybill 505).

The official message specification could not be opened; "required" follows a working public
client. The second unit of a tariff line is asked of nobody: which lines have one stands in the
Chinese tariff, which we do not hold.
"""

from __future__ import annotations

from apps.customs.choices import IdentifierKind, Supplier
from apps.customs.record import Record
from apps.customs.regimes.goods import has_goods
from apps.customs.regimes.requirement import Border, Level, Requirement

_LIST = "customs.md §1.4, list 603"
_ORDER = "customs.md §1.4, order 303"
_RECEIPT = "customs.md §1.4, receipt 403"
_SHOP, _STAFF = Supplier.STOREFRONT, Supplier.CUSTOMS_STAFF
_EXPORTER, _CARRIER = Supplier.EXPORTER, Supplier.CARRIER


def _of_exporter() -> tuple[Requirement, ...]:
    kinds = IdentifierKind
    return (
        Requirement("exporter.name", _EXPORTER, basis=f"{_LIST}: ebcName"),
        Requirement("exporter.local_name", _EXPORTER, basis=f"{_LIST}: ownerName"),
        Requirement(
            "exporter.identifiers",
            _EXPORTER,
            kinds=(kinds.CN_USCC.value,),
            basis=f"{_LIST}: ownerCode, 18 characters",
        ),
        Requirement(
            "exporter.identifiers",
            _EXPORTER,
            kinds=(kinds.CN_CUSTOMS.value,),
            basis=f"{_LIST}: ebcCode",
        ),
        Requirement("exporter.address.street", _EXPORTER, basis="customs.md §1.4, waybill 505"),
        Requirement("exporter.phone", _EXPORTER, basis="customs.md §1.4, waybill 505"),
        Requirement("platform", _EXPORTER, basis=f"{_LIST}: ebpName"),
        Requirement("customs_code", _STAFF, basis=f"{_LIST}: customsCode, 4"),
        Requirement("port_code", _STAFF, basis=f"{_LIST}: portCode, 4"),
    )


def _of_parcel() -> tuple[Requirement, ...]:
    return (
        Requirement("reference", _SHOP, basis=f"{_LIST}: orderNo"),
        Requirement("currency", _SHOP, basis=f"{_LIST}: currency"),
        Requirement("recipient.name", _SHOP, basis=_ORDER),
        Requirement("recipient.address.street", _SHOP, basis=_ORDER),
        Requirement("recipient.address.country", _SHOP, basis=f"{_LIST}: country, POD"),
        Requirement("recipient.phone", _SHOP, basis=_ORDER),
        Requirement("transport_mode", _STAFF, basis=f"{_LIST}: trafMode"),
        Requirement("sold_at", _SHOP, basis=f"{_ORDER}: date"),
        Requirement("net_grams", _SHOP, basis=f"{_LIST}: netWeight"),
        Requirement("gross_grams", _SHOP, basis=f"{_LIST}: grossWeight"),
        Requirement("carrier", _CARRIER, Level.FILING, basis=f"{_LIST}: logisticsName"),
        Requirement("number", _CARRIER, Level.FILING, basis=f"{_LIST}: logisticsNo"),
    )


def _of_lines() -> tuple[Requirement, ...]:
    return (
        Requirement("lines.description_cn", _SHOP, basis=f"{_LIST}: gname"),
        Requirement(
            "lines.model",
            _SHOP,
            any_of=("lines.material", "lines.brand"),
            basis=f"{_LIST}: gmodel",
        ),
        Requirement("lines.export_code", _STAFF, basis=f"{_LIST}: gcode, 10 digits"),
        Requirement("lines.origin", _SHOP, basis="customs.md §1.1"),
        Requirement("lines.net_grams", _SHOP, basis="customs.md §1.1: per-line weight required"),
        Requirement("lines.unit", _SHOP, basis=f"{_LIST}: unit"),
        Requirement("lines.first_quantity", _STAFF, Level.FILING, basis=f"{_LIST}: qty1"),
        Requirement("lines.first_unit", _STAFF, Level.FILING, basis=f"{_LIST}: unit1"),
    )


def _receipt(level: Level) -> tuple[Requirement, ...]:
    return (
        Requirement("payment.number", _SHOP, level, basis=f"{_RECEIPT}: pay no."),
        Requirement("payment.firm", _SHOP, level, basis=f"{_RECEIPT}: payer firm"),
        Requirement("payment.amount", _SHOP, level, basis=_RECEIPT),
        Requirement("payment.currency", _SHOP, level, basis=_RECEIPT),
        Requirement("payment.paid_at", _SHOP, level, basis=_RECEIPT),
    )


def _bonded() -> tuple[Requirement, ...]:
    source = f"{_LIST}: bonded"
    return (
        Requirement("bonded_account", _STAFF, basis=f"{source}, emsNo"),
        Requirement("bonded_operator", _STAFF, basis=f"{source}, iacCode"),
        Requirement("lines.bonded_item", _STAFF, basis=f"{source}, itemRecordNo"),
    )


_COMMON = (*_of_exporter(), *_of_parcel(), *_of_lines())
_TRADE = (
    Requirement("invoice_number", _SHOP, basis="customs.md §1.4: 9710 and 9810 are B2B [K]"),
    Requirement("incoterm", _SHOP, basis="customs.md §1.4: 9710 and 9810 are B2B [K]"),
)

RETAIL = (*_COMMON, *_receipt(Level.MUST))
B2B = (*_COMMON, *_TRADE, *_receipt(Level.SHOULD))
WAREHOUSE = (*_COMMON, *_TRADE)
BONDED = (*_COMMON, *_receipt(Level.MUST), *_bonded())


def _is_sold(record: Record, border: Border) -> bool:
    return has_goods(record)


POSTAL = (
    Requirement("exporter.name", _EXPORTER, basis="customs.md §1.2, sender"),
    Requirement("exporter.phone", _EXPORTER, when=_is_sold, basis="customs.md §1.1"),
    Requirement("recipient.address.country", _SHOP, basis="customs.md §1.2, addressee"),
)
"""A postal export is declared by the post from the item's own form, which `postal.py` asks for."""
