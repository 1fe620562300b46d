"""Cancelling: at once while nothing was sent, else by asking the platform in a task."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import BookingOutcome
from apps.baidiyun.credentials import acting_for
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.outcomes import BookingAnswer
from apps.core import clock
from apps.core.actions import Actor, record_action
from apps.core.masking import mask_text
from apps.core.text import clean_line
from apps.orders.booking_states import Effect, find_state
from apps.orders.choices import BookingProblem, BookingState, WarningCode
from apps.orders.errors import CannotCancel
from apps.orders.models import Booking, Order, Parcel
from apps.orders.services.common import (
    add_warning,
    cancel_parcel,
    finish_cancelling,
    lock_booking,
    lock_bookings,
    lock_orders,
    refresh_orders,
)
from apps.orders.services.ewaybill_calls import cancel_ewaybill
from apps.orders.services.ewaybills import ewaybill_of
from apps.orders.services.ride_orders import ask_to_cancel_ride, ride_of
from apps.orders.verdicts import MAX_SENDS, delay_after

LEASE = dt.timedelta(seconds=60)
NOT_STARTED = frozenset({"created", "awaiting_pickup", "cancelled"})
SENT = (BookingState.BOOKED.value, BookingState.UNKNOWN.value)


def cancel_order(*, order_id: int, actor: Actor, reason: str = "") -> Order:
    """Cancel an order and every parcel of it.

    What was not sent is cancelled at once; what the platform has (or may have) becomes
    ``cancelling`` and is asked for by `send_cancellations`. Cancelling twice changes nothing.
    Raises CannotCancel once a parcel was picked up.
    """
    with transaction.atomic():
        order = lock_orders([order_id])[order_id]
        if order.cancelled_at is not None:
            return order
        parcels = list(order.parcels.select_related("shipment").order_by("pk"))
        bookings = _latest_bookings(order)
        for parcel in parcels:
            _check_not_picked_up(parcel, bookings.get(parcel.pk))
        before = order.status
        order.cancelled_at = clock.now()
        order.cancel_reason = clean_line(reason).value[:200]
        order.save(update_fields=["cancelled_at", "cancel_reason"])
        for parcel in parcels:
            _cancel_parcel(order, parcel, bookings.get(parcel.pk))
        refresh_orders([order])
        record_action(
            action="orders.cancelled",
            actor=actor,
            subject=order,
            merchant_id=order.merchant_id,
            before={"status": before},
            after={"status": order.status},
            note=order.cancel_reason,
        )
    return order


def send_cancellations(*, limit: int = 20) -> int:
    """Ask the platform to cancel what is waiting for it; returns how many were asked for.

    Call it outside a transaction. Any number of workers may run it at once.
    """
    sent = 0
    while sent < limit and (booking := _claim()) is not None:
        _record(booking, _ask(booking))
        sent += 1
    return sent


def _latest_bookings(order: Order) -> dict[int, Booking]:
    """The locked latest attempt of every parcel."""
    rows = Booking.objects.filter(parcel__order=order).order_by("parcel_id", "-attempt")
    ids = rows.distinct("parcel_id").values_list("pk", flat=True)
    return {booking.parcel_id: booking for booking in lock_bookings(ids).values()}


def _check_not_picked_up(parcel: Parcel, booking: Booking | None) -> None:
    state = find_state(booking.platform_state) if booking else None
    picked_up = state is not None and state.effect is Effect.PICKED_UP
    if picked_up or parcel.shipment.status not in NOT_STARTED:
        raise CannotCancel(
            _("The carrier has picked up parcel %(position)d; it can only be returned.")
            % {"position": parcel.position},
            code="already_picked_up",
        )


def _cancel_parcel(order: Order, parcel: Parcel, booking: Booking | None) -> None:
    if booking is None:
        cancel_parcel(parcel, reason=order.cancel_reason)
        return
    if booking.state == BookingState.SENDING.value:
        booking.cancel_wanted = True
        booking.save(update_fields=["cancel_wanted"])
    elif booking.state in SENT or (
        booking.maybe_sent and booking.state == BookingState.READY.value
    ):
        booking.state, booking.cancel_wanted = BookingState.CANCELLING.value, True
        booking.clear_problem()
        booking.sends, booking.next_at = 0, clock.real_now()
        booking.save()
    elif booking.state != BookingState.CANCELLING.value:
        finish_cancelling(booking, reason=order.cancel_reason)


def _claim() -> Booking | None:
    with transaction.atomic():
        now = clock.real_now()
        booking = (
            Booking.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(state=BookingState.CANCELLING.value, next_at__lte=now)
            .select_related("parcel__order", "parcel__ride", "parcel__shipment")
            .order_by("next_at", "pk")
            .first()
        )
        if booking is not None:
            booking.sends += 1
            booking.next_at = now + LEASE
            booking.save(update_fields=["sends", "next_at"])
    return booking


def _ask(booking: Booking) -> BookingAnswer:
    with acting_for(booking.parcel.order.merchant_id):
        return _ask_in(booking, booking.parcel.order.mode)


def _ask_in(booking: Booking, mode: str) -> BookingAnswer:
    try:
        if ride_of(booking.parcel) is not None:
            return ask_to_cancel_ride(booking)
        waybill = ewaybill_of(booking)
        if waybill is not None:
            return cancel_ewaybill(booking, waybill)
        missing = None if booking.task_id and booking.platform_order_id else _find(booking)
        if missing is not None:
            return missing
        return gateway.cancel_pickup(
            subject=booking.pk,
            task_id=booking.task_id,
            order_id=booking.platform_order_id,
            reason=booking.parcel.order.cancel_reason or "取消寄件",
            mode=mode,
        )
    except NotConfigured as error:
        return BookingAnswer(BookingOutcome.NOT_SENT, code=error.code, message=str(error))


def _find(booking: Booking) -> BookingAnswer | None:
    """Fill in the platform's references, or answer why there is nothing to cancel yet.

    A platform that knows no such order has nothing to cancel: that is as good as done.
    """
    detail = gateway.pickup_detail(
        subject=booking.pk,
        mode=booking.parcel.order.mode,
        task_id=booking.task_id,
        third_order_id=booking.third_order_id,
    )
    if detail.update is not None:
        booking.task_id = booking.task_id or detail.update.task_id[:64]
        booking.platform_order_id = booking.platform_order_id or detail.update.order_id[:64]
        return None
    if detail.permanent and not booking.task_id:
        return BookingAnswer(BookingOutcome.DONE, code=detail.code, message=detail.message)
    return BookingAnswer(
        BookingOutcome.UNKNOWN,
        code=detail.code,
        message=detail.message,
        retry_after=detail.retry_after,
    )


def _record(claimed: Booking, answer: BookingAnswer) -> None:
    with transaction.atomic():
        order, booking = lock_booking(claimed.pk)
        booking.task_id = booking.task_id or claimed.task_id
        booking.platform_order_id = booking.platform_order_id or claimed.platform_order_id
        if booking.state != BookingState.CANCELLING.value:
            booking.save()
            return
        if answer.ok:
            finish_cancelling(booking, reason=order.cancel_reason)
        elif answer.outcome == BookingOutcome.REFUSED and answer.permanent:
            refuse_cancelling(order, booking, BookingProblem.REFUSED, answer.code, answer.message)
        elif answer.retry_after is not None:
            booking.sends -= 1
            booking.next_at = clock.real_now() + dt.timedelta(seconds=answer.retry_after)
            booking.save()
        elif booking.sends >= MAX_SENDS:
            problem = BookingProblem.UNAVAILABLE
            refuse_cancelling(order, booking, problem, answer.code, answer.message)
        else:
            booking.next_at = clock.real_now() + delay_after(booking.sends)
            booking.set_error(code=answer.code, message=answer.message)
            booking.save()
        refresh_orders([order])


def refuse_cancelling(
    order: Order, booking: Booking, problem: BookingProblem, code: str, message: str
) -> None:
    """The pickup stays booked although somebody cancelled: onto the worklist and the order.

    Saves both; the order's status is the caller's to refresh.
    """
    booking.state = BookingState.BOOKED.value
    booking.cancel_wanted = False
    booking.raise_problem(problem, code=code, message=message)
    booking.save()
    order.cancelled_at = None
    order.save(update_fields=["cancelled_at"])
    add_warning(
        order,
        code=WarningCode.CANCEL_REFUSED.value,
        field="status",
        detail=mask_text(message)[:200],
    )
    record_action(
        action="orders.cancel_refused",
        actor=Actor.system("orders"),
        subject=order,
        merchant_id=order.merchant_id,
        note=mask_text(f"{code} {message}")[:200],
    )
