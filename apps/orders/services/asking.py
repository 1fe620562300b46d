"""Asking by `detail` about bookings whose callbacks did not come, or had to be refused."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import BookingOutcome, Topic
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.outcomes import DetailAnswer
from apps.baidiyun.selectors import wanted_polls
from apps.core import clock
from apps.orders.choices import BookingState
from apps.orders.models import Booking
from apps.orders.services.common import lock_booking, refresh_orders
from apps.orders.services.updates import apply_update
from apps.shipments.choices import LedgerVerdict
from apps.shipments.services import enter_booking

NUMBER_EXPECTED = dt.timedelta(hours=2)
ASK_AGAIN = dt.timedelta(minutes=1)


def ask_about_bookings(*, limit: int = 20) -> int:
    """Ask about up to ``limit`` bookings and apply the answers; returns how many were asked.

    Asked are those whose refused push named them, and booked ones that two hours of business
    time later still have no number: some carriers send it only by callback, and the platform
    gives a callback up after three tries. Each is asked once a minute of real time at most.
    Call it outside a transaction.
    """
    asked = 0
    for booking in _claim(limit):
        answer = _detail(booking)
        if answer.update is not None:
            _apply(booking.pk, answer)
        gateway.settle_wanted(subject=booking.pk, topic=Topic.BOOKING.value)
        asked += 1
    return asked


def _claim(limit: int) -> list[Booking]:
    """Take bookings up by moving their next turn, so that two workers ask about different ones."""
    now = clock.real_now()
    with transaction.atomic():
        wanted = wanted_polls(topic=Topic.BOOKING.value, limit=limit).values_list(
            "subject", flat=True
        )
        silent = Booking.objects.filter(
            state=BookingState.BOOKED.value,
            next_at__lte=now,
            booked_at__lte=clock.now() - NUMBER_EXPECTED,
            parcel__shipment__number="",
            parcel__ride__isnull=True,
            ewaybill__isnull=True,
        ).order_by("next_at", "pk")
        chosen = [*wanted, *silent.values_list("pk", flat=True)[:limit]][:limit]
        rows = list(
            Booking.objects.filter(pk__in=chosen)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("parcel__order")
            .order_by("pk")
        )
        Booking.objects.filter(pk__in=[row.pk for row in rows]).update(next_at=now + ASK_AGAIN)
    return rows


def _detail(booking: Booking) -> DetailAnswer:
    try:
        return gateway.pickup_detail(
            subject=booking.pk,
            mode=booking.parcel.order.mode,
            task_id=booking.task_id,
            third_order_id=booking.third_order_id,
        )
    except NotConfigured as error:
        return DetailAnswer(BookingOutcome.NOT_SENT, code=error.code, message=str(error))


@transaction.atomic
def _apply(booking_id: int, answer: DetailAnswer) -> None:
    order, booking = lock_booking(booking_id)
    if answer.update is not None:
        held = (booking.platform_state, booking.state, booking.parcel.shipment.number)
        note = apply_update(order, booking, answer.update)
        refresh_orders([order])
        _enter(booking, held, answer.update.state, note)


def _enter(booking: Booking, held: tuple[str, str, str], theirs: str, note: str) -> None:
    """Write into the ledger where callbacks and ``detail`` differ.

    What ``detail`` brought is healed; what may not replace what we hold is behind. Agreements are
    not entered: a silent booking is asked about every minute.
    """
    booking.parcel.shipment.refresh_from_db()
    now = (booking.platform_state, booking.state, booking.parcel.shipment.number)
    if now == held and not note:
        return
    verdict = LedgerVerdict.PUSH_MISSING if now != held else LedgerVerdict.POLL_BEHIND
    enter_booking(
        shipment_id=booking.parcel.shipment_id,
        verdict=verdict,
        ours=held[0] or held[1],
        theirs=theirs,
        note=note,
    )
