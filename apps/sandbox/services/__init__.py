"""What changes the simulated world. Keyword-only functions, one transaction each."""

from __future__ import annotations

from apps.sandbox.services.accounts import ensure_account
from apps.sandbox.services.border import NoQuestion, answer_customs
from apps.sandbox.services.by_hand import push_by_hand
from apps.sandbox.services.controlling import (
    announce_process,
    jump_world,
    pause_world,
    resume_world,
    set_speed,
)
from apps.sandbox.services.faults import clear_faults, set_fault, set_faults, use_preset
from apps.sandbox.services.history import (
    HistoryDraft,
    HistoryParcel,
    HistoryRefused,
    is_of_this_world,
    order_pushes_for,
    plan_history_parcel,
    plan_history_parcels,
    snapshot_for,
    snapshots_for,
    subscribe_known,
    subscribe_known_many,
)
from apps.sandbox.services.interceptions import intercept_parcel
from apps.sandbox.services.intl import call_intl, cancel_intl_call, order_intl, price_intl
from apps.sandbox.services.labels import (
    cancel_label,
    find_label,
    find_print,
    label_receipt,
    order_label,
    print_custom,
    reprint_label,
)
from apps.sandbox.services.lookups import (
    check_reach,
    estimate_price,
    estimate_time,
    resolve_address,
    resolve_foreign,
    take_monitored,
)
from apps.sandbox.services.maps import answer_map_query, find_trail
from apps.sandbox.services.orders import (
    book_order,
    cancel_order,
    modify_order,
    order_detail,
    pay_order,
    price_batch,
    price_order,
)
from apps.sandbox.services.outages import bring_hubs_back, put_hub_out
from apps.sandbox.services.overseas import detect_overseas, subscribe_overseas, track_overseas
from apps.sandbox.services.pickup_codes import find_code, watch_code
from apps.sandbox.services.pushing import (
    Answer,
    advance_orders,
    advance_subscriptions,
    claim_pushes,
    forget_old_pushes,
    push_fields,
    record_answers,
    release_claims,
)
from apps.sandbox.services.queries import answer_query
from apps.sandbox.services.ride_pushing import advance_rides
from apps.sandbox.services.steering import NoSuchLife, steer_parcel
from apps.sandbox.services.stepping import push_due
from apps.sandbox.services.subscriptions import accept_subscription, register_subscription
from apps.sandbox.services.work_orders import (
    add_work_file,
    open_work_order,
    reply_work_order,
    work_order_state,
)

__all__ = [
    "Answer",
    "HistoryDraft",
    "HistoryParcel",
    "HistoryRefused",
    "NoQuestion",
    "NoSuchLife",
    "accept_subscription",
    "add_work_file",
    "advance_orders",
    "advance_rides",
    "advance_subscriptions",
    "announce_process",
    "answer_customs",
    "answer_map_query",
    "answer_query",
    "book_order",
    "bring_hubs_back",
    "call_intl",
    "cancel_intl_call",
    "cancel_label",
    "cancel_order",
    "check_reach",
    "claim_pushes",
    "clear_faults",
    "detect_overseas",
    "ensure_account",
    "estimate_price",
    "estimate_time",
    "find_code",
    "find_label",
    "find_print",
    "find_trail",
    "forget_old_pushes",
    "intercept_parcel",
    "is_of_this_world",
    "jump_world",
    "label_receipt",
    "modify_order",
    "open_work_order",
    "order_detail",
    "order_intl",
    "order_label",
    "order_pushes_for",
    "pause_world",
    "pay_order",
    "plan_history_parcel",
    "plan_history_parcels",
    "price_batch",
    "price_intl",
    "price_order",
    "print_custom",
    "push_by_hand",
    "push_due",
    "push_fields",
    "put_hub_out",
    "record_answers",
    "register_subscription",
    "release_claims",
    "reply_work_order",
    "reprint_label",
    "resolve_address",
    "resolve_foreign",
    "resume_world",
    "set_fault",
    "set_faults",
    "set_speed",
    "snapshot_for",
    "snapshots_for",
    "steer_parcel",
    "subscribe_known",
    "subscribe_known_many",
    "subscribe_overseas",
    "take_monitored",
    "track_overseas",
    "use_preset",
    "watch_code",
    "work_order_state",
]
