"""The route manual: the shop books elsewhere and brings the number; we only track."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.text import clean_line
from apps.orders.choices import BookingState
from apps.orders.errors import InvalidOrder, NotAllowedNow
from apps.orders.models import Booking, Order, Parcel
from apps.orders.services.common import lock_bookings, lock_orders, refresh_orders
from apps.orders.validation import FieldProblem
from apps.shipments.carriers import find_carrier
from apps.shipments.choices import TERMINAL_STATUSES
from apps.shipments.errors import NumberInvalid, NumberTaken
from apps.shipments.services import assign_number, take_manual_route

MAY_BE_BROUGHT = (
    BookingState.HELD.value,
    BookingState.READY.value,
    BookingState.FAILED.value,
    BookingState.BROUGHT.value,
)


def bring_number(
    *, order_id: int, position: int, carrier: str, number: str, actor: Actor
) -> Parcel:
    """Take the number of a parcel somebody else booked; from now on it is only tracked.

    Possible while the platform cannot have a booking of it, and again to correct the number. A
    live parcel becomes manual, a sandbox one stays in the sandbox. The same number twice changes
    nothing. Raises InvalidOrder naming the field, NotAllowedNow, Parcel.DoesNotExist.
    """
    code = clean_line(carrier).value.lower()
    if find_carrier(code) is None:
        raise InvalidOrder([FieldProblem("carrier", "unknown_carrier", code[:40])])
    with transaction.atomic():
        order = lock_orders([order_id])[order_id]
        parcel = order.parcels.select_related("shipment").get(position=position)
        booking = _latest(parcel)
        _check_may_bring(order, parcel, booking)
        before = parcel.shipment.number
        _take(parcel, code, number)
        if booking is not None:
            _settle(booking, code)
        refresh_orders([order])
        if before != parcel.shipment.number:
            record_action(
                action="orders.number_brought",
                actor=actor,
                subject=order,
                merchant_id=order.merchant_id,
                before={"number": before},
                after={"parcel": position, "carrier": code, "number": parcel.shipment.number},
            )
    return parcel


def _latest(parcel: Parcel) -> Booking | None:
    ids = parcel.bookings.order_by("-attempt").values_list("pk", flat=True)[:1]
    return next(iter(lock_bookings(ids).values()), None)


def _check_may_bring(order: Order, parcel: Parcel, booking: Booking | None) -> None:
    if order.cancelled_at is not None:
        raise NotAllowedNow(_("This order is cancelled."))
    if parcel.shipment.status in TERMINAL_STATUSES:
        raise NotAllowedNow(_("This parcel has ended; it takes no number any more."))
    if booking is not None and (booking.state not in MAY_BE_BROUGHT or booking.maybe_sent):
        raise NotAllowedNow(
            _("This parcel is booked at the platform, or may be."), code="may_be_booked"
        )


def _take(parcel: Parcel, carrier: str, number: str) -> None:
    try:
        take_manual_route(shipment_id=parcel.shipment_id)
        parcel.shipment = assign_number(
            shipment_id=parcel.shipment_id, carrier=carrier, number=clean_line(number).value
        )
    except NumberInvalid as error:
        field = FieldProblem("carrier_number", "bad_characters", clean_line(number).value[:40])
        raise InvalidOrder([field]) from error
    except NumberTaken as error:
        field = FieldProblem("carrier_number", "number_taken", clean_line(number).value[:40])
        raise InvalidOrder([field]) from error


def _settle(booking: Booking, carrier: str) -> None:
    booking.state, booking.carrier = BookingState.BROUGHT.value, carrier
    booking.hold_reasons = []
    booking.booked_at = booking.booked_at or clock.now()
    booking.clear_problem()
    booking.save()
