"""What reads orders. Querysets stay lazy and are scoped to the viewer where one is given."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q, QuerySet

from apps.accounts.scoping import scope_to
from apps.orders.choices import BookingProblem, OrderStatus
from apps.orders.models import ON_WORKLIST, Booking, CarrierNotice, Order, Parcel


def orders_visible_to(viewer: Any) -> QuerySet[Order]:
    """The orders a user or an API key may see, newest first."""
    return scope_to(viewer, Order.objects.select_related("merchant").order_by("-id"))


def with_parts(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with lines, parcels, shipments and bookings in a fixed number of queries."""
    return orders.prefetch_related("lines", "parcels__shipment", "parcels__bookings")


def find_order(viewer: Any, ref: str) -> Order | None:
    """The order of our id or the merchant's order number, or None.

    A number is looked up only for a viewer bound to a merchant, or where it is the only one.
    """
    if "\x00" in ref:
        return None
    visible = with_parts(orders_visible_to(viewer))
    if ref.startswith("ord_"):
        found = visible.filter(uid=ref).first()
        if found is not None:
            return found
    candidates = list(visible.filter(number=ref)[:2])
    return candidates[0] if len(candidates) == 1 else None


def order_of_shipment(shipment_id: int) -> Order | None:
    """The order a shipment belongs to, or None."""
    parcel = Parcel.objects.filter(shipment_id=shipment_id).select_related("order").first()
    return parcel.order if parcel else None


def booking_worklist(problem: str | None = None, *, viewer: Any = None) -> QuerySet[Booking]:
    """Bookings that wait for a person, oldest first; of one problem if given."""
    rows = Booking.objects.filter(ON_WORKLIST)
    if problem:
        rows = rows.filter(problem=problem)
    if viewer is not None:
        rows = scope_to(viewer, rows, path="parcel__order__merchant")
    return rows.select_related("parcel__order__merchant", "parcel__shipment").order_by("id")


def worklist_counts(*, viewer: Any = None) -> dict[str, int]:
    """How many bookings stand on the worklist by problem, zeroes included."""
    counts = {problem.value: 0 for problem in BookingProblem if problem.value}
    rows = Booking.objects.filter(ON_WORKLIST)
    if viewer is not None:
        rows = scope_to(viewer, rows, path="parcel__order__merchant")
    counts.update(rows.order_by().values_list("problem").annotate(count=Count("id")))
    return counts


def latest_bookings(order: Order) -> dict[int, Booking]:
    """The latest attempt of every parcel of an order, by the parcel's id."""
    rows = Booking.objects.filter(parcel__order=order).order_by("parcel_id", "attempt")
    return {booking.parcel_id: booking for booking in rows}


def notices_of(order: Order) -> QuerySet[CarrierNotice]:
    """What carriers said about an order's parcels beside track and booking, newest first."""
    rows = CarrierNotice.objects.filter(parcel__order=order).select_related("parcel")
    return rows.order_by("-at", "-id")


def order_counts(
    *, merchant_id: int | None = None, since: dt.datetime | None = None
) -> dict[str, int]:
    """How many orders are in every status, zeroes included; those created since, if given."""
    rows = Order.objects.all()
    if merchant_id is not None:
        rows = rows.filter(merchant_id=merchant_id)
    if since is not None:
        rows = rows.filter(created_at__gte=since)
    counts = dict.fromkeys(OrderStatus.values(), 0)
    counts.update(rows.order_by().values_list("status").annotate(count=Count("id")))
    return counts


def search_orders(viewer: Any, text: str) -> QuerySet[Order]:
    """Orders by exact order number, our id or the recipient's phone: indexed, never a scan."""
    wanted = text.strip()
    if not wanted or "\x00" in wanted:
        return Order.objects.none()
    by = Q(number=wanted) | Q(uid=wanted) | Q(recipient_phone=wanted)
    return orders_visible_to(viewer).filter(by)
