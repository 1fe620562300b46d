"""Everything that changes orders. Import from here, not from the modules below."""

from apps.orders.services.asking import ask_about_bookings
from apps.orders.services.cancelling import cancel_order, send_cancellations
from apps.orders.services.correcting import correct_order_address
from apps.orders.services.creation import create_order
from apps.orders.services.following import follow_changes
from apps.orders.services.sending import record_booking, send_ready_bookings
from apps.orders.services.updates import apply_booking_updates
from apps.orders.services.worklist import (
    change_booking_carrier,
    dismiss_problem,
    hold_booking,
    release_booking,
    retry_booking,
)

__all__ = [
    "apply_booking_updates",
    "ask_about_bookings",
    "cancel_order",
    "change_booking_carrier",
    "correct_order_address",
    "create_order",
    "dismiss_problem",
    "follow_changes",
    "hold_booking",
    "record_booking",
    "release_booking",
    "retry_booking",
    "send_cancellations",
    "send_ready_bookings",
]
