"""Orders, answers and callbacks for tests."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any

from apps.accounts.models import Merchant
from apps.baidiyun.choices import BookingOutcome, BookingProblem
from apps.baidiyun.models import InboxRow
from apps.baidiyun.outcomes import BookingAnswer
from apps.core import clock
from apps.core.actions import Actor
from apps.orders.drafts import LineDraft, OrderDraft, RecipientDraft
from apps.orders.models import Booking, LiveShare, Order
from apps.orders.services import create_order

NOW = dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)
ACTOR = Actor.system("test")
_serial = count(1)


def make_merchant(**given: Any) -> Merchant:
    """A test merchant in Hangzhou."""
    values = {
        "slug": f"shop-{next(_serial)}",
        "name": "云裳",
        "is_test": True,
        "sender_name": "云裳仓库",
        "sender_phone": "13800571001",
        "sender_province": "浙江省",
        "sender_city": "杭州市",
        "sender_district": "余杭区",
        "sender_street": "文一西路969号",
    }
    return Merchant.objects.create(**{**values, **given})


RECIPIENT = RecipientDraft(
    name="王小明", phone="13800138000", address="广东省深圳市南山区科技园路1号"
)
LINE = LineDraft(title="龙井茶", quantity=2, unit_price=Decimal("88.00"), weight_grams=300)


def draft(**given: Any) -> OrderDraft:
    """A valid draft with a number of its own; recipient fields may be given by ``to_<field>``."""
    to = {name[3:]: given.pop(name) for name in list(given) if name.startswith("to_")}
    values: dict[str, Any] = {
        "number": f"T{next(_serial):06d}",
        "recipient": replace(RECIPIENT, **to),
        "lines": (LINE,),
    }
    return OrderDraft(**{**values, **given})


def make_order(merchant: Merchant | None = None, *, mode: str = "sandbox", **given: Any) -> Order:
    """A stored order."""
    merchant = merchant or make_merchant()
    return create_order(merchant=merchant, draft=draft(**given), mode=mode, actor=ACTOR)


def everything_live() -> LiveShare:
    """Every real parcel goes live."""
    return LiveShare.objects.create(percent=100, note="test")


def booking_of(order: Order) -> Booking:
    """The latest booking of the order's first parcel, fresh from the database."""
    return Booking.objects.filter(parcel__order=order).order_by("-attempt", "parcel_id")[0]


def done(number: str = "YT6180000000001", **given: Any) -> BookingAnswer:
    """The platform booked."""
    values = {"task_id": "TASK1", "order_id": "O1", "number": number, "code": "200"}
    return BookingAnswer(BookingOutcome.DONE, **{**values, **given})


def refused(problem: BookingProblem, message: str = "no", code: str = "500") -> BookingAnswer:
    """The platform said no for good."""
    return BookingAnswer(
        BookingOutcome.REFUSED, code=code, message=message, problem=problem, permanent=True
    )


LOST = BookingAnswer(BookingOutcome.UNKNOWN, code="call_failed", message="timeout")
NOT_SENT = BookingAnswer(BookingOutcome.NOT_SENT, code="call_failed", message="no connection")


def callback(booking: Booking | None, status: object, **data: Any) -> InboxRow:
    """An inbox row of topic booking."""
    message = data.pop("message", "")
    carrier = data.pop("carrier", "")
    body = {
        "status": "200",
        "kuaidicom": carrier or (booking.carrier if booking else "yuantong"),
        "kuaidinum": data.get("kuaidinum", ""),
        "message": message,
        "data": {"orderId": "O1", "status": status, **data},
    }
    param = json.dumps(body, ensure_ascii=False)
    digest = hashlib.sha256(f"{next(_serial)}{param}".encode()).digest()
    return InboxRow.objects.create(
        topic="booking",
        source="push",
        token=f"token{next(_serial)}",
        subject=booking.pk if booking else None,
        body_hash=digest,
        param=param,
        received_at=clock.real_now(),
        next_at=clock.real_now(),
    )
