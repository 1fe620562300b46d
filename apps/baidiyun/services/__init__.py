"""What changes things here: keyword-only functions, one transaction each."""

from __future__ import annotations

from apps.baidiyun.services.codes import record_unknown_codes
from apps.baidiyun.services.credentials import (
    retire_credential,
    rotate_credential_keys,
    store_credential,
)
from apps.baidiyun.services.draining import drain_once
from apps.baidiyun.services.pickups import (
    bind_booking,
    book_pickup,
    cancel_pickup,
    pickup_detail,
)
from apps.baidiyun.services.queries import detect_carrier, query_tracking, settle_wanted
from apps.baidiyun.services.repair import clean_up, requeue_parked, verify_quarantined
from apps.baidiyun.services.sending import callback_url, fresh_salt, send_due_subscriptions
from apps.baidiyun.services.subscriptions import (
    cancel_subscription,
    retry_subscription,
    store_poll_request,
    subscribe_tracking,
)
from apps.baidiyun.services.wanted import poll_wanted

__all__ = [
    "bind_booking",
    "book_pickup",
    "callback_url",
    "cancel_pickup",
    "cancel_subscription",
    "clean_up",
    "detect_carrier",
    "drain_once",
    "fresh_salt",
    "pickup_detail",
    "poll_wanted",
    "query_tracking",
    "record_unknown_codes",
    "requeue_parked",
    "retire_credential",
    "retry_subscription",
    "rotate_credential_keys",
    "send_due_subscriptions",
    "settle_wanted",
    "store_credential",
    "store_poll_request",
    "subscribe_tracking",
    "verify_quarantined",
]
