"""Rides within a city at the platform: ordered once, priced before, cancelled at a price.

The platform has no idempotence for rides and no way to ask about one (contract §5.4): what may
have been ordered is never ordered again. The callback address is bound before anything is sent,
so the first callback says that a ride exists even where its answer was lost.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from django.db import transaction

from apps.accounts.models import Merchant
from apps.baidiyun import services as gateway
from apps.baidiyun.choices import BookingOutcome, CoordinateSystem, Topic
from apps.baidiyun.choices import BookingProblem as GatewayProblem
from apps.baidiyun.outcomes import BookingAnswer
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.samecity import End, Goods, RideRequest
from apps.baidiyun.products.samecity import Ride as PlacedRide
from apps.baidiyun.verdicts import booking_problem
from apps.core import clock
from apps.core.geo import parse_parts, wgs84_to_gcj02
from apps.core.phones import parse_phone
from apps.orders.carrier_rules import CHEAPEST, DEFAULT
from apps.orders.choices import ProblemCode, WarningCode
from apps.orders.drafts import RideDraft
from apps.orders.intake import CleanOrder
from apps.orders.models import Booking, Parcel, Ride
from apps.orders.quoting import PriceAnswer
from apps.orders.rides import Sender, check_ride, ends_of
from apps.orders.services.common import add_warning, lock_orders
from apps.orders.services.fact_finding import Findings, write_down
from apps.orders.services.settling import record_quote
from apps.orders.validation import FieldProblem
from apps.shipments.carriers import CARRIERS, find_carrier
from apps.shipments.promises import window_of
from apps.shipments.services import store_promise

RIDERS = tuple(code for code, carrier in CARRIERS.items() if carrier.same_city)
NOT_WANTED_ANY_MORE = "1"
"""``cancelMsgType`` of the contract: the parcel need not travel."""
GOODS_LENGTH, REMARK_LENGTH = 60, 255
MAY_BE_ORDERED = BookingAnswer(BookingOutcome.UNKNOWN, code="may_be_ordered")
NO_REFERENCE = BookingAnswer(BookingOutcome.UNKNOWN, code="no_reference")
TAKEN_OVER = BookingAnswer(BookingOutcome.NOT_SENT, code="taken_over")


def ride_of(parcel: Parcel) -> Ride | None:
    """Return the parcel's ride, None for one that goes the ordinary way."""
    return getattr(parcel, "ride", None)


def misfit(carrier: str, *, is_ride: bool) -> str:
    """Return the code of the problem where a carrier cannot serve, "" where it can."""
    known = find_carrier(carrier)
    if known is None or known.same_city == is_ride:
        return ""
    return (ProblemCode.NO_RIDES if is_ride else ProblemCode.ONLY_RIDES).value


def ride_problems(clean: CleanOrder, merchant: Merchant) -> list[FieldProblem]:
    """What makes the ride of an order impossible, its carrier included; none for a parcel."""
    brought = any(box.number for box in clean.parcels)
    asked = clean.texts["carrier"]
    found = []
    if asked and not brought and (wrong := misfit(asked, is_ride=clean.is_ride)):
        found.append(FieldProblem("carrier", wrong, asked[:40]))
    if clean.is_ride:
        found += check_ride(
            clean.ride,
            name=clean.recipient.name,
            place=clean.recipient.place,
            contradictory=clean.recipient.contradictory,
            sender=sender_of(merchant),
        )
    return found


def sender_of(merchant: Merchant) -> Sender:
    """Return where a merchant sends from, its division found."""
    place = parse_parts(
        province=merchant.sender_province,
        city=merchant.sender_city,
        district=merchant.sender_district,
        street=merchant.sender_street,
    )
    return Sender(
        name=merchant.sender_name,
        phone=parse_phone(merchant.sender_phone).value,
        code=place.code,
        province=place.province,
        city=place.city,
        district=place.district,
        street=place.street,
    )


def insert_ride(parcel: Parcel, draft: RideDraft) -> Ride:
    """Keep where a parcel's ride begins and ends."""
    ends = ends_of(draft)
    return Ride.objects.create(
        parcel=parcel,
        pickup_longitude=ends.pickup[0],
        pickup_latitude=ends.pickup[1],
        dropoff_longitude=ends.dropoff[0],
        dropoff_latitude=ends.dropoff[1],
    )


def ask_for_ride(booking: Booking) -> BookingAnswer:
    """Order the ride of a claimed booking, at the price of the cheapest where none was asked for.

    Call it outside a transaction, acting for the merchant, with order and merchant loaded. What
    may have been ordered before is only answered ``unknown``. Raises NotConfigured.
    """
    if booking.maybe_sent:
        return MAY_BE_ORDERED
    back = gateway.bind_return(
        topic=Topic.SAMECITY.value,
        subject=booking.parcel_id,
        carrier=booking.carrier,
        number="",
        mode=booking.parcel.order.mode,
    )
    request = ride_request(booking)
    if not _price(booking, request, back):
        return TAKEN_OVER
    reply = gateway.order_ride(
        mode=booking.parcel.order.mode,
        subject=booking.parcel_id,
        carrier=booking.carrier,
        request=request,
        callback_url=back.url,
        salt=back.salt,
    )
    if reply.data is not None:
        _keep_placed(booking, reply.data)
    return answer_of(reply)


def ride_request(booking: Booking) -> RideRequest:
    """What the platform is asked for; places in GCJ-02, the platform's own usual system."""
    parcel, order = booking.parcel, booking.parcel.order
    ride, sender = parcel.ride, sender_of(order.merchant)
    pickup = wgs84_to_gcj02(ride.pickup_longitude, ride.pickup_latitude)
    dropoff = wgs84_to_gcj02(ride.dropoff_longitude, ride.dropoff_latitude)
    return RideRequest(
        recipient=End(
            order.recipient_name,
            order.recipient_phone,
            order.province,
            order.city or order.province,
            order.district,
            order.street,
            *dropoff,
        ),
        sender=End(
            sender.name,
            sender.phone,
            sender.province,
            sender.city or sender.province,
            sender.district,
            sender.street,
            *pickup,
        ),
        weight_grams=parcel.weight_grams,
        system=CoordinateSystem.GCJ02,
        remark=" ".join(order.note.split())[:REMARK_LENGTH],
        goods=(Goods(order.goods[:GOODS_LENGTH] or order.number, 1),),
        third_id=parcel.shipment.uid,
    )


def ask_to_cancel_ride(booking: Booking) -> BookingAnswer:
    """Cancel the ride of a booking; its fee goes onto the ride and, as a warning, the order.

    Without the platform's references nothing can be cancelled yet: a callback brings them. Call
    it outside a transaction, acting for the merchant. Raises NotConfigured.
    """
    if not booking.task_id or not booking.platform_order_id:
        return NO_REFERENCE
    reply = gateway.cancel_ride(
        mode=booking.parcel.order.mode,
        subject=booking.parcel_id,
        task_id=booking.task_id,
        order_id=booking.platform_order_id,
        reason_code=NOT_WANTED_ANY_MORE,
        reason=booking.parcel.order.cancel_reason,
    )
    if reply.ok and reply.data:
        _charge(booking, reply.data)
    return answer_of(reply)


def answer_of(reply: Reply[PlacedRide] | Reply[Decimal | None]) -> BookingAnswer:
    """Return the platform's reply as what a booking's answer is judged by.

    The carrier's number stays out of it: nothing is tracked by the number of a ride.
    """
    placed = reply.data if isinstance(reply.data, PlacedRide) else None
    outcome = BookingOutcome(reply.outcome.value)
    refused = outcome is BookingOutcome.REFUSED
    problem = booking_problem(reply.code, reply.message) if refused else GatewayProblem.NONE
    return BookingAnswer(
        outcome,
        task_id=placed.task_id if placed else "",
        order_id=placed.order_id if placed else "",
        code=reply.code,
        message=reply.message,
        problem=problem,
        permanent=reply.permanent,
        retry_after=reply.retry_after,
    )


def _price(booking: Booking, request: RideRequest, back: gateway.Return) -> bool:
    """Ask what it costs, once, and take the cheapest where nobody chose; False if taken over.

    An order never waits for a price: without one it goes to the carrier it has.
    """
    if booking.sends > 1:
        return True
    mode = booking.parcel.order.mode
    if booking.carrier_reason != DEFAULT:
        one = gateway.price_ride(
            mode=mode,
            carrier=booking.carrier,
            request=request,
            callback_url=back.url,
            salt=back.salt,
        )
        fee = (one.data.discounted_fee or one.data.fee) if one.data else None
        record_quote(booking, PriceAnswer(ok=one.ok, price=fee))
        return True
    offered = gateway.price_rides(
        mode=mode, carriers=RIDERS, request=request, callback_url=back.url, salt=back.salt
    )
    offers = offered.data or ()
    fees = {o.carrier.lower(): o.discounted_fee for o in offers if o.discounted_fee is not None}
    fees = {carrier: fee for carrier, fee in fees.items() if carrier in RIDERS}
    if not fees:
        return True
    best = min(fees, key=lambda carrier: (fees[carrier], carrier))
    known = Findings(price={carrier: str(fee) for carrier, fee in sorted(fees.items())})
    if not write_down(booking, best, CHEAPEST, known):
        return False
    record_quote(booking, PriceAnswer(ok=True, price=fees[best]))
    return True


def _keep_placed(booking: Booking, placed: PlacedRide) -> None:
    """Keep number, distance and promise of an ordered ride."""
    metres = placed.distance_metres
    Ride.objects.filter(parcel_id=booking.parcel_id).update(
        number=placed.number[:40],
        distance_m=int(metres) if metres is not None and 0 <= metres < 10**7 else None,
    )
    seconds = placed.estimate_seconds
    if seconds is None or not 0 < seconds < 10**6:
        return
    now = clock.now()
    window = window_of(
        now + dt.timedelta(seconds=int(seconds)), ordered_at=booking.parcel.order.created_at
    )
    if window is not None:
        whole = replace(window, start=max(window.start, now))
        store_promise(shipment_id=booking.parcel.shipment_id, window=whole)


@transaction.atomic
def _charge(booking: Booking, fee: Decimal) -> None:
    """Say on the order what cancelling costs."""
    if not 0 < fee < 10**9:
        return
    order = lock_orders([booking.parcel.order_id])[booking.parcel.order_id]
    Ride.objects.filter(parcel_id=booking.parcel_id).update(cancel_fee=round(fee, 2))
    detail = f"{fee:.2f} CNY"
    add_warning(order, code=WarningCode.CANCEL_FEE.value, field="status", detail=detail)
