"""Everything that changes shipments. Import from here, not from the modules below."""

from apps.shipments.modes import platform_mode
from apps.shipments.services.applying import apply_snapshots
from apps.shipments.services.changes import advance_reader, purge_changes, register_reader
from apps.shipments.services.completeness import purge_ledger, roll_up_completeness
from apps.shipments.services.delays import count_heard
from apps.shipments.services.destination import change_destination
from apps.shipments.services.estimating import ask_estimates, queue_estimate, store_promise
from apps.shipments.services.feeding import FeedNode, Reported, report_events
from apps.shipments.services.hand_over_rules import save_hand_over
from apps.shipments.services.leg_links import (
    LegPlan,
    link_leg,
    plan_leg,
    relink_leg,
    take_number,
    unlink_leg,
)
from apps.shipments.services.looking import (
    claim_tracks,
    correct_positions,
    finish_track,
    finish_tracks,
    plan_route,
    set_position_use,
    want_look,
    write_uses,
)
from apps.shipments.services.manual import add_manual_event
from apps.shipments.services.mapping import apply_replay, draft_replay, drop_replay, undo_replay
from apps.shipments.services.news import apply_pickup_codes, apply_webhooks
from apps.shipments.services.opening import (
    assign_number,
    cancel_shipment,
    open_shipment,
)
from apps.shipments.services.partitions import ensure_partitions
from apps.shipments.services.polling import claim_risky, claim_silent, mark_polled, poll_claimed
from apps.shipments.services.positions import store_positions
from apps.shipments.services.recompute import recompute_shipment
from apps.shipments.services.reconciling import enter_booking, reconcile
from apps.shipments.services.relinking import relink_abroad
from apps.shipments.services.replaying import run_replays
from apps.shipments.services.route import take_manual_route
from apps.shipments.services.told import ToldEvent, add_told_events
from apps.shipments.services.watching_legs import watch_legs

__all__ = [
    "FeedNode",
    "LegPlan",
    "Reported",
    "ToldEvent",
    "add_manual_event",
    "add_told_events",
    "advance_reader",
    "apply_pickup_codes",
    "apply_replay",
    "apply_snapshots",
    "apply_webhooks",
    "ask_estimates",
    "assign_number",
    "cancel_shipment",
    "change_destination",
    "claim_risky",
    "claim_silent",
    "claim_tracks",
    "correct_positions",
    "count_heard",
    "draft_replay",
    "drop_replay",
    "ensure_partitions",
    "enter_booking",
    "finish_track",
    "finish_tracks",
    "link_leg",
    "mark_polled",
    "open_shipment",
    "plan_leg",
    "plan_route",
    "platform_mode",
    "poll_claimed",
    "purge_changes",
    "purge_ledger",
    "queue_estimate",
    "recompute_shipment",
    "reconcile",
    "register_reader",
    "relink_abroad",
    "relink_leg",
    "report_events",
    "roll_up_completeness",
    "run_replays",
    "save_hand_over",
    "set_position_use",
    "store_positions",
    "store_promise",
    "take_manual_route",
    "take_number",
    "undo_replay",
    "unlink_leg",
    "want_look",
    "watch_legs",
    "write_uses",
]
