"""Callbacks of the topic booking: what the platform says about a pickup (contract §5.1)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from apps.baidiyun.choices import InboxState
from apps.baidiyun.models import InboxRow
from apps.baidiyun.outcomes import SeenCode
from apps.baidiyun.products.pickup import PickupPush
from apps.baidiyun.services import record_unknown_codes
from apps.baidiyun.topics import Applied, booking_update_of
from apps.baidiyun.verdicts import booking_problem
from apps.core.context import carrying
from apps.core.masking import mask_text
from apps.core.text import clean_line
from apps.orders.booking_states import Effect, PlatformState, find_state, replaces
from apps.orders.choices import BookingProblem, BookingState, WarningCode
from apps.orders.models import Booking, Order
from apps.orders.services.cancelling import refuse_cancelling
from apps.orders.services.common import (
    add_warning,
    finish_cancelling,
    has_newer_attempt,
    lock_bookings,
    lock_orders,
    mark_booked,
    orders_of,
    refresh_orders,
    take_number,
)
from apps.orders.services.settling import record_settlement

WAITING = (BookingState.READY.value, BookingState.SENDING.value, BookingState.UNKNOWN.value)
OVER = (BookingState.FAILED.value, BookingState.CANCELLED.value)
_PROBLEMS = {"bad_address": BookingProblem.BAD_ADDRESS, "no_balance": BookingProblem.NO_BALANCE}


def apply_booking_updates(rows: Sequence[InboxRow]) -> list[Applied]:
    """Apply callbacks about pickups, oldest first; one answer for each row.

    Runs inside the drain's transaction. The same rows in any order and any number lead to the
    same booking, except that a revival (166) starts over. Raises MalformedPayload.
    """
    updates = [(row, booking_update_of(row)) for row in rows]
    subjects = {row.subject for row in rows if row.subject is not None}
    with transaction.atomic():
        orders = lock_orders(orders_of(subjects))
        bookings = lock_bookings(subjects)
        record_unknown_codes(codes=[_seen(update) for _, update in updates if _is_new(update)])
        applied = []
        for row, update in updates:
            booking = bookings.get(row.subject or 0)
            order = orders[booking.parcel.order_id] if booking else None
            with carrying(row.request_id):
                applied.append(_apply_row(row, update, order, booking))
        refresh_orders(orders.values())
    return applied


def _apply_row(
    row: InboxRow, update: PickupPush, order: Order | None, booking: Booking | None
) -> Applied:
    if booking is None or order is None:
        return Applied(row.pk, InboxState.ASIDE.value, None, "no such booking")
    known = booking.platform_order_id
    if update.order_id and known and update.order_id != known:
        note = f"about order {update.order_id}, this booking is {known}"
        return Applied(row.pk, InboxState.ASIDE.value, booking.pk, note)
    note = apply_update(order, booking, update)
    record_settlement(booking=booking, update=update, inbox_id=row.pk)
    return Applied(row.pk, InboxState.APPLIED.value, booking.pk, note)


def apply_update(order: Order, booking: Booking, update: PickupPush) -> str:
    """Apply what the platform says of a locked booking and save it; returns why it did not."""
    state = find_state(update.state)
    _take_facts(booking, update)
    if state is None or not replaces(update.state, booking.platform_state):
        _take_missing_number(booking, update)
        booking.save()
        if state is None:
            return f"unknown state {update.state}"
        return f"state {update.state} came after {booking.platform_state}"
    if state.effect is not Effect.NOTED:
        booking.platform_state = state.code
    _EFFECTS[state.effect](order, booking, update, state)
    if update.number and booking.state == BookingState.BOOKED.value:
        take_number(booking, carrier=update.carrier or booking.carrier, number=update.number)
    booking.save()
    return ""


def take_effect(order: Order, booking: Booking, update: PickupPush, state: PlatformState) -> None:
    """Let a state act on a locked booking and save it, whatever was known before."""
    _take_facts(booking, update)
    _EFFECTS[state.effect](order, booking, update, state)
    booking.save()


def _take_missing_number(booking: Booking, update: PickupPush) -> None:
    """A late callback may be the only one with the number; it never replaces a newer one."""
    known = booking.parcel.shipment.number
    if update.number and not known and booking.state == BookingState.BOOKED.value:
        take_number(booking, carrier=update.carrier or booking.carrier, number=update.number)


def _take_facts(booking: Booking, update: PickupPush) -> None:
    """Courier, weight and freight: whatever was said last."""
    booking.platform_order_id = booking.platform_order_id or update.order_id[:64]
    booking.task_id = booking.task_id or update.task_id[:64]
    booking.courier_name = clean_line(update.courier_name).value[:60] or booking.courier_name
    booking.courier_phone = clean_line(update.courier_phone).value[:40] or booking.courier_phone
    if update.freight is not None and 0 <= update.freight < 10**9:
        booking.freight = round(update.freight, 2)
    weight = update.actual_weight_kg or update.weight_kg
    if weight is not None and 0 < weight < 10**6:
        booking.billed_weight_grams = int(weight * 1000)


def _confirm(order: Order, booking: Booking, update: PickupPush, state: PlatformState) -> None:
    """The platform has the pickup: also the proof after a lost answer, or a wrong refusal."""
    refused_by_answer = booking.state == BookingState.FAILED.value and not has_newer_attempt(
        booking
    )
    if booking.state not in WAITING and not refused_by_answer:
        return
    _book(booking, update)
    if booking.cancel_wanted:
        booking.state = BookingState.CANCELLING.value


def _pick_up(order: Order, booking: Booking, update: PickupPush, state: PlatformState) -> None:
    if booking.state in WAITING:
        _book(booking, update)
        booking.cancel_wanted = False
    elif booking.state == BookingState.CANCELLING.value:
        refuse_cancelling(
            order, booking, BookingProblem.REFUSED, state.code, update.message or state.meaning
        )
    elif booking.state in OVER:
        _revive(order, booking, update, state)


def _note(order: Order, booking: Booking, update: PickupPush, state: PlatformState) -> None:
    """Weight and freight were taken already."""


def _cancel(order: Order, booking: Booking, update: PickupPush, state: PlatformState) -> None:
    """What we asked for, or what somebody did at the platform: then a person must know."""
    if booking.state in OVER:
        return
    if booking.state == BookingState.CANCELLING.value or booking.cancel_wanted:
        finish_cancelling(booking, reason=order.cancel_reason)
    else:
        _stop(booking, BookingProblem.REFUSED, update, state)


def _fail(order: Order, booking: Booking, update: PickupPush, state: PlatformState) -> None:
    if booking.state in OVER:
        return
    if booking.state == BookingState.CANCELLING.value or booking.cancel_wanted:
        finish_cancelling(booking, reason=order.cancel_reason)
        return
    said = str(booking_problem("500", update.message)) if update.message else ""
    _stop(booking, _PROBLEMS.get(said, BookingProblem.REFUSED), update, state)


def _revive(order: Order, booking: Booking, update: PickupPush, state: PlatformState) -> None:
    """A pickup that was over lives again; if it was booked anew, two couriers may come."""
    if booking.state in WAITING:
        _book(booking, update)
        return
    if booking.state not in OVER:
        return
    if not has_newer_attempt(booking):
        _book(booking, update)
        booking.cancel_wanted = False
    booking.raise_problem(
        BookingProblem.REVIVED, code=state.code, message=update.message or state.meaning
    )
    if order.cancelled_at is not None:
        add_warning(
            order,
            code=WarningCode.LATE_REVIVAL.value,
            field="status",
            detail=f"{state.code} {state.meaning}",
        )


def _book(booking: Booking, update: PickupPush) -> None:
    mark_booked(booking, task_id=update.task_id, order_id=update.order_id, number="")


def _stop(
    booking: Booking, problem: BookingProblem, update: PickupPush, state: PlatformState
) -> None:
    booking.state = BookingState.FAILED.value
    message = f"{state.meaning} {update.message}".strip()
    booking.raise_problem(problem, code=state.code, message=message)


_EFFECTS = {
    Effect.CONFIRMED: _confirm,
    Effect.PICKED_UP: _pick_up,
    Effect.NOTED: _note,
    Effect.CANCELLED: _cancel,
    Effect.FAILED: _fail,
    Effect.REVIVED: _revive,
}


def _is_new(update: PickupPush) -> bool:
    return find_state(update.state) is None


def _seen(update: PickupPush) -> SeenCode:
    return SeenCode("booking", update.state, sample=mask_text(update.message)[:300])
