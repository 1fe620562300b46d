"""The status of an order from its parcels. Pure: the same parcels, the same status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.orders.choices import BookingState, OrderStatus

_BEFORE_PICKUP = frozenset({"created", "awaiting_pickup"})
_DELIVERED = frozenset({"delivered"})
_RETURNED = frozenset({"returned"})
_ENDED = frozenset({"delivered", "returned", "cancelled", "expired"})
_STOPPED = frozenset({BookingState.HELD, BookingState.FAILED, BookingState.UNKNOWN})
_UNDER_WAY = frozenset({BookingState.READY, BookingState.SENDING})


@dataclass(frozen=True, slots=True)
class ParcelState:
    """A parcel: its shipment's main status, its latest booking's state ("" without a booking:
    the merchant brought the number), and whether it has a carrier's number."""

    shipment: str
    booking: str = ""
    has_number: bool = False


def order_status(parcels: Sequence[ParcelState], *, cancelled: bool) -> OrderStatus:
    """The status of an order.

    ``cancelled``: somebody cancelled it. Parcels that travel nevertheless outweigh that; parcels
    that were cancelled alone are left out as long as another one lives.
    """
    living = [parcel for parcel in parcels if not _is_cancelled(parcel)]
    if not living:
        return OrderStatus.CANCELLED if cancelled or parcels else OrderStatus.RECEIVED
    shipments = {parcel.shipment for parcel in living}
    if not shipments <= _BEFORE_PICKUP:
        return _moving(shipments)
    return _waiting(living, cancelled=cancelled)


def _is_cancelled(parcel: ParcelState) -> bool:
    return parcel.shipment == "cancelled" or (
        parcel.booking == BookingState.CANCELLED and parcel.shipment in _BEFORE_PICKUP
    )


def _moving(shipments: set[str]) -> OrderStatus:
    if shipments <= _DELIVERED:
        return OrderStatus.DELIVERED
    if shipments <= _RETURNED:
        return OrderStatus.RETURNED
    if shipments <= _ENDED:
        return OrderStatus.CLOSED
    if shipments & _DELIVERED:
        return OrderStatus.PARTLY_DELIVERED
    return OrderStatus.IN_PROGRESS


def _waiting(parcels: Sequence[ParcelState], *, cancelled: bool) -> OrderStatus:
    states = {parcel.booking for parcel in parcels}
    if cancelled or BookingState.CANCELLING in states:
        return OrderStatus.CANCELLING
    if states & _STOPPED:
        return OrderStatus.BLOCKED
    if states & _UNDER_WAY:
        return OrderStatus.BOOKING
    if all(parcel.has_number or parcel.booking == BookingState.BOOKED for parcel in parcels):
        return OrderStatus.BOOKED
    return OrderStatus.RECEIVED
