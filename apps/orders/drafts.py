"""What a caller asks for, before it is cleaned and checked. Plain data, nothing is trusted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class RecipientDraft:
    """Who receives, and where.

    ``address`` is a whole address in one line; the parts beside it are put in front of it.
    ``country`` is ISO 3166 alpha-2.
    """

    name: str
    phone: str
    country: str = "CN"
    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    address: str = ""
    postcode: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One kind of goods; the price and weight (grams) are of one piece."""

    title: str
    quantity: int = 1
    sku: str = ""
    unit_price: Decimal = Decimal(0)
    weight_grams: int | None = None
    goods_class: str = "general"
    origin_country: str = ""
    hs_code: str = ""


@dataclass(frozen=True, slots=True)
class ContentDraft:
    """So many pieces of a line (its position, from 1) are in a box."""

    line: int
    quantity: int


@dataclass(frozen=True, slots=True)
class ParcelDraft:
    """One box; grams and millimetres.

    With a ``number`` the merchant has booked it already: it is only tracked. ``contents`` say
    what is in it, where an order of several boxes crosses a border.
    """

    weight_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    carrier: str = ""
    number: str = ""
    contents: tuple[ContentDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class TaxIdDraft:
    """A number of the recipient at its authorities; ``kind`` a customs `IdentifierKind`.

    ``consent``: whether its owner agreed to its use, None where nobody asked.
    """

    kind: str
    value: str = field(repr=False)
    country: str = ""
    consent: bool | None = None


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    """The receipt of the buyer's money; ``amount`` in major units of ``currency``."""

    number: str = ""
    firm: str = ""
    amount: Decimal | None = None
    currency: str = ""
    paid_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class CustomsDraft:
    """What a shop says for customs; money in major units of the order's currency.

    Words are those of customs' choices, "" takes the exporter's usual ones. ``transport`` is how
    it travels (post, express, line, freight).
    """

    incoterm: str = ""
    reason: str = ""
    export_mode: str = ""
    transport: str = ""
    recipient_kind: str = ""
    company: str = ""
    tax_ids: tuple[TaxIdDraft, ...] = ()
    freight: Decimal = Decimal(0)
    insurance: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    platform: str = ""
    shop_url: str = ""
    ioss: str = ""
    invoice_number: str = ""
    payment: PaymentDraft | None = None


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """A point in degrees, in the system of its ride."""

    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class RideDraft:
    """Where a rider fetches the parcel and where to; ``system`` is wgs84, gcj02 or bd09."""

    pickup: PlaceDraft
    dropoff: PlaceDraft
    system: str = "wgs84"


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order as a storefront sends it.

    ``value`` and prices are major units of ``currency`` (the merchant's when empty); without a
    ``value`` the sum of the lines is taken. Without ``parcels`` there is one for everything.
    ``service`` is a `choices.Service`; a same-city one needs a ``ride``. ``customs`` is
    for an order that crosses a border.
    """

    number: str
    recipient: RecipientDraft
    lines: tuple[LineDraft, ...] = ()
    parcels: tuple[ParcelDraft, ...] = ()
    currency: str = ""
    value: Decimal | None = None
    buyer_name: str = ""
    goods: str = ""
    note: str = ""
    carrier: str = ""
    placed_at: dt.datetime | None = None
    paid_at: dt.datetime | None = None
    service: str = "parcel"
    ride: RideDraft | None = None
    customs: CustomsDraft | None = None
