"""What a declaration may take from the product master. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from apps.customs.record import Battery, CertificateRef, FdaData

EVERYWHERE = ""
"""The country of a code that holds for every country: the international six digits."""


@dataclass(frozen=True, slots=True)
class ConfirmedCode:
    """An HS code a person confirmed; ``country`` wants its digits, "" is every country."""

    code: str
    edition: str
    country: str
    confirmed_by: str
    confirmed_at: dt.datetime
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """One SKU of a merchant. Grams and ``value`` (major units of ``currency``) are of a piece.

    ``codes`` holds the one confirmation that counts for each country. ``is_active`` is off for
    what is not sold any more; its facts still hold.
    """

    product_id: int
    sku: str
    name_cn: str = ""
    name_en: str = ""
    material: str = ""
    use: str = ""
    brand: str = ""
    model: str = ""
    barcode: str = ""
    category: str = ""
    origin: str = ""
    net_grams: int | None = None
    gross_grams: int | None = None
    value: Decimal | None = None
    currency: str = ""
    unit: str = "PCS"
    goods_class: str = "general"
    battery: Battery | None = None
    fda: FdaData | None = None
    certificates: tuple[CertificateRef, ...] = ()
    codes: Mapping[str, ConfirmedCode] = field(default_factory=dict)
    is_active: bool = True

    @property
    def hs6(self) -> ConfirmedCode | None:
        """The confirmation whose first six digits hold for every country.

        The one made for every country; without it the newest one of any country.
        """
        general = self.codes.get(EVERYWHERE)
        newest = max(self.codes.values(), key=lambda one: one.confirmed_at, default=None)
        return general or newest

    def code_for(self, country: str) -> ConfirmedCode | None:
        """The confirmation with the digits ``country`` wants, else the one for every country."""
        return self.codes.get(country) or self.hs6
