"""What the services share: the order of locks, the status, the steps of a booking.

Locks are always taken in this order, each kind by id: orders, bookings, shipments.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery

from apps.baidiyun.credentials import credentials_for
from apps.baidiyun.errors import NotConfigured
from apps.core import clock
from apps.core.errors import PortalError
from apps.orders.choices import BookingProblem, BookingState, OrderStatus
from apps.orders.models import Booking, Order, Parcel
from apps.orders.order_status import ParcelState, order_status
from apps.shipments.services import assign_number, cancel_shipment


def lock_orders(order_ids: Iterable[int]) -> dict[int, Order]:
    """Lock orders in the order of their ids, inside the caller's transaction."""
    rows = Order.objects.select_for_update(no_key=True).filter(pk__in=set(order_ids))
    return {order.pk: order for order in rows.order_by("pk")}


def lock_bookings(booking_ids: Iterable[int]) -> dict[int, Booking]:
    """Lock bookings in the order of their ids; their orders are locked already."""
    rows = Booking.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.filter(pk__in=set(booking_ids))
    rows = rows.select_related("parcel__shipment", "parcel__ride")
    return {booking.pk: booking for booking in rows.order_by("pk")}


def lock_booking(booking_id: int) -> tuple[Order, Booking]:
    """Lock one booking with its order. Raises Booking.DoesNotExist."""
    order_id = Booking.objects.values_list("parcel__order_id", flat=True).get(pk=booking_id)
    return lock_orders([order_id])[order_id], lock_bookings([booking_id])[booking_id]


def orders_of(booking_ids: Iterable[int]) -> set[int]:
    """The ids of the orders some bookings belong to."""
    rows = Booking.objects.filter(pk__in=set(booking_ids))
    return set(rows.values_list("parcel__order_id", flat=True))


def refresh_orders(orders: Iterable[Order]) -> int:
    """Compute the status of locked orders from their parcels; returns how many changed."""
    held = {order.pk: order for order in orders}
    states: dict[int, list[ParcelState]] = {pk: [] for pk in held}
    latest = Booking.objects.filter(parcel=OuterRef("pk")).order_by("-attempt")
    rows = Parcel.objects.filter(order_id__in=held).values_list(
        "order_id", "shipment__status", Subquery(latest.values("state")[:1]), "shipment__number"
    )
    for order_id, shipment, booking, number in rows:
        states[order_id].append(ParcelState(shipment, booking or "", bool(number)))
    return sum(_set_status(order, states[pk]) for pk, order in sorted(held.items()))


def _set_status(order: Order, parcels: list[ParcelState]) -> bool:
    status = order_status(parcels, cancelled=order.cancelled_at is not None)
    if status == order.status:
        return False
    order.status, order.status_at = status.value, clock.now()
    if status is OrderStatus.CANCELLED and order.cancelled_at is None:
        order.cancelled_at = order.status_at
    order.save(update_fields=["status", "status_at", "cancelled_at"])
    return True


def mark_booked(booking: Booking, *, task_id: str, order_id: str, number: str) -> None:
    """Note that the platform has the pickup, with its number if it came; saves nothing itself
    but the shipment's number."""
    if booking.state != BookingState.BOOKED.value:
        booking.state = BookingState.BOOKED.value
        booking.booked_at = booking.booked_at or clock.now()
        booking.clear_problem()
    booking.hold_reasons = []
    booking.task_id = booking.task_id or task_id[:64]
    booking.platform_order_id = booking.platform_order_id or order_id[:64]
    if number:
        take_number(booking, carrier=booking.carrier, number=number)


def take_number(booking: Booking, *, carrier: str, number: str) -> None:
    """Give the parcel's shipment the number the platform sent; a refusal goes to the worklist."""
    shipment = booking.parcel.shipment
    if (shipment.carrier, shipment.number) == (carrier.lower(), number.upper()):
        return
    try:
        booking.parcel.shipment = assign_number(
            shipment_id=shipment.pk, carrier=carrier, number=number
        )
    except PortalError as error:
        booking.raise_problem(BookingProblem.BLOCKED, code=error.code, message=f"{number}: {error}")


def finish_cancelling(booking: Booking, *, reason: str) -> None:
    """The pickup is off: the booking and its shipment are cancelled. Saves both."""
    booking.state = BookingState.CANCELLED.value
    booking.cancel_wanted = False
    booking.hold_reasons = []
    booking.clear_problem()
    booking.save()
    cancel_parcel(booking.parcel, reason=reason)


def cancel_parcel(parcel: Parcel, *, reason: str) -> None:
    """Cancel the shipment of a parcel that never started; one that has ended stays as it is."""
    if parcel.shipment.closed_at is None:
        parcel.shipment = cancel_shipment(shipment_id=parcel.shipment_id, reason=reason)


def has_newer_attempt(booking: Booking) -> bool:
    """Whether the parcel was booked again after this attempt."""
    later = Booking.objects.filter(parcel_id=booking.parcel_id, attempt__gt=booking.attempt)
    return later.exists()


def add_warning(order: Order, *, code: str, field: str, detail: str) -> None:
    """Put a warning on a locked order, once. Saves it."""
    warning: dict[str, Any] = {"code": code, "field": field, "detail": detail}
    if warning not in order.warnings:
        order.warnings = [*order.warnings, warning]
        order.save(update_fields=["warnings"])


def is_configured(mode: str, merchant_id: int) -> bool:
    """Whether there are credentials for a mode of the platform, for this merchant."""
    try:
        credentials_for(mode, merchant_id)
    except NotConfigured:
        return False
    return True
