"""Orders hear from customs: bookings are held or freed, and the shop is told."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from apps.core import clock
from apps.core.locks import try_lock
from apps.customs.models import Consignment, Declaration
from apps.customs.selectors import versions_of
from apps.customs.services import lock_news, mark_heard, unheard_news
from apps.orders.choices import BookingProblem, BookingState, HoldReason
from apps.orders.models import Booking, Parcel
from apps.orders.services.common import lock_bookings, lock_orders, refresh_orders
from apps.orders.services.declaring import BY_CUSTOMS, waits_for
from apps.orders.services.telling_customs import tell_declarations
from apps.orders.services.telling_rules import tell_holds


def follow_customs(*, limit: int = 200) -> int:
    """Hold or free the bookings of consignments with news and tell their shops of new states.

    Returns how many consignments were looked at. One transaction, so that a crash repeats the
    work and loses none; a second caller does nothing.
    """
    with try_lock("orders.follow_customs") as is_ours:
        news = unheard_news(limit=limit) if is_ours else []
        if not news:
            return 0
        with transaction.atomic():
            shipments = [one.shipment_id for one in news]
            parcels = Parcel.objects.filter(shipment_id__in=shipments)
            orders = lock_orders(parcels.values_list("order_id", flat=True))
            bookings = _latest_bookings(shipments)
            rows = lock_news([one.consignment_id for one in news])
            for row in rows:
                booking = bookings.get(row.shipment_id)
                if booking is not None:
                    hold_or_free(booking, row)
            refresh_orders(orders.values())
            told = [one for row in rows for one in _untold(row)]
            tell_declarations(rows, told, versions_of(rows))
            held = tell_holds(rows, dict(parcels.values_list("shipment_id", "order__uid")))
            mark_heard(rows, told=told, told_held=held)
    return len(rows)


def hold_or_free(booking: Booking, consignment: Consignment) -> None:
    """Hold a locked booking that was not sent while its declaration lacks something or a rule
    holds its parcel, else free it. Saves the booking where it changes.
    """
    waiting = (BookingState.HELD.value, BookingState.READY.value)
    if booking.state not in waiting or booking.maybe_sent:
        return
    wanted = [reason.value for reason in waits_for(consignment, consignment.shipment.mode)]
    held = [reason for reason in booking.hold_reasons if reason in BY_CUSTOMS]
    if set(wanted) == set(held):
        return
    others = [reason for reason in booking.hold_reasons if reason not in BY_CUSTOMS]
    booking.hold_reasons = [*others, *wanted]
    if booking.hold_reasons:
        booking.state = BookingState.HELD.value
        if wanted or booking.error_code in BY_CUSTOMS:
            _raise(booking)
    else:
        booking.state, booking.next_at = BookingState.READY.value, clock.real_now()
        booking.clear_problem()
    booking.save()


def _raise(booking: Booking) -> None:
    address = HoldReason.ADDRESS.value in booking.hold_reasons
    problem = BookingProblem.BAD_ADDRESS if address else BookingProblem.BLOCKED
    booking.raise_problem(problem, code=booking.hold_reasons[0])


def _latest_bookings(shipment_ids: Iterable[int]) -> dict[int, Booking]:
    rows = Booking.objects.filter(parcel__shipment_id__in=list(shipment_ids))
    latest = rows.order_by("parcel_id", "-attempt").distinct("parcel_id")
    locked = lock_bookings(latest.values_list("pk", flat=True))
    return {one.parcel.shipment_id: one for one in locked.values()}


def _untold(row: Consignment) -> list[Declaration]:
    return [one for one in row.declarations.all() if one.state != one.told_state]
