"""What the floor above hands down of a parcel to be declared. Pure; customs knows no order.

Nothing is trusted: texts are as the shop sent them, cleaned of control characters only.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.customs.record import FdaData, Identifier, Party, Payment, read_json


@dataclass(frozen=True, slots=True)
class LineSnapshot:
    """One kind of goods in the parcel; price and weight (grams) of a piece."""

    position: int
    title: str
    quantity: int
    unit_price: Decimal
    sku: str = ""
    weight_grams: int | None = None
    goods_class: str = "general"
    origin: str = ""
    hs_code: str = ""
    fda: FdaData | None = None


@dataclass(frozen=True, slots=True)
class ParcelSnapshot:
    """One parcel that crosses a border, as it stands now.

    ``subject`` is opaque and stable: the same parcel has the same one for life. ``recipient``
    carries the identifiers the shop gave. ``seller`` is who sends, for a merchant nobody named an
    exporter of. ``discount``, ``freight`` and ``insurance`` are this parcel's share, major units
    of ``currency``. ``cut_off`` is when it leaves the warehouse.
    """

    subject: str
    reference: str
    currency: str
    recipient: Party
    lines: tuple[LineSnapshot, ...]
    carrier: str = ""
    number: str = ""
    service: str = "express"
    export_mode: str = ""
    incoterm: str = ""
    reason: str = ""
    discount: Decimal = Decimal(0)
    freight: Decimal = Decimal(0)
    insurance: Decimal = Decimal(0)
    gross_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    sold_at: dt.datetime | None = None
    cut_off: dt.datetime | None = None
    platform: str = ""
    shop_url: str = ""
    ioss: str = ""
    invoice_number: str = ""
    payment: Payment | None = None
    importer: Party | None = None
    seller: Party | None = None
    identifiers: tuple[Identifier, ...] = ()


def snapshot_from_json(data: dict[str, Any]) -> ParcelSnapshot:
    """Return the snapshot that `record.to_json` wrote; raises as `record.from_json` does."""
    return read_json(ParcelSnapshot, data)
