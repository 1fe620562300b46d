"""Rides for tests: orders that ask for one, and the platform's callbacks about it."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from typing import Any

from apps.baidiyun.models import InboxRow, Subscription
from apps.core import clock
from apps.orders.drafts import OrderDraft, PlaceDraft, RideDraft
from apps.orders.models import Order
from tests.orders.builders import draft, make_order

SHOP, DOOR = PlaceDraft(120.0137, 30.2845), PlaceDraft(120.1256, 30.2761)
HANGZHOU = "浙江省杭州市西湖区文三路100号6栋301"
WORDS = {
    "0": "下单成功，等待骑手接单", "100": "骑手已接单", "210": "骑手正赶往商家",
    "230": "骑手已到店", "310": "骑手已取货", "510": "配送异常", "515": "骑手改派中",
    "520": "配送完成",
    "720": "订单已取消",
}  # fmt: skip
_serial = count(1)


def ride_draft(**given: Any) -> OrderDraft:
    """A draft of an order within Hangzhou; ``ride`` fields may be given."""
    ends = {name: given.pop(name) for name in ("pickup", "dropoff", "system") if name in given}
    ride = replace(RideDraft(SHOP, DOOR), **ends)
    return draft(**{"service": "same_city", "ride": ride, "to_address": HANGZHOU, **given})


def make_ride(merchant: Any, **given: Any) -> Order:
    """A stored order that asks for a ride."""
    values = {"service": "same_city", "ride": RideDraft(SHOP, DOOR), "to_address": HANGZHOU}
    return make_order(merchant, **{**values, **given})


def told(order: Order, state: str, at: str, *, ride: str = "R1", **more: str) -> InboxRow:
    """A callback about the order's ride that waits to be applied; ``at`` is China time."""
    parcel = order.parcels.get()
    token = Subscription.objects.get(topic="samecity", subject=parcel.pk).token
    body = {
        "orderId": ride, "taskId": "", "kuaidicom": "dadatongcheng", "status": state,
        "statusDesc": WORDS.get(state, "?"), "updateTime": at, **more,
    }  # fmt: skip
    n = next(_serial)
    return InboxRow.objects.create(
        topic="samecity", source="push", token=token, body_hash=n.to_bytes(32, "big"),
        param=json.dumps(body, ensure_ascii=False), received_at=clock.real_now(),
        next_at=clock.real_now(),
    )  # fmt: skip
