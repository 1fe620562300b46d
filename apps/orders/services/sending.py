"""Booking: claim a row, ask the platform outside any transaction, record what came of it.

A worker that dies in between leaves its claim behind; after the lease the row is sent again with
the same thirdOrderId, which the platform answers with the same booking for 48 hours. Later it is
only asked whether it has the pickup; if that is no help either, a person decides. A ride and an
international e-waybill are never repeated: callbacks say whether a ride was ordered, or a person
does; of an e-waybill only a person can.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection

import structlog
from django.db import transaction
from django.db.models import Q

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import BookingOutcome
from apps.baidiyun.choices import BookingProblem as GatewayProblem
from apps.baidiyun.credentials import acting_for
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.outcomes import BookingAnswer
from apps.baidiyun.products.pickup import Party, PickupRequest
from apps.core import clock
from apps.core.lanes import in_lanes
from apps.orders.choices import BookingProblem, BookingState, HoldReason
from apps.orders.models import Booking, Order
from apps.orders.pickup_slots import NEEDS_SLOT, next_slot
from apps.orders.services.braking import gate_of, hold_at_gate
from apps.orders.services.common import (
    finish_cancelling,
    lock_booking,
    lock_bookings,
    lock_orders,
    mark_booked,
    orders_of,
    refresh_orders,
)
from apps.orders.services.ewaybills import (
    Plan,
    ask_for_ewaybill,
    book_as_pickup,
    ewaybill_of,
    known_outcome,
    plan_ewaybill,
)
from apps.orders.services.fact_finding import choose_before_sending
from apps.orders.services.ride_orders import ask_for_ride, ride_of
from apps.orders.services.settling import quote_booking
from apps.orders.verdicts import IDEMPOTENT_FOR, MAX_SENDS, Decision, Verdict, decide

log = structlog.get_logger(__name__)
LEASE = dt.timedelta(seconds=30)
ROUND_SECONDS = 8.0
CARGO_LENGTH, REMARK_LENGTH = 60, 100
NO_ANSWER = BookingAnswer(BookingOutcome.UNKNOWN, code="no_answer")
TAKEN_OVER = BookingAnswer(BookingOutcome.NOT_SENT, code="taken_over")


def send_ready_bookings(*, limit: int = 20, lanes: int = 1) -> int:
    """Send up to ``limit`` bookings that are due, ``lanes`` at a time; returns how many.

    What the gateway holds back was not sent: the booking waits, and for this round so do all
    others of its mode. No booking is begun after ``ROUND_SECONDS``: other work of the same worker
    waits. Call it outside a transaction. Any number of workers may run it at once.
    """
    until = time.monotonic() + ROUND_SECONDS
    held: set[str] = set()

    def send_one(turn: int) -> bool:
        return time.monotonic() < until and _send_next(held)

    return sum(in_lanes(send_one, range(limit), lanes=min(lanes, len(_due_ids(held)))))


def _send_next(held: set[str]) -> bool:
    """Send the next booking of a mode not held, and note modes that turn out to be; False when
    there is none."""
    while (booking := _claim(held)) is not None:
        answer = _ask(booking)
        _record(booking, answer)
        if answer.retry_after is None:
            return True
        held.add(booking.parcel.order.mode)
    return False


def record_booking(*, booking_id: int, answer: BookingAnswer) -> None:
    """Record the platform's answer to a ready booking that was sent by other means.

    For a history that is planted or brought along; a booking that is not ready stays as it is.
    """
    with transaction.atomic():
        order, booking = lock_booking(booking_id)
        if booking.state != BookingState.READY.value:
            return
        _take_up(booking)
        _apply(order, booking, answer)
        booking.save()
        refresh_orders([order])


def _claim(held: Collection[str] = ()) -> Booking | None:
    """Take up the next due booking of a mode not held and commit that; None if there is none."""
    for booking_id in _due_ids(held):
        with transaction.atomic():
            order_ids = orders_of([booking_id])
            orders = lock_orders(order_ids)
            booking = lock_bookings([booking_id])[booking_id]
            if not _is_due(booking):
                continue
            if (reason := gate_of(booking)) is not None:
                hold_at_gate(booking, reason)
                refresh_orders(orders.values())
                continue
            _take_up(booking)
            refresh_orders(orders.values())
            return _with_order(booking.pk)
    return None


def _due_ids(held: Collection[str]) -> list[int]:
    now = clock.real_now()
    due = Q(state=BookingState.READY.value, next_at__lte=now) | Q(
        state=BookingState.SENDING.value, claimed_at__lte=now - LEASE
    )
    rows = Booking.objects.filter(due)
    if held:
        rows = rows.exclude(parcel__order__mode__in=held)
    return list(rows.order_by("next_at", "pk").values_list("pk", flat=True)[:50])


def _is_due(booking: Booking) -> bool:
    now = clock.real_now()
    if booking.state == BookingState.READY.value:
        return booking.next_at <= now
    claimed = booking.claimed_at
    return booking.state == BookingState.SENDING.value and (
        claimed is not None and claimed <= now - LEASE
    )


def _may_not_repeat(booking: Booking) -> bool:
    """Whether sending again could book a second time, or has been tried too often."""
    too_often = booking.sends > MAX_SENDS
    return booking.maybe_sent and (too_often or _age(booking) >= IDEMPOTENT_FOR)


def _take_up(booking: Booking) -> None:
    booking.maybe_sent = booking.maybe_sent or booking.state == BookingState.SENDING.value
    booking.state = BookingState.SENDING.value
    booking.claimed_at = clock.real_now()
    booking.send_started_at = booking.send_started_at or clock.now()
    booking.sends += 1
    booking.save(update_fields=["maybe_sent", "state", "claimed_at", "send_started_at", "sends"])


def _with_order(booking_id: int) -> Booking:
    rows = Booking.objects.select_related(
        "parcel__order__merchant", "parcel__shipment", "parcel__ride"
    )
    return rows.get(pk=booking_id)


def _ask(booking: Booking) -> BookingAnswer:
    """Ask the platform for what the parcel goes by: a ride, an e-waybill, or a pickup."""
    try:
        with acting_for(booking.parcel.order.merchant_id):
            if ride_of(booking.parcel) is not None:
                return ask_for_ride(booking)
            waybill = ewaybill_of(booking) if booking.maybe_sent else None
            if waybill is not None:
                return known_outcome(waybill)
            return _ask_for_parcel(booking)
    except NotConfigured as error:
        return BookingAnswer(
            BookingOutcome.NOT_SENT, code=error.code, message=str(error), permanent=True
        )


def _ask_for_parcel(booking: Booking) -> BookingAnswer:
    """Ask for an e-waybill or the pickup, or only whether the platform has the pickup where asking
    twice is no longer safe. An order it says it has already is looked up under our reference."""
    if _may_not_repeat(booking):
        return _look_up(booking, NO_ANSWER)
    if not choose_before_sending(booking):
        return TAKEN_OVER
    plan = None if booking.maybe_sent else plan_ewaybill(booking)
    if isinstance(plan, Plan):
        return ask_for_ewaybill(booking, plan)
    if plan is not None:
        book_as_pickup(booking, plan)
    quote_booking(booking)
    answer = gateway.book_pickup(request=pickup_request(booking), mode=booking.parcel.order.mode)
    duplicate = answer.problem == GatewayProblem.DUPLICATE
    return _look_up(booking, answer) if duplicate else answer


def _look_up(booking: Booking, otherwise: BookingAnswer) -> BookingAnswer:
    """What the platform has under our reference; ``otherwise`` if it says nothing of use.

    That it knows nothing proves nothing after 48 hours, so it is never read as a refusal.
    """
    detail = gateway.pickup_detail(
        subject=booking.pk,
        mode=booking.parcel.order.mode,
        third_order_id=booking.third_order_id,
    )
    found = detail.update
    if found is None and detail.retry_after is not None and otherwise is NO_ANSWER:
        return BookingAnswer(
            BookingOutcome.NOT_SENT,
            code=detail.code,
            message=detail.message,
            retry_after=detail.retry_after,
        )
    if found is None:
        return otherwise
    return BookingAnswer(
        BookingOutcome.DONE, task_id=found.task_id, order_id=found.order_id, number=found.number
    )


def pickup_request(booking: Booking) -> PickupRequest:
    """What the platform is asked for; shunfeng also gets a slot."""
    parcel, order = booking.parcel, booking.parcel.order
    merchant = order.merchant
    slot = next_slot(clock.now()) if booking.carrier in NEEDS_SLOT else None
    return PickupRequest(
        subject=booking.pk,
        third_order_id=booking.third_order_id,
        carrier=booking.carrier,
        recipient=Party(order.recipient_name, order.recipient_phone, order.address),
        sender=Party(merchant.sender_name, merchant.sender_phone, merchant.sender_address),
        cargo=order.goods[:CARGO_LENGTH],
        weight_grams=parcel.weight_grams,
        remark=" ".join(order.note.split())[:REMARK_LENGTH],
        day_type=slot.day if slot else "",
        pickup_start=slot.start if slot else "",
        pickup_end=slot.end if slot else "",
    )


def _record(claimed: Booking, answer: BookingAnswer) -> None:
    """Write down what an answer means, unless somebody else settled the booking meanwhile."""
    with transaction.atomic():
        order, booking = lock_booking(claimed.pk)
        if booking.state != BookingState.SENDING.value or booking.claimed_at != claimed.claimed_at:
            _complete(booking, answer)
        elif answer.code == NotConfigured.code:
            _hold(booking, answer)
        elif answer.retry_after is not None:
            _put_back(order, booking, answer, answer.retry_after)
        else:
            _apply(order, booking, answer)
        booking.save()
        refresh_orders([order])
    log.info(
        "booking answered",
        booking=booking.third_order_id,
        outcome=str(answer.outcome),
        state=booking.state,
    )


def _complete(booking: Booking, answer: BookingAnswer) -> None:
    """A callback or another worker was faster: only references that are missing are taken."""
    if not answer.ok:
        return
    if booking.state == BookingState.BOOKED.value:
        mark_booked(booking, task_id=answer.task_id, order_id=answer.order_id, number=answer.number)
    else:
        booking.task_id = booking.task_id or answer.task_id[:64]
        booking.platform_order_id = booking.platform_order_id or answer.order_id[:64]


def _put_back(order: Order, booking: Booking, answer: BookingAnswer, seconds: float) -> None:
    """Undo the claim: nothing was sent, so it does not count, and the 48 hours do not run."""
    booking.state = BookingState.READY.value
    booking.sends -= 1
    if booking.sends == 0 and not booking.maybe_sent:
        booking.send_started_at = None
    booking.next_at = clock.real_now() + dt.timedelta(seconds=seconds)
    booking.set_error(code=answer.code, message=answer.message)
    _or_cancel(order, booking)


def _hold(booking: Booking, answer: BookingAnswer) -> None:
    booking.state = BookingState.HELD.value
    booking.hold_reasons = [HoldReason.LIVE_NOT_CONFIGURED.value]
    booking.raise_problem(BookingProblem.BLOCKED, code=answer.code, message=answer.message)


def _apply(order: Order, booking: Booking, answer: BookingAnswer) -> None:
    decision = decide(
        outcome=str(answer.outcome),
        problem=str(answer.problem),
        permanent=answer.permanent,
        sends=booking.sends,
        maybe_sent=booking.maybe_sent,
        age=_age(booking),
        repeatable=ride_of(booking.parcel) is None and ewaybill_of(booking) is None,
    )
    booking.maybe_sent = booking.maybe_sent or answer.outcome == BookingOutcome.UNKNOWN
    if decision.verdict is Verdict.BOOKED:
        mark_booked(booking, task_id=answer.task_id, order_id=answer.order_id, number=answer.number)
    else:
        _postpone_or_stop(booking, decision, answer)
    _or_cancel(order, booking)


def _postpone_or_stop(booking: Booking, decision: Decision, answer: BookingAnswer) -> None:
    if decision.verdict is Verdict.AGAIN:
        booking.state = BookingState.READY.value
        booking.next_at = clock.real_now() + decision.delay
        booking.set_error(code=answer.code, message=answer.message)
        return
    stopped = BookingState.FAILED if decision.verdict is Verdict.FAILED else BookingState.UNKNOWN
    booking.state = stopped.value
    booking.raise_problem(decision.problem, code=answer.code, message=answer.message)


def _or_cancel(order: Order, booking: Booking) -> None:
    """Somebody cancelled while it was being sent: go on to cancelling, or end it at once."""
    if not booking.cancel_wanted:
        return
    in_doubt = booking.maybe_sent and booking.state != BookingState.FAILED.value
    if booking.state == BookingState.BOOKED.value or in_doubt:
        booking.state = BookingState.CANCELLING.value
        booking.clear_problem()
        booking.sends, booking.next_at = 0, clock.real_now()
    else:
        finish_cancelling(booking, reason=order.cancel_reason)


def _age(booking: Booking) -> dt.timedelta:
    """Business time since the first sending."""
    return clock.now() - (booking.send_started_at or clock.now())
