"""One parcel of an order as customs is handed it. Reads rows it is given, asks nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from apps.accounts.models import Merchant
from apps.core.regions import CURRENCY_DIGITS, HOME
from apps.customs.choices import PartyKind, ServiceKind
from apps.customs.record import Address, Identifier, Party, Payment, read_json
from apps.customs.snapshot import LineSnapshot, ParcelSnapshot
from apps.orders.declared_rows import OrderCustoms
from apps.orders.models import Order, OrderLine, Parcel
from apps.orders.pickup_slots import leaves_at
from apps.shipments.models import Shipment

POSTS = frozenset({"emsguoji", "emsen", "emsinten", "youzhengguoji"})
"""Carriers whose parcels are postal items, with the posts' forms."""

SHARED = ("discount", "freight", "insurance")


def subject_of(parcel: Parcel) -> str:
    """Return the opaque name customs knows a parcel by; the same for life."""
    return f"parcel:{parcel.pk}"


def snapshot_of(
    *,
    order: Order,
    parcel: Parcel,
    shipment: Shipment,
    merchant: Merchant,
    lines: Sequence[OrderLine],
    said: OrderCustoms,
) -> ParcelSnapshot:
    """Return a parcel as it stands now, with its share of what the whole order was charged."""
    share = _shares(order, parcel, lines, said)
    return ParcelSnapshot(
        subject=subject_of(parcel),
        reference=order.number,
        currency=order.currency,
        recipient=_recipient(order, said),
        seller=_seller(merchant),
        lines=_lines(parcel, lines, said),
        carrier=shipment.carrier,
        number=shipment.number,
        service=said.transport or service_of(shipment.carrier),
        export_mode=said.export_mode,
        incoterm=said.incoterm,
        reason=said.reason,
        discount=share["discount"],
        freight=share["freight"],
        insurance=share["insurance"],
        gross_grams=parcel.weight_grams,
        length_mm=parcel.length_mm,
        width_mm=parcel.width_mm,
        height_mm=parcel.height_mm,
        sold_at=order.paid_at or order.placed_at,
        cut_off=leaves_at(order.placed_at),
        platform=said.platform,
        shop_url=said.shop_url,
        ioss=said.ioss,
        invoice_number=said.invoice_number,
        payment=_payment(said),
    )


def service_of(carrier: str) -> str:
    """Return how a carrier's parcels travel: posts hand to posts, the others are express."""
    return (ServiceKind.POST if carrier in POSTS else ServiceKind.EXPRESS).value


def _recipient(order: Order, said: OrderCustoms) -> Party:
    is_firm = said.recipient_kind == PartyKind.COMPANY.value or bool(said.company)
    latin = order.recipient_name.isascii()
    return Party(
        name=said.company or order.recipient_name,
        local_name="" if latin or said.company else order.recipient_name,
        kind=(PartyKind.COMPANY if is_firm else PartyKind.PERSON).value,
        address=Address(
            street=order.street,
            district=order.district,
            city=order.city,
            region=order.province,
            postcode=order.postcode,
            country=order.country,
        ),
        phone=order.recipient_phone,
        email=order.recipient_email,
        identifiers=tuple(read_json(Identifier, one) for one in said.tax_ids),
    )


def _seller(merchant: Merchant) -> Party:
    return Party(
        name=merchant.name,
        local_name=merchant.name,
        kind=PartyKind.COMPANY.value,
        address=Address(
            street=merchant.sender_street,
            district=merchant.sender_district,
            city=merchant.sender_city,
            region=merchant.sender_province,
            country=HOME,
        ),
        phone=merchant.sender_phone,
    )


def _inside(parcel: Parcel, said: OrderCustoms) -> dict[int, int]:
    """Return how many pieces of each line are in a parcel, by the line's position."""
    pieces: dict[int, int] = {}
    for one in said.contents.get(str(parcel.position), []):
        pieces[one["line"]] = pieces.get(one["line"], 0) + one["quantity"]
    return pieces


def _lines(
    parcel: Parcel, lines: Sequence[OrderLine], said: OrderCustoms
) -> tuple[LineSnapshot, ...]:
    pieces = _inside(parcel, said)
    return tuple(
        LineSnapshot(
            position=line.position,
            title=line.title,
            quantity=pieces[line.position],
            unit_price=line.unit_price,
            sku=line.sku,
            weight_grams=line.weight_grams,
            goods_class=line.goods_class,
            origin=line.origin_country,
            hs_code=line.hs_code,
        )
        for line in lines
        if line.position in pieces
    )


def _shares(
    order: Order, parcel: Parcel, lines: Sequence[OrderLine], said: OrderCustoms
) -> dict[str, Decimal]:
    """Return a parcel's part of discount, freight and insurance, by the value of what is in it.

    Parts are rounded down to the currency's smallest; the first parcel bears what is left, so
    that the parcels' parts together are the whole.
    """
    boxes = sorted(int(position) for position in said.contents)
    worth = {box: _worth(box, lines, said) for box in boxes}
    total = sum(worth.values(), Decimal(0))
    step = Decimal(1).scaleb(-CURRENCY_DIGITS.get(order.currency, 2))
    found = {}
    for name in SHARED:
        whole = Decimal(getattr(said, name))
        parts = {
            box: (whole * worth[box] / total).quantize(step, ROUND_DOWN) if total else Decimal(0)
            for box in boxes
        }
        if boxes:
            parts[boxes[0]] += whole - sum(parts.values(), Decimal(0))
        found[name] = parts.get(parcel.position, Decimal(0))
    return found


def _worth(box: int, lines: Sequence[OrderLine], said: OrderCustoms) -> Decimal:
    prices = {line.position: line.unit_price for line in lines}
    inside = said.contents.get(str(box), [])
    return sum(
        (Decimal(prices.get(one["line"], 0)) * one["quantity"] for one in inside), Decimal(0)
    )


def _payment(said: OrderCustoms) -> Payment | None:
    data = said.payment
    if not data:
        return None
    paid_at = data.get("paid_at")
    return Payment(
        number=data.get("number", ""),
        firm=data.get("firm", ""),
        amount=Decimal(data["amount"]) if data.get("amount") is not None else None,
        currency=data.get("currency", ""),
        paid_at=dt.datetime.fromisoformat(paid_at) if paid_at else None,
    )
