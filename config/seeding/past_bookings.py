"""Bookings of the past: made in the simulated world without HTTP, recorded by the portal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from apps.baidiyun.choices import BookingOutcome, BookingProblem, Topic
from apps.baidiyun.outcomes import BookingAnswer
from apps.baidiyun.services import bind_booking, callback_url, fresh_salt
from apps.core import clock
from apps.core.regions import HOME
from apps.orders.choices import BookingState
from apps.orders.models import Booking, Order
from apps.orders.services import record_booking
from apps.sandbox.rng import stream
from apps.sandbox.services import HistoryDraft, is_of_this_world, plan_history_parcels

SEED = 7
AFTER = dt.timedelta(minutes=4)
REFUSALS = (
    (BookingProblem.NO_BALANCE, "500", "账户余额不足，请充值后再下单"),
    (BookingProblem.REFUSED, "500", "当前线路未设置价格"),
    (BookingProblem.BAD_ADDRESS, "400", "收件地址无法解析，请补充详细地址"),
)
REFUSED_EVERY = 160
AT_THE_BORDER = (
    ("asked", (3.5, 8.0), 0.3),
    ("held", (3.5, 8.0), 0.12),
    ("barred", (4.0, 26.0), 0.04),
)
"""What customs abroad does to parcels of an age in days, and to which share: so that a first
day at the desk has questions, holds and refusals beside what is released."""


@transaction.atomic
def book_past(orders: Sequence[Order], *, now: dt.datetime, after: dt.timedelta = AFTER) -> int:
    """Book every ready booking of these orders some time after it was placed.

    One in 160 is refused, so that the worklist of an empty desk shows what it is for.
    Returns how many were booked.
    """
    rows = list(
        Booking.objects.filter(
            parcel__order__in=[order.pk for order in orders], state=BookingState.READY.value
        ).select_related("parcel__order__merchant", "parcel__shipment")
    )
    answers = {row.pk: refusal for row in rows if (refusal := _refusal(row))}
    answers |= _book([row for row in rows if row.pk not in answers], now, after)
    for row in rows:
        if row.pk in answers:
            with clock.frozen(row.created_at + after):
                record_booking(booking_id=row.pk, answer=answers[row.pk])
    return sum(answer.ok for answer in answers.values())


def _refusal(row: Booking) -> BookingAnswer | None:
    if row.pk % REFUSED_EVERY:
        return None
    problem, code, message = REFUSALS[row.pk // REFUSED_EVERY % len(REFUSALS)]
    return BookingAnswer(
        BookingOutcome.REFUSED, code=code, message=message, problem=problem, permanent=True
    )


def _book(
    rows: Sequence[Booking], now: dt.datetime, after: dt.timedelta
) -> dict[int, BookingAnswer]:
    """Book what the world can carry; a place or carrier it does not have stays waiting."""
    asked = {row.pk: _draft(row, now, after) for row in rows}
    drafts = {pk: draft for pk, draft in asked.items() if is_of_this_world(draft)}
    parcels = plan_history_parcels(drafts=list(drafts.values()), now=now)
    return {
        pk: BookingAnswer(
            BookingOutcome.DONE,
            task_id=parcel.task_id,
            order_id=parcel.order_id,
            number=parcel.number,
            code="200",
        )
        for pk, parcel in zip(drafts, parcels, strict=True)
    }


def _draft(row: Booking, now: dt.datetime, after: dt.timedelta) -> HistoryDraft:
    order = row.parcel.order
    age = (now - row.created_at) / dt.timedelta(days=1)
    token = bind_booking(subject=row.pk, carrier=row.carrier, mode=order.mode)
    return HistoryDraft(
        carrier=row.carrier,
        origin_code=row.parcel.shipment.origin_code,
        destination_code=order.address_code,
        destination_country=order.country,
        destination_address=order.address,
        booked_at=row.created_at + after,
        reference=row.third_order_id,
        sender_phone=order.merchant.sender_phone,
        recipient_phone=order.recipient_phone,
        weight_grams=row.parcel.weight_grams,
        callback_url=callback_url(topic=Topic.BOOKING.value, kid=token.kid, token=token.token),
        salt=fresh_salt(token),
        outcome="" if order.country == HOME else border_ending(row.third_order_id, age),
    )


def border_ending(reference: str, age: float) -> str:
    """The ending a parcel abroad of an age in days is given; "" leaves it to chance."""
    draw = stream(SEED, "border", reference).random()
    for ending, (youngest, oldest), share in AT_THE_BORDER:
        if youngest <= age <= oldest:
            if draw < share:
                return ending
            draw -= share
    return ""
