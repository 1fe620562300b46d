"""What callbacks say of rides: events of the shipment, the booking's state, who is asked for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from apps.baidiyun.outcomes import SeenCode
from apps.baidiyun.products.pickup import PickupPush
from apps.baidiyun.products.samecity import RidePush
from apps.baidiyun.services import record_unknown_codes
from apps.core import clock
from apps.core.masking import mask_text
from apps.orders.booking_states import Effect
from apps.orders.choices import BookingProblem, BookingState
from apps.orders.models import Booking, Order, Ride
from apps.orders.rides import ON_THE_ROAD, SHIPMENT_STATUS, STATES
from apps.orders.services.common import lock_bookings, lock_orders, refresh_orders
from apps.orders.services.updates import take_effect
from apps.shipments.services import ToldEvent, add_told_events

WALL = "%Y-%m-%d %H:%M:%S"
CHINA = dt.timezone(dt.timedelta(hours=8))
ANOTHER_RIDE = "about another ride"


@dataclass(frozen=True, slots=True)
class RideNews:
    """One callback about the ride of a parcel; ``row_id`` is its inbox row."""

    row_id: int
    parcel_id: int
    push: RidePush
    request_id: str = ""


def apply_ride_news(*, news: Sequence[RideNews]) -> dict[int, str]:
    """Apply what callbacks say of rides; return row id → why one was kept aside.

    Runs inside the drain's transaction. The same callbacks in any order and any number lead to
    the same ride. Those of a parcel without a ride say nothing here.
    """
    ids = {one.parcel_id for one in news}
    order_ids = dict(
        Ride.objects.filter(parcel_id__in=ids).values_list("parcel_id", "parcel__order")
    )
    if not order_ids:
        return {}
    mine = [one for one in news if one.parcel_id in order_ids]
    _count_unknown(mine)
    with transaction.atomic():
        orders = lock_orders(order_ids.values())
        bookings = _bookings_of(order_ids)
        rides = _rides_of(order_ids)
        aside: dict[int, str] = {}
        told: list[ToldEvent] = []
        moved: dict[int, RidePush] = {}
        for one in sorted(mine, key=lambda item: (_at(item.push), item.row_id)):
            ours = _booking_of(bookings[one.parcel_id], one.push)
            if ours is None:
                aside[one.row_id] = ANOTHER_RIDE
                _warn_of_another(bookings[one.parcel_id][-1], one.push)
                continue
            told.append(_event(ours, rides[one.parcel_id], one))
            if ours is bookings[one.parcel_id][-1] and _advance(rides[one.parcel_id], one.push):
                moved[one.parcel_id] = one.push
        add_told_events(events=told)
        for parcel_id, push in sorted(moved.items()):
            booking = bookings[parcel_id][-1]
            _take(orders[order_ids[parcel_id]], booking, rides[parcel_id], push)
        refresh_orders(orders.values())
    return aside


def _bookings_of(parcel_ids: Iterable[int]) -> dict[int, list[Booking]]:
    """The locked bookings of each parcel, oldest attempt first."""
    rows = Booking.objects.filter(parcel_id__in=list(parcel_ids))
    found: dict[int, list[Booking]] = defaultdict(list)
    for booking in lock_bookings(rows.values_list("pk", flat=True)).values():
        found[booking.parcel_id].append(booking)
    return {pk: sorted(rows, key=lambda row: row.attempt) for pk, rows in found.items()}


def _rides_of(parcel_ids: Iterable[int]) -> dict[int, Ride]:
    rows = Ride.objects.select_for_update().filter(parcel_id__in=list(parcel_ids))
    return {ride.parcel_id: ride for ride in rows.order_by("pk")}


def _booking_of(attempts: Sequence[Booking], push: RidePush) -> Booking | None:
    """The attempt a callback is about: by its references, else the last one that has none yet."""
    for booking in reversed(attempts):
        by_order = push.order_id and push.order_id == booking.platform_order_id
        by_task = push.task_id and push.task_id == booking.task_id
        if by_order or by_task:
            return booking
    latest = attempts[-1]
    waits = latest.state != BookingState.READY.value or latest.maybe_sent
    return latest if waits and not latest.platform_order_id and not latest.task_id else None


def _warn_of_another(latest: Booking, push: RidePush) -> None:
    """A ride that is none of our attempts lives: two riders may be on their way."""
    state = STATES.get(push.state)
    if state is not None and state.effect is not Effect.CANCELLED:
        latest.raise_problem(BookingProblem.REVIVED, code=push.state, message=push.words)
        latest.save(
            update_fields=["problem", "problem_at", "settled", "error_code", "error_message"]
        )


def _advance(ride: Ride, push: RidePush) -> bool:
    """Take a newer state onto the ride; of one second the higher rank is the newer."""
    state, held = STATES.get(push.state), STATES.get(ride.state)
    if state is None:
        return False
    mine = (ride.state_at or dt.datetime.min.replace(tzinfo=dt.UTC), held.rank if held else 0)
    if (_at(push), state.rank) < mine:
        return False
    ride.state, ride.state_at = state.code, _at(push)
    if state.code in ON_THE_ROAD:
        ride.ask_at = ride.ask_at or clock.now()
    else:
        ride.ask_at = None
    ride.save(update_fields=["state", "state_at", "ask_at"])
    return True


def _event(booking: Booking, ride: Ride, news: RideNews) -> ToldEvent:
    """The callback as an event; the rider's name and phone stay out of the track."""
    push = news.push
    state = STATES.get(push.state)
    at = _at(push)
    return ToldEvent(
        shipment_id=booking.parcel.shipment_id,
        at=at,
        original_time=push.updated_text or at.astimezone(CHINA).strftime(WALL),
        text=mask_text(push.words) or (state.meaning if state else push.state),
        code=push.state,
        status=_status(push.state, ride, at),
        request_id=news.request_id,
    )


def _status(code: str, ride: Ride, at: dt.datetime) -> str:
    """What a state says of the shipment; a ride called off with the goods aboard needs somebody."""
    aboard = ride.state in {"310", "510"} and ride.state_at is not None and ride.state_at <= at
    if STATES.get(code) is STATES["720"] and aboard:
        return SHIPMENT_STATUS["510"]
    return SHIPMENT_STATUS.get(code, "")


def _take(order: Order, booking: Booking, ride: Ride, push: RidePush) -> None:
    """Let the ride's newest state act on its booking, as a pickup's does."""
    booking.parcel.shipment.refresh_from_db()
    update = PickupPush(
        state=ride.state,
        known=None,
        order_id=push.order_id,
        task_id=push.task_id,
        message=push.words,
        courier_name=push.courier_name,
        courier_phone=push.courier_phone,
    )
    take_effect(order, booking, update, STATES[ride.state])


def _at(push: RidePush) -> dt.datetime:
    return push.updated_at or clock.now()


def _count_unknown(news: Sequence[RideNews]) -> None:
    codes = [
        SeenCode("samecity", one.push.state, sample=mask_text(one.push.words)[:300])
        for one in news
        if one.push.state not in STATES
    ]
    if codes:
        record_unknown_codes(codes=codes)
