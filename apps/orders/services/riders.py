"""Asking where riders are, again and again while they are on the road, and keeping it as a track.

The platform tells a rider's place only when asked (contract §5.4, ``queryCourier``) and without
its time: the moment of asking stands for it. The same place again within a minute is the same
fix and is not stored twice; later it is, because a device that froze is evidence.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

import structlog
from django.db import connection

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import CoordinateSystem as Lbs
from apps.baidiyun.credentials import acting_for
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.limits.choices import Priority
from apps.baidiyun.products.samecity import RiderPosition
from apps.core import clock
from apps.core.lanes import in_lanes
from apps.orders.choices import BookingState
from apps.orders.models import Booking, Ride
from apps.shipments.choices import CoordinateSystem, PositionSource
from apps.shipments.models import Track
from apps.shipments.services import store_positions

log = structlog.get_logger(__name__)
EVERY = dt.timedelta(seconds=20)
"""Business time from one question about a rider to the next."""
NO_PLACE_YET = dt.timedelta(seconds=60)
NOT_CONFIGURED = dt.timedelta(minutes=5)
SAME_FIX = dt.timedelta(seconds=60)
FRESH = dt.timedelta(minutes=2)
GIVE_UP = dt.timedelta(hours=12)
ROUND_SECONDS = 6.0
SYSTEMS = {Lbs.BD09: CoordinateSystem.BD09.value, Lbs.GCJ02: CoordinateSystem.GCJ02.value}
CLAIM = """
UPDATE orders_ride SET ask_at = %(next)s, asked_at = %(now)s, asks = asks + 1
WHERE id = ANY(ARRAY(
    SELECT id FROM orders_ride WHERE ask_at <= %(now)s
    ORDER BY ask_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)) RETURNING id
"""


@dataclass(slots=True)
class Round:
    """What one round did: riders asked for, fixes stored, rides that are over.

    ``through``: nothing is due any more, or the gateway holds calls back.
    """

    asked: int = 0
    stored: int = 0
    ended: int = 0
    through: bool = False


def ask_riders(*, limit: int = 50, lanes: int = 1) -> Round:
    """Ask for up to ``limit`` riders whose turn it is; any number of workers may do so at once.

    A ride's turn moves on before it is asked for, so two of them ask for different riders. What
    the gateway holds back ends the round. Call it outside a transaction.
    """
    until, done = time.monotonic() + ROUND_SECONDS, Round()

    def one(_turn: int) -> None:
        if time.monotonic() < until and not done.through:
            _ask_next(done)

    in_lanes(one, range(limit), lanes=min(lanes, max(1, _due())))
    return done


def _due() -> int:
    return Ride.objects.filter(ask_at__lte=clock.now())[:20].count()


def _claim() -> Ride | None:
    """Take the ride that waits longest and move its turn; None where none is due."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "next": now + EVERY})
        found = cursor.fetchone()
    if found is None:
        return None
    return Ride.objects.select_related("parcel__order", "parcel__shipment").get(pk=found[0])


def _ask_next(done: Round) -> None:
    ride = _claim()
    if ride is None:
        done.through = True
        return
    order, shipment = ride.parcel.order, ride.parcel.shipment
    booking = Booking.objects.filter(parcel=ride.parcel).order_by("-attempt").first()
    if booking is None or shipment.closed_at is not None or _is_over(booking):
        _stop(ride)
        done.ended += 1
        return
    if _reports_itself(ride):
        _wait(ride, NO_PLACE_YET)
        return
    at = clock.now()
    try:
        with acting_for(order.merchant_id):
            reply = gateway.locate_rider(
                mode=order.mode,
                subject=ride.parcel_id,
                order_id=booking.platform_order_id,
                priority=Priority.ROUTINE,
            )
    except NotConfigured:
        _wait(ride, NOT_CONFIGURED)
        return
    done.asked += 1
    if reply.retry_after is not None:
        done.through = True
        _wait(ride, dt.timedelta(seconds=reply.retry_after))
    elif reply.data is None:
        log.info("no rider's place", parcel=ride.parcel_id, code=reply.code)
        _wait(ride, NO_PLACE_YET)
    else:
        done.stored += _store(ride, reply.data, at)


def _is_over(booking: Booking) -> bool:
    """Whether nobody rides: not booked (any more), or forgotten by the platform for half a day."""
    riding = (BookingState.BOOKED.value, BookingState.CANCELLING.value)
    if booking.state not in riding or not booking.platform_order_id or booking.booked_at is None:
        return True
    return booking.booked_at < clock.now() - GIVE_UP


def _reports_itself(ride: Ride) -> bool:
    """Whether a device of the rider's tells more than the platform would, and better dated."""
    since = clock.now() - FRESH
    rows = Track.objects.filter(pk=ride.parcel.shipment_id, device__isnull=False)
    return rows.filter(last_heard_at__gt=since).exists()


def _store(ride: Ride, place: RiderPosition, at: dt.datetime) -> int:
    """Store a fix of the shipment unless it is the one we have; return how many."""
    seen = f"{place.longitude!r},{place.latitude!r},{place.system.value}"[:64]
    if seen == ride.seen and ride.seen_at is not None and at - ride.seen_at < SAME_FIX:
        return 0
    answers = store_positions(
        merchant_id=ride.parcel.order.merchant_id,
        points=[
            {
                "shipment": ride.parcel.shipment.uid,
                "at": at.isoformat(),
                "lat": place.latitude,
                "lon": place.longitude,
                "system": SYSTEMS[place.system],
            }
        ],
        source=PositionSource.RIDER,
    )
    Ride.objects.filter(pk=ride.pk).update(seen=seen, seen_at=at)
    return sum(answer.outcome == "stored" for answer in answers)


def _wait(ride: Ride, span: dt.timedelta) -> None:
    """Ask later; a ride that ended meanwhile is not taken up again."""
    rows = Ride.objects.filter(pk=ride.pk, ask_at__isnull=False)
    rows.update(ask_at=clock.now() + span)


def _stop(ride: Ride) -> None:
    Ride.objects.filter(pk=ride.pk).update(ask_at=None)
