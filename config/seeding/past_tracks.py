"""What the platform pushed in the past: fed through the real inbox and the real drain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import F

from apps.baidiyun.choices import SubscriptionState, Topic
from apps.baidiyun.intake import store_push
from apps.baidiyun.models import Subscription
from apps.baidiyun.services import callback_url, drain_once, fresh_salt
from apps.core import clock
from apps.orders.models import Booking
from apps.sandbox.services import order_pushes_for, snapshots_for, subscribe_known_many
from apps.shipments.models import Event

BATCH = 500
HEARD_AFTER = dt.timedelta(minutes=2)


def subscribe_past(*, now: dt.datetime) -> int:
    """Make every waiting subscription active here and known to the world."""
    rows = list(
        Subscription.objects.filter(
            topic=Topic.TRACKING.value, state=SubscriptionState.PENDING.value
        )
    )
    subscribe_known_many(
        rows=[
            (
                row.carrier,
                row.number,
                callback_url(topic=row.topic, kid=row.kid, token=row.token),
                fresh_salt(row),
            )
            for row in rows
        ],
        subscribed_at=now,
        pushed_until=now,
    )
    for row in rows:
        row.state = SubscriptionState.ACTIVE.value
        row.subscribed_at = row.created_at
        row.return_code = "200"
        row.attempts = 1
    Subscription.objects.bulk_update(
        rows, ["state", "subscribed_at", "return_code", "attempts"], batch_size=BATCH
    )
    return len(rows)


def push_past(*, now: dt.datetime) -> int:
    """Store what each parcel's last pushes said and apply it; returns how many callbacks."""
    stored = _store(Topic.BOOKING, _booking_news(now))
    stored += _store(Topic.TRACKING, _tracking_news(now))
    while drain_once(limit=BATCH).claimed:
        pass
    return stored


def hear_past() -> int:
    """Say of what happened that it was heard of two minutes later; returns of how many events.

    The past is fed in within a minute. Heard of only then, no rule tried on it would have found
    anything in time, and every node would count as weeks late.
    """
    heard = F("occurred_at") + HEARD_AFTER
    return Event.objects.filter(heard_at__gt=heard).update(heard_at=heard)


def _tracking_news(now: dt.datetime) -> Iterable[tuple[str, str]]:
    tokens = dict(
        Subscription.objects.filter(topic=Topic.TRACKING.value).values_list("number", "token")
    )
    for number, param in snapshots_for(numbers=tokens, at=now).items():
        yield tokens[number], param


def _booking_news(now: dt.datetime) -> Iterable[tuple[str, str]]:
    tokens = dict(
        Subscription.objects.filter(topic=Topic.BOOKING.value).values_list("subject", "token")
    )
    rows = Booking.objects.filter(pk__in=tokens).exclude(parcel__shipment__number="")
    for pk, number in rows.values_list("pk", "parcel__shipment__number"):
        for _, param in order_pushes_for(number=number, at=now)[-1:]:
            yield tokens[pk], param


def _store(topic: Topic, news: Iterable[tuple[str, str]]) -> int:
    received = clock.real_now()
    return sum(
        store_push(topic=topic.value, token=token, param=param, raw=param.encode(), now=received)
        for token, param in news
    )
