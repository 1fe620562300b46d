"""Everything that changes orders. Import from here, not from the modules below."""

from apps.orders.services.asking import ask_about_bookings
from apps.orders.services.braking import free_braked, release_brake, watch_live_calls
from apps.orders.services.bringing import bring_number
from apps.orders.services.cancelling import cancel_order, send_cancellations
from apps.orders.services.claiming import open_claim_work_order
from apps.orders.services.correcting import correct_order_address
from apps.orders.services.creation import create_order
from apps.orders.services.ewaybill_calls import call_carriers
from apps.orders.services.following import follow_changes
from apps.orders.services.hearing_customs import follow_customs
from apps.orders.services.labelling import LabelBatch, print_label, reprint_labels
from apps.orders.services.noticing import apply_notices, note_rider_position
from apps.orders.services.riders import ask_riders
from apps.orders.services.sending import record_booking, send_ready_bookings
from apps.orders.services.settling import (
    close_claim,
    quote_booking,
    record_quote,
    record_settlement,
)
from apps.orders.services.shadowing import run_shadow_calls
from apps.orders.services.shares import lower_share, raise_share, set_shadow
from apps.orders.services.updates import apply_booking_updates
from apps.orders.services.worklist import (
    change_booking_carrier,
    dismiss_problem,
    hold_booking,
    release_booking,
    retry_booking,
)

__all__ = [
    "LabelBatch",
    "apply_booking_updates",
    "apply_notices",
    "ask_about_bookings",
    "ask_riders",
    "bring_number",
    "call_carriers",
    "cancel_order",
    "change_booking_carrier",
    "close_claim",
    "correct_order_address",
    "create_order",
    "dismiss_problem",
    "follow_changes",
    "follow_customs",
    "free_braked",
    "hold_booking",
    "lower_share",
    "note_rider_position",
    "open_claim_work_order",
    "print_label",
    "quote_booking",
    "raise_share",
    "record_booking",
    "record_quote",
    "record_settlement",
    "release_booking",
    "release_brake",
    "reprint_labels",
    "retry_booking",
    "run_shadow_calls",
    "send_cancellations",
    "send_ready_bookings",
    "set_shadow",
    "watch_live_calls",
]
