"""International e-waybills with their customs fields, their pickup and prices (contract §5.12).

Weights go out in kilograms, lengths in centimetres. DDU and DDP are stored and sent exactly as
given: the vendor's own comment explains them the wrong way round (DDU = the sender pays).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.baidiyun.cleaning import Originals, Tidy
from apps.baidiyun.errors import InvalidRequest, MalformedPayload
from apps.baidiyun.products.common import (
    Signer,
    kept,
    kilograms,
    need_object,
    order_form,
    require,
    wall_time,
)
from apps.baidiyun.products.customs_parts import (
    CustomsLine,
    ForeignParty,
    IntlAccount,
    Invoice,
    Package,
    Payer,
)
from apps.baidiyun.reading import amount, member, text

PURPOSES = frozenset(
    {"GIFT", "NOT_SOLD", "PERSONAL_EFFECTS", "REPAIR_AND_RETURN", "SAMPLE", "SOLD"}
)
MOST_NUMBERS = 1_000
CODES = {"dhlen": "dhl", "upsen": "ups", "emsguoji": "ems"}
"""What this product calls carriers that are tracked under another code."""


@dataclass(frozen=True, slots=True)
class InternationalRequest:
    """A parcel abroad. ``customs_value`` is in ``currency``; documents need no lines.

    ``shipped_at`` is aware and goes out as China time; ``confirmation``: delivery confirmation
    0, 1 or 2 as the carrier defines it.
    """

    account: IntlAccount
    carrier: str
    recipient: ForeignParty
    sender: ForeignParty
    cargo: str
    weight_grams: int
    packages: tuple[Package, ...]
    lines: tuple[CustomsLine, ...] = ()
    is_document: bool = False
    purpose: str = "SOLD"
    customs_value: Decimal | None = None
    currency: str = "CNY"
    trade_term: str = ""
    service: str = ""
    remark: str = ""
    duties: Payer | None = None
    freight: Payer | None = None
    invoice: Invoice | None = None
    units: str = ""
    shipped_at: dt.datetime | None = None
    packaging: str = ""
    timezone: str = ""
    route_id: str = ""
    confirmation: str = ""
    saturday: bool = False
    battery: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A label or an invoice: base64 content or a URL."""

    kind: str
    content: str
    url: str


@dataclass(frozen=True, slots=True)
class InternationalWaybill:
    """An ordered international waybill."""

    number: str
    label: Sheet | None
    invoice: Sheet | None
    package_numbers: tuple[str, ...]
    sub_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InternationalPrice:
    """A quote, CNY; the surcharges are part of ``price`` where the carrier says so."""

    price: Decimal
    default_price: Decimal | None
    first_price: Decimal | None
    over_price_unit: Decimal | None
    shipping_fee: Decimal | None
    fuel_fee: Decimal | None
    resource_fee: Decimal | None


@dataclass(frozen=True, slots=True)
class PickupConfirmation:
    """The carrier's number of a pickup, "" where it gives none."""

    number: str
    originals: Originals = ()


def build_order(*, signer: Signer, request: InternationalRequest) -> dict[str, str]:
    """Return the form of an international order. Raises InvalidRequest."""
    require(carrier=request.carrier, cargo=request.cargo)
    if request.purpose not in PURPOSES:
        raise InvalidRequest("no such purpose", field="purpose")
    if not request.is_document and not request.lines:
        raise InvalidRequest("a parcel needs customs lines", field="lines")
    if not request.is_document and request.customs_value is None:
        raise InvalidRequest("a parcel needs a declared value", field="customs_value")
    return order_form(kept(_order(request)), signer=signer)


def build_pickup(
    *,
    signer: Signer,
    account: IntlAccount,
    carrier: str,
    sender: ForeignParty,
    recipient: ForeignParty,
    packages: tuple[Package, ...],
    ready_at: dt.datetime,
    closes: str,
    instruction: str = "",
) -> dict[str, str]:
    """Return the form that calls the carrier; ``closes`` is HH:mm. Raises InvalidRequest."""
    require(carrier=carrier, closes=closes)
    param = {
        "pickupTimestamp": wall_time(ready_at),
        "pickupLocationCloseTime": closes,
        "instruction": instruction,
        **account.fields(),
        "kuaidicom": CODES.get(carrier, carrier),
        "recMan": recipient.fields("recipient"),
        "sendMan": sender.fields("sender"),
        "packageInfos": _packages(packages),
    }
    return order_form(kept(param), signer=signer)


def build_cancel_pickup(
    *,
    signer: Signer,
    account: IntlAccount,
    carrier: str,
    date: dt.date,
    confirmation: str,
    location: str = "",
) -> dict[str, str]:
    """Return the form that calls a pickup off. Raises InvalidRequest."""
    require(carrier=carrier, confirmation=confirmation)
    param = {
        "pickUpDate": date.isoformat(),
        "location": location,
        **account.fields(),
        "kuaidicom": CODES.get(carrier, carrier),
        "pickupConfirmationNumber": confirmation,
    }
    return order_form(kept(param), signer=signer)


def build_price(
    *,
    signer: Signer,
    carrier: str,
    country: str,
    weight_grams: int,
    is_document: bool = False,
    service: str = "",
) -> dict[str, str]:
    """Return the form of a price abroad (文件 or 包裹). Raises InvalidRequest."""
    require(carrier=carrier, country=country)
    param = {
        "kuaidiCom": carrier,
        "weight": kilograms(weight_grams),
        "cargo": "文件" if is_document else "包裹",
        "recCountry": country,
        "serviceType": service,
    }
    return order_form(kept(param), signer=signer)


def parse_order(data: Any) -> InternationalWaybill:
    """Return the waybill in the data of an answer. Raises MalformedPayload."""
    data = need_object(data, "an international waybill")
    number = text(data, "kuaidinum")
    if not number:
        raise MalformedPayload("an international waybill has a number")
    return InternationalWaybill(
        number=number,
        label=_read_sheet(member(data, "label")),
        invoice=_read_sheet(member(data, "invoice")),
        package_numbers=_read_numbers(data, "pkgNums"),
        sub_numbers=_read_numbers(data, "subNums"),
    )


def parse_pickup(data: Any) -> PickupConfirmation:
    """Return the confirmation of a pickup; its fields are not documented."""
    data = need_object(data or {}, "a pickup")
    tidy = Tidy()
    return PickupConfirmation(tidy.line(data, "pickupConfirmationNumber"), tidy.originals())


def parse_price(data: Any) -> InternationalPrice:
    """Return the quote in the data of an answer. Raises MalformedPayload."""
    data = need_object(data, "a price")
    price = amount(data, "price")
    if price is None:
        raise MalformedPayload("a price has a price")
    return InternationalPrice(
        price=price,
        default_price=amount(data, "defPrice"),
        first_price=amount(data, "firstPrice"),
        over_price_unit=amount(data, "overPriceUnit"),
        shipping_fee=amount(data, "shippingFee"),
        fuel_fee=amount(data, "fuelAdditionalFee"),
        resource_fee=amount(data, "resourceAdjustmentFee"),
    )


def _order(request: InternationalRequest) -> dict[str, Any]:
    invoice = request.invoice.fields() if request.invoice else None
    return {
        **request.account.fields(),
        "kuaidicom": CODES.get(request.carrier, request.carrier),
        "recMan": request.recipient.fields("recipient"),
        "sendMan": request.sender.fields("sender"),
        "cargo": request.cargo,
        "count": len(request.packages),
        "weight": float(kilograms(request.weight_grams)),
        "expType": request.service,
        "remark": request.remark,
        "customsValue": None if request.customs_value is None else float(request.customs_value),
        "currency": request.currency,
        "tradeTerm": request.trade_term,
        "packageInfos": _packages(request.packages),
        "exportInfos": [line.fields() for line in request.lines],
        "customsClearance": {"purpose": request.purpose, "isDocument": request.is_document},
        "dutiesPaymentType": request.duties.fields() if request.duties else None,
        "freightPaymentType": request.freight.fields() if request.freight else None,
        "invoiceInfo": invoice,
        "needInvoice": True if invoice else None,
        "unitOfMeasurement": request.units,
        "shipTime": wall_time(request.shipped_at) if request.shipped_at else "",
        "packagingType": request.packaging,
        "timezone": request.timezone,
        "routeId": request.route_id,
        "needDeliveryConfirmation": request.confirmation,
        "needSaturdayDelivery": True if request.saturday else None,
        "butterFlag": request.battery,
    }


def _packages(packages: tuple[Package, ...]) -> list[dict[str, Any]]:
    if not packages:
        raise InvalidRequest("at least one package", field="packages")
    return [package.fields() for package in packages]


def _read_sheet(sheet: Mapping[str, Any]) -> Sheet | None:
    found = Sheet(text(sheet, "type"), text(sheet, "content"), text(sheet, "url"))
    return found if found.content or found.url else None


def _read_numbers(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    parts = text(data, name).split(",")[:MOST_NUMBERS]
    return tuple(part.strip() for part in parts if part.strip())
