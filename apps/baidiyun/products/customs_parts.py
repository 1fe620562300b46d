"""The parts of an international order: parties, packages, customs lines, who pays, invoice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.baidiyun.errors import InvalidRequest
from apps.baidiyun.products.common import kept, kilograms, require

UNITS = frozenset({"PCS", "PRS", "KG"})
MOST_PIECES = 1_000_000_000
COUNTRY_LENGTH = 2
HS_LENGTHS = range(4, 15)


@dataclass(frozen=True, slots=True)
class IntlAccount:
    """The account with the international carrier. Never logged."""

    partner_id: str = field(repr=False)
    partner_name: str = field(default="", repr=False)
    partner_key: str = field(default="", repr=False)
    partner_secret: str = field(default="", repr=False)
    code: str = field(default="", repr=False)

    def fields(self) -> dict[str, str]:
        """Return the fields as the platform names them. Raises InvalidRequest."""
        require(partner_id=self.partner_id)
        return kept(
            {
                "partnerId": self.partner_id,
                "partnerName": self.partner_name,
                "partnerKey": self.partner_key,
                "partnerSecret": self.partner_secret,
                "code": self.code,
            }
        )


@dataclass(frozen=True, slots=True)
class ForeignParty:
    """Who sends or receives abroad; ``country`` ISO-2, ``state`` needed in the US."""

    name: str
    address: str
    city: str
    country: str
    postcode: str
    mobile: str = ""
    tel: str = ""
    province: str = ""
    district: str = ""
    company: str = ""
    email: str = ""
    state: str = ""
    tax_id: str = ""
    tax_type: str = ""
    vat_number: str = ""
    eori_number: str = ""
    ioss_number: str = ""

    def fields(self, who: str) -> dict[str, str]:
        """Return the fields as the platform names them. Raises InvalidRequest."""
        needed = {"name": self.name, "address": self.address, "city": self.city}
        needed |= {"postcode": self.postcode, "mobile": self.mobile or self.tel}
        require(**{f"{who}.{name}": value for name, value in needed.items()})
        if len(self.country) != COUNTRY_LENGTH or not self.country.isalpha():
            raise InvalidRequest("a country has two letters", field=f"{who}.country")
        if self.country.upper() == "US":
            require(**{f"{who}.state": self.state})
        return kept(
            {
                "name": self.name,
                "mobile": self.mobile,
                "tel": self.tel,
                "addr": self.address,
                "city": self.city,
                "countryCode": self.country.upper(),
                "zipcode": self.postcode,
                "province": self.province,
                "district": self.district,
                "company": self.company,
                "email": self.email,
                "stateOrProvinceCode": self.state,
                "taxId": self.tax_id,
                "taxType": self.tax_type,
                "vatNum": self.vat_number,
                "eoriNum": self.eori_number,
                "iossNum": self.ioss_number,
            }
        )


@dataclass(frozen=True, slots=True)
class Package:
    """One package: centimetres and grams; the defaults are the vendor's."""

    weight_grams: int
    length_cm: Decimal = Decimal(10)
    width_cm: Decimal = Decimal(10)
    height_cm: Decimal = Decimal(1)
    reference: str = ""

    def fields(self) -> dict[str, Any]:
        """Return the fields as the platform names them. Raises InvalidRequest."""
        if min(self.length_cm, self.width_cm, self.height_cm) <= 0:
            raise InvalidRequest("a package has a size", field="packages")
        return {
            "length": float(self.length_cm),
            "width": float(self.width_cm),
            "height": float(self.height_cm),
            "weight": float(kilograms(self.weight_grams)),
            **kept({"packageReference": self.reference}),
        }


@dataclass(frozen=True, slots=True)
class CustomsLine:
    """One customs line. ``quantity`` is whole: a decimal makes DHL fail without a word.

    ``unit_price`` is in the order's currency, weights are grams, ``origin`` ISO-2.
    """

    description: str
    quantity: int
    unit_price: Decimal
    net_weight_grams: int
    origin: str
    unit: str = "PCS"
    chinese_name: str = ""
    english_name: str = ""
    sku: str = ""
    gross_weight_grams: int = 0
    import_hs_code: str = ""
    export_hs_code: str = ""
    pieces: int = 0

    def fields(self) -> dict[str, Any]:
        """Return the fields as the platform names them. Raises InvalidRequest."""
        require(**{"lines.description": self.description, "lines.origin": self.origin})
        if type(self.quantity) is not int or not 1 <= self.quantity <= MOST_PIECES:
            raise InvalidRequest("a quantity is whole, 1 to 10^9", field="lines.quantity")
        if self.unit not in UNITS:
            raise InvalidRequest("units are PCS, PRS or KG", field="lines.unit")
        for code in (self.import_hs_code, self.export_hs_code):
            if code and not (code.isdigit() and len(code) in HS_LENGTHS):
                raise InvalidRequest("an HS code has 4 to 14 digits", field="lines.hs_code")
        gross = self.gross_weight_grams
        return {
            "desc": self.description,
            "quantity": self.quantity,
            "quantityUnitOfMeasurement": self.unit,
            "unitPrice": float(self.unit_price),
            "netWeight": float(kilograms(self.net_weight_grams)),
            "manufacturingCountryCode": self.origin.upper(),
            **kept(
                {
                    "zhName": self.chinese_name,
                    "enName": self.english_name,
                    "sku": self.sku,
                    "grossWeight": float(kilograms(gross)) if gross else None,
                    "importCommodityCode": self.import_hs_code,
                    "exportCommodityCode": self.export_hs_code,
                    "numberOfPieces": self.pieces or None,
                }
            ),
        }


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, in the platform's own word (DDU, DDP, SHIPPER …), and from which account."""

    kind: str
    account: str = ""

    def fields(self) -> dict[str, str]:
        """Return the fields as the platform names them, the word untouched."""
        require(**{"payer.kind": self.kind})
        return {"paymentType": self.kind, **kept({"account": self.account})}


@dataclass(frozen=True, slots=True)
class Invoice:
    """What the invoice says; ``paperless`` asks for paperless trade."""

    date: dt.date
    number: str
    kind: str = ""
    title: str = ""
    paperless: bool = False

    def fields(self) -> dict[str, Any]:
        """Return the fields as the platform names them. Raises InvalidRequest."""
        require(**{"invoice.number": self.number})
        optional = {"type": self.kind, "title": self.title, "pltEnable": self.paperless or None}
        return {"date": self.date.isoformat(), "number": self.number, **kept(optional)}
