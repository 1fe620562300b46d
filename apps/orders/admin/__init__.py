"""The pages of orders: the list, the page of one order, the worklist of what was not booked."""

from __future__ import annotations

from apps.orders.admin.bookings import BookingAdmin
from apps.orders.admin.orders import OrderAdmin

__all__ = ["BookingAdmin", "OrderAdmin"]
