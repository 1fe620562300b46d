"""The canonical record of a consignment: one record feeds every form. Pure, immutable.

Money is Decimal in major units of the record's currency, weights are grams, moments aware.
``to_json``/``from_json`` write and read it without loss; a key nobody knows is refused by name.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

T = typing.TypeVar("T")


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number of a party; ``kind`` is an `IdentifierKind`, ``country`` ISO-2 where it matters.

    ``consent`` says that its owner agreed to its use, None where nobody asked.
    """

    kind: str
    value: str
    country: str = ""
    consent: bool | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is; ``country`` and ``region`` as ISO 3166 has them where known."""

    street: str = ""
    district: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends, receives, imports or answers for goods; ``local_name`` in its own script."""

    name: str = ""
    local_name: str = ""
    kind: str = "person"
    address: Address = Address()
    phone: str = ""
    email: str = ""
    identifiers: tuple[Identifier, ...] = ()

    def identifier(self, *kinds: str) -> str:
        """Return the value of the first identifier of one of the kinds, "" without any."""
        return next((one.value for one in self.identifiers if one.kind in kinds), "")


@dataclass(frozen=True, slots=True)
class Battery:
    """What lithium is inside: ``kind`` is a `BatteryKind`, watt-hours a cell or battery."""

    kind: str
    watt_hours: Decimal | None = None
    cells: int | None = None
    batteries: int | None = None


@dataclass(frozen=True, slots=True)
class FdaData:
    """What the FDA wants of food, supplements, cosmetics and devices (customs.md §1.6)."""

    product_code: str = ""
    intended_use: str = ""
    manufacturer: str = ""
    facility: str = ""
    prior_notice: str = ""


@dataclass(frozen=True, slots=True)
class CertificateRef:
    """A paper that goes with a line; ``kind`` is a `CertificateKind`."""

    kind: str
    number: str
    valid_to: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of goods. ``net_grams``/``gross_grams`` are of the whole line, the price of a piece.

    ``hs_code`` is the international six digits, ``import_code``/``export_code`` what destination
    (8 or 10) and China (10 or 13) want beyond; ``hs_source`` is an `HsSource`. ``first_*`` and
    ``second_*`` are 法定第一/第二单位 where the tariff line has them. ``bonded_item`` is the line's
    number in the account of a bonded area (1210).
    """

    position: int
    title: str
    quantity: int
    unit_price: Decimal
    total: Decimal
    sku: str = ""
    description_en: str = ""
    description_cn: str = ""
    material: str = ""
    use: str = ""
    brand: str = ""
    model: str = ""
    unit: str = "PCS"
    net_grams: int | None = None
    gross_grams: int | None = None
    origin: str = ""
    goods_class: str = "general"
    hs_code: str = ""
    hs_edition: str = ""
    hs_source: str = ""
    hs_confirmed_by: str = ""
    hs_confirmed_at: dt.datetime | None = None
    import_code: str = ""
    export_code: str = ""
    first_quantity: Decimal | None = None
    first_unit: str = ""
    second_quantity: Decimal | None = None
    second_unit: str = ""
    barcode: str = ""
    batch: str = ""
    produced_on: dt.date | None = None
    expires_on: dt.date | None = None
    battery: Battery | None = None
    fda: FdaData | None = None
    certificates: tuple[CertificateRef, ...] = ()
    bonded_item: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """The receipt of the buyer's money (收款单)."""

    number: str = ""
    firm: str = ""
    amount: Decimal | None = None
    currency: str = ""
    paid_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Everything about one parcel that any form can ask for (customs.md §1.1).

    ``subject`` is the caller's opaque reference, ``number`` the waybill or S10 number.
    ``total`` is what was paid for the goods: lines less ``discount``; freight and insurance apart.
    ``platform_code`` is the platform's customs number: "" where the exporter sells by itself.
    ``bonded_account`` and ``bonded_operator`` are 账册号 and 区内企业 of a bonded area (1210).
    """

    subject: str
    reference: str
    currency: str
    lines: tuple[Line, ...]
    seller: Party
    recipient: Party
    exporter: Party | None = None
    importer: Party | None = None
    responsible: Party | None = None
    number: str = ""
    carrier: str = ""
    export_mode: str = "9610"
    service: str = "express"
    incoterm: str = "DAP"
    incoterm_place: str = ""
    reason: str = "sale"
    total: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    freight: Decimal = Decimal(0)
    insurance: Decimal = Decimal(0)
    net_grams: int | None = None
    gross_grams: int | None = None
    packages: int = 1
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    invoice_number: str = ""
    invoice_date: dt.date | None = None
    sold_at: dt.datetime | None = None
    handed_over_by: dt.datetime | None = None
    platform: str = ""
    shop_url: str = ""
    ioss: str = ""
    payment: Payment | None = None
    port_code: str = ""
    customs_code: str = ""
    transport_mode: str = "5"
    remarks: str = ""
    platform_code: str = ""
    bonded_account: str = ""
    bonded_operator: str = ""

    @property
    def origin_country(self) -> str:
        """Where it leaves from: the exporter's country, else the seller's."""
        party = self.exporter or self.seller
        return party.address.country or self.seller.address.country

    @property
    def destination(self) -> str:
        """The country it goes to, ISO-2."""
        return self.recipient.address.country


class UnknownField(ValueError):
    """A key that no record has; ``str`` is its path."""


def to_json(record: Any) -> Any:
    """Return a record (or a part of one) as JSON types; what is at its default is left out."""
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        return {
            item.name: to_json(value)
            for item in dataclasses.fields(record)
            if (value := getattr(record, item.name)) != item.default
        }
    if isinstance(record, tuple):
        return [to_json(item) for item in record]
    if isinstance(record, Decimal):
        return format(record, "f")
    if isinstance(record, dt.date):
        return record.isoformat()
    return record


def from_json(data: dict[str, Any]) -> Record:
    """Return the record of :func:`to_json`. Raises UnknownField, TypeError, ValueError."""
    return read_json(Record, data)


def read_json(kind: type[T], data: dict[str, Any]) -> T:
    """Return the dataclass of a kind that :func:`to_json` wrote; raises as `from_json` does."""
    return typing.cast("T", _read(kind, data, ""))


def _read(kind: Any, value: Any, path: str) -> Any:
    if value is None:
        return None
    if dataclasses.is_dataclass(kind):
        hints = _hints(typing.cast("Any", kind))
        for name in value:
            if name not in hints:
                raise UnknownField(f"{path}{name}")
        return typing.cast("Any", kind)(
            **{name: _read(hints[name], part, f"{path}{name}.") for name, part in value.items()}
        )
    origin = typing.get_origin(kind)
    if origin is types.UnionType:
        inner = next(arm for arm in typing.get_args(kind) if arm is not type(None))
        return _read(inner, value, path)
    if origin is tuple:
        inner = typing.get_args(kind)[0]
        return tuple(_read(inner, item, f"{path}{n}.") for n, item in enumerate(value))
    if kind in {dt.datetime, dt.date}:
        return kind.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)
