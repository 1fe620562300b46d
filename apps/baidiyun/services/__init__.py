"""What changes things here: keyword-only functions, one transaction each."""

from __future__ import annotations

from apps.baidiyun.services.binding import Return, bind_return
from apps.baidiyun.services.carrier_accounts import (
    find_carrier_account,
    open_carrier_account,
    reseal_carrier_accounts,
    retire_carrier_account,
    store_carrier_account,
)
from apps.baidiyun.services.codes import record_unknown_codes
from apps.baidiyun.services.credentials import (
    retire_credential,
    rotate_credential_keys,
    store_credential,
)
from apps.baidiyun.services.draining import drain_once
from apps.baidiyun.services.drift import (
    record_drift,
)
from apps.baidiyun.services.estimates import (
    check_reach,
    estimate_arrival,
    estimate_freight,
    resolve_address,
    resolve_foreign_address,
)
from apps.baidiyun.services.international import (
    call_international_pickup,
    cancel_international_pickup,
    order_international,
    price_international,
)
from apps.baidiyun.services.maps import (
    query_map,
    subscribe_map,
)
from apps.baidiyun.services.pickups import (
    bind_booking,
    book_pickup,
    cancel_pickup,
    pickup_detail,
)
from apps.baidiyun.services.prices import (
    move_pickup,
    pay_pickup,
    price_pickup,
    price_pickups,
)
from apps.baidiyun.services.queries import detect_carrier, query_tracking, settle_wanted
from apps.baidiyun.services.repair import clean_up, requeue_parked, verify_quarantined
from apps.baidiyun.services.samecity import (
    cancel_ride,
    locate_rider,
    order_ride,
    order_rides,
    price_ride,
    price_rides,
    tip_rider,
)
from apps.baidiyun.services.sending import callback_url, fresh_salt, send_due_subscriptions
from apps.baidiyun.services.subscriptions import (
    cancel_subscription,
    retry_subscription,
    store_poll_request,
    subscribe_tracking,
)
from apps.baidiyun.services.wanted import poll_wanted, want_poll
from apps.baidiyun.services.waybills import (
    cancel_waybill,
    intercept_parcel,
    order_waybill,
    print_custom,
    reprint_waybill,
    waybill_receipt,
)
from apps.baidiyun.services.workorders import (
    add_evidence,
    find_pickup_code,
    open_work_order,
    reply_work_order,
    watch_pickup_code,
    work_order_status,
)

__all__ = [
    "Return",
    "add_evidence",
    "bind_booking",
    "bind_return",
    "book_pickup",
    "call_international_pickup",
    "callback_url",
    "cancel_international_pickup",
    "cancel_pickup",
    "cancel_ride",
    "cancel_subscription",
    "cancel_waybill",
    "check_reach",
    "clean_up",
    "detect_carrier",
    "drain_once",
    "estimate_arrival",
    "estimate_freight",
    "find_carrier_account",
    "find_pickup_code",
    "fresh_salt",
    "intercept_parcel",
    "locate_rider",
    "move_pickup",
    "open_carrier_account",
    "open_work_order",
    "order_international",
    "order_ride",
    "order_rides",
    "order_waybill",
    "pay_pickup",
    "pickup_detail",
    "poll_wanted",
    "price_international",
    "price_pickup",
    "price_pickups",
    "price_ride",
    "price_rides",
    "print_custom",
    "query_map",
    "query_tracking",
    "record_drift",
    "record_unknown_codes",
    "reply_work_order",
    "reprint_waybill",
    "requeue_parked",
    "reseal_carrier_accounts",
    "resolve_address",
    "resolve_foreign_address",
    "retire_carrier_account",
    "retire_credential",
    "retry_subscription",
    "rotate_credential_keys",
    "send_due_subscriptions",
    "settle_wanted",
    "store_carrier_account",
    "store_credential",
    "store_poll_request",
    "subscribe_map",
    "subscribe_tracking",
    "tip_rider",
    "verify_quarantined",
    "want_poll",
    "watch_pickup_code",
    "waybill_receipt",
    "work_order_status",
]
