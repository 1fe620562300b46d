"""An order comes in: cleaned, checked and stored with its parcels in one transaction."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.db import IntegrityError, transaction

from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.counters import count
from apps.core.geo import centre_of, parse_parts
from apps.core.phones import parse_phone
from apps.orders.carrier_rules import Choice
from apps.orders.choices import BookingProblem, BookingState, HoldReason, OrderMode, WarningCode
from apps.orders.drafts import OrderDraft, ParcelDraft
from apps.orders.errors import DuplicateOrder, InvalidOrder, MerchantInactive
from apps.orders.intake import CleanOrder, OrderWarning, clean_order
from apps.orders.models import Booking, Order, OrderLine, Parcel
from apps.orders.places import HOME
from apps.orders.route_selectors import open_brake
from apps.orders.services.choosing import Table, carrier_for, load_table, route_for
from apps.orders.services.common import is_configured, refresh_orders
from apps.orders.services.declaring import (
    Declaring,
    begin_declaring,
    declare_parcel,
    waits_for,
)
from apps.orders.services.ride_orders import insert_ride, ride_problems
from apps.orders.validation import FieldProblem
from apps.shipments.carriers import find_carrier
from apps.shipments.choices import LegKind, ShipmentMode
from apps.shipments.errors import NumberTaken
from apps.shipments.models import Shipment
from apps.shipments.services import open_shipment

NUMBER_ONCE = "orders_number_once"


def create_order(
    *,
    merchant: Merchant,
    draft: OrderDraft,
    mode: str,
    actor: Actor,
    placed_at: dt.datetime | None = None,
) -> Order:
    """Store an order with lines, parcels, shipments and bookings; nothing is sent here.

    ``mode`` is what the caller's key allows (live or sandbox); a test merchant's order is always
    sandbox. Times default to business time. Raises InvalidOrder with every field that is
    impossible, DuplicateOrder for a number the merchant used before, MerchantInactive.
    """
    if not merchant.is_active:
        raise MerchantInactive
    clean = clean_order(draft, currency=merchant.currency)
    problems = [*clean.problems, *_unknown_carriers(clean), *ride_problems(clean, merchant)]
    if problems:
        _count(Counter(problem.code for problem in problems), "orders.refused")
        raise InvalidOrder(problems)
    sandbox = merchant.is_test or mode == OrderMode.SANDBOX.value
    way = OrderMode.SANDBOX if sandbox else OrderMode.LIVE
    with transaction.atomic():
        table = load_table(merchant=merchant, mode=way.value)
        order = _insert(
            merchant=merchant,
            clean=clean,
            mode=way,
            placed_at=placed_at or draft.placed_at or clock.now(),
            paid_at=draft.paid_at,
            table=table,
        )
        lines = _insert_lines(order, clean)
        declaring = begin_declaring(
            order=order, merchant=merchant, clean=clean, lines=lines, actor=actor
        )
        for index in range(len(clean.parcels)):
            _insert_parcel(order, merchant, clean, index, table=table, declaring=declaring)
        refresh_orders([order])
        record_action(
            action="orders.created",
            actor=actor,
            subject=order,
            merchant_id=merchant.pk,
            after={"number": order.number, "status": order.status, "mode": order.mode},
        )
        cleaned = Counter(name.split(".")[-1] for name in clean.originals)
        transaction.on_commit(lambda: _count(cleaned, "orders.cleaned"), robust=True)
    return order


def _insert(
    *,
    merchant: Merchant,
    clean: CleanOrder,
    mode: OrderMode,
    placed_at: dt.datetime,
    paid_at: dt.datetime | None,
    table: Table,
) -> Order:
    recipient, place = clean.recipient, clean.recipient.place
    centre = centre_of(place.code) if place.code else None
    try:
        with transaction.atomic():
            return Order.objects.create(
                merchant=merchant,
                number=clean.texts["number"],
                mode=mode.value,
                buyer_name=clean.texts["buyer_name"],
                recipient_name=recipient.name,
                recipient_phone=recipient.phone.value,
                recipient_email=recipient.email,
                country=place.country,
                province=place.province,
                city=place.city,
                district=place.district,
                street=place.street,
                postcode=place.postcode,
                address_code=place.code,
                longitude=centre.longitude if centre else None,
                latitude=centre.latitude if centre else None,
                originals=clean.originals,
                warnings=[_stored(warning) for warning in _warnings(clean, merchant, table)],
                currency=clean.currency,
                value=clean.value,
                goods=clean.texts["goods"],
                note=clean.texts["note"],
                carrier_wish=clean.texts["carrier"],
                placed_at=placed_at,
                paid_at=paid_at,
            )
    except IntegrityError as error:
        if NUMBER_ONCE not in str(error):
            raise
        raise DuplicateOrder(clean.texts["number"]) from error


def _insert_lines(order: Order, clean: CleanOrder) -> list[OrderLine]:
    return OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            sku=line.sku,
            title=line.title,
            quantity=line.quantity,
            unit_price=line.unit_price,
            weight_grams=line.weight_grams,
            goods_class=line.goods_class,
            origin_country=line.origin_country,
            hs_code=line.hs_code,
        )
        for position, line in enumerate(clean.lines, start=1)
    )


def _insert_parcel(
    order: Order,
    merchant: Merchant,
    clean: CleanOrder,
    index: int,
    *,
    table: Table,
    declaring: Declaring | None,
) -> None:
    box = clean.parcels[index]
    choice = carrier_for(box, clean, merchant, table)
    route = _route(order, merchant, box, choice, table)
    shipment = _open_shipment(order, merchant, clean, index, carrier=choice.carrier, route=route)
    parcel = Parcel.objects.create(
        order=order,
        shipment=shipment,
        position=index + 1,
        weight_grams=box.weight_grams or 1,
        length_mm=box.length_mm,
        width_mm=box.width_mm,
        height_mm=box.height_mm,
    )
    drafted = declare_parcel(declaring, parcel, shipment) if declaring else None
    if not box.number:
        reasons = _hold_reasons(order, route, contradictory=clean.recipient.contradictory)
        if drafted is not None:
            reasons += waits_for(drafted.consignment, route.value)
        if clean.ride is not None:
            insert_ride(parcel, clean.ride)
        _insert_booking(parcel, choice, reasons)


def _route(
    order: Order, merchant: Merchant, box: ParcelDraft, choice: Choice, table: Table
) -> ShipmentMode:
    """A number that was brought makes a real parcel manual; else the share decides."""
    if box.number and order.mode == OrderMode.LIVE.value:
        return ShipmentMode.MANUAL
    return route_for(order, merchant, carrier=choice.carrier, table=table)


def _open_shipment(
    order: Order,
    merchant: Merchant,
    clean: CleanOrder,
    index: int,
    *,
    carrier: str,
    route: ShipmentMode,
) -> Shipment:
    origin = parse_parts(
        province=merchant.sender_province,
        city=merchant.sender_city,
        district=merchant.sender_district,
        street="",
    )
    number = clean.parcels[index].number
    try:
        return open_shipment(
            merchant_id=merchant.pk,
            reference=order.number,
            mode=route.value,
            carrier=carrier,
            number=number,
            origin_code=origin.code,
            destination_code=order.address_code,
            destination_country=order.country,
            kind=(LegKind.DOMESTIC if order.country == HOME else LegKind.LINE_HAUL).value,
            phone_tail=clean.recipient.phone.tail,
            sender_phone_tail=parse_phone(merchant.sender_phone).tail,
        )
    except NumberTaken as error:
        field = f"parcels.{index}.number"
        raise InvalidOrder([FieldProblem(field, "number_taken", number)]) from error


def _hold_reasons(order: Order, route: ShipmentMode, *, contradictory: bool) -> list[HoldReason]:
    """Why a new booking waits. Credentials only matter where something would be sent."""
    reasons = [HoldReason.ADDRESS] if contradictory else []
    if route is ShipmentMode.MANUAL:
        return [*reasons, HoldReason.MANUAL_ROUTE]
    if not is_configured(order.mode, order.merchant_id):
        reasons.append(HoldReason.LIVE_NOT_CONFIGURED)
    if route is ShipmentMode.LIVE and open_brake() is not None:
        reasons.append(HoldReason.LIVE_BRAKED)
    return reasons


def _insert_booking(parcel: Parcel, choice: Choice, reasons: list[HoldReason]) -> None:
    booking = Booking(
        parcel=parcel,
        state=(BookingState.HELD if reasons else BookingState.READY).value,
        hold_reasons=[reason.value for reason in reasons],
        carrier=choice.carrier,
        carrier_reason=choice.reason,
        third_order_id=f"{parcel.shipment.uid}-1",
    )
    if reasons:
        contradictory = HoldReason.ADDRESS in reasons
        problem = BookingProblem.BAD_ADDRESS if contradictory else BookingProblem.BLOCKED
        booking.raise_problem(problem, code=reasons[0].value)
    booking.save()


def _warnings(clean: CleanOrder, merchant: Merchant, table: Table) -> list[OrderWarning]:
    warnings = list(clean.recipient.warnings)
    for box in clean.parcels:
        wanted = box.carrier or clean.texts["carrier"]
        taken = carrier_for(box, clean, merchant, table).carrier
        if wanted and taken != wanted:
            detail = f"{wanted} → {taken}"
            warnings.append(OrderWarning(WarningCode.CARRIER_CHANGED.value, "carrier", detail))
    return list(dict.fromkeys(warnings))


def _unknown_carriers(clean: CleanOrder) -> list[FieldProblem]:
    wanted = {"carrier": clean.texts["carrier"]}
    wanted |= {f"parcels.{n}.carrier": box.carrier for n, box in enumerate(clean.parcels)}
    return [
        FieldProblem(field, "unknown_carrier", code[:40])
        for field, code in wanted.items()
        if code and find_carrier(code) is None
    ]


def _stored(warning: OrderWarning) -> dict[str, str]:
    return {"code": warning.code, "field": warning.field, "detail": warning.detail}


def _count(found: Counter[str], name: str) -> None:
    for label, times in sorted(found.items()):
        count(name, label, times)
