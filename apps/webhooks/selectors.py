"""What reads webhooks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min

from apps.core import clock
from apps.webhooks.choices import DeliveryState
from apps.webhooks.models import OPEN_STATES, Delivery

ENOUGH = 10_001


@dataclass(frozen=True, slots=True)
class Outbox:
    """What waits to be sent: the age of the oldest (None: nothing waits) and how many, capped."""

    oldest: dt.timedelta | None
    waiting: int


def outbox_state() -> Outbox:
    """Return the oldest unsent message and how many deliveries wait, at most 10,001 counted.

    Deliveries to endpoints that are switched off are not waited for.
    """
    waiting = Delivery.objects.filter(state__in=OPEN_STATES, endpoint__is_active=True)
    found = waiting.order_by("next_at")[:ENOUGH].aggregate(
        first=Min("message__created_at"), count=Count("id")
    )
    first = found["first"]
    return Outbox(clock.real_now() - first if first else None, found["count"])


def given_up_since(moment: dt.datetime) -> int:
    """Return how many deliveries were given up since a moment (real time)."""
    return Delivery.objects.filter(state=DeliveryState.GIVEN_UP.value, next_at__gte=moment).count()
