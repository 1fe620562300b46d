"""The pages of orders: the list, the page of one order, the worklist of what was not booked."""

from __future__ import annotations

from apps.baidiyun.admin.subjects import register_subject_page
from apps.baidiyun.choices import Topic
from apps.orders.admin.bookings import BookingAdmin
from apps.orders.admin.claims import ClaimAdmin
from apps.orders.admin.orders import OrderAdmin
from apps.orders.admin.routes import LiveShareAdmin
from apps.orders.admin.rules import CarrierRuleAdmin

register_subject_page(Topic.BOOKING.value, "admin:orders_booking_change")

__all__ = ["BookingAdmin", "CarrierRuleAdmin", "ClaimAdmin", "LiveShareAdmin", "OrderAdmin"]
