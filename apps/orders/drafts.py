"""What a caller asks for, before it is cleaned and checked. Plain data, nothing is trusted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
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
class ParcelDraft:
    """One box; grams and millimetres.

    With a ``number`` the merchant has booked it already: it is only tracked.
    """

    weight_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    carrier: str = ""
    number: str = ""


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
    ``service`` is a `choices.Service`; a same-city one needs a ``ride``.
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
