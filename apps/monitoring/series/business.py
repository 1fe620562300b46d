"""Shares of business: how complete pushes are, how many promises were kept. Business time.

Sandbox parcels do not count, except in a simulated world, which has no others.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, F, Q, Sum

from apps.accounts.choices import KeyMode
from apps.core import clock
from apps.shipments.completeness import floored
from apps.shipments.models import CompletenessHour, Shipment

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
ENOUGH = 20_000
"""Parcels looked at: the latest so many tell the share well enough."""


def completeness() -> dict[str, float | None]:
    """The share of nodes that pushes brought, of all that were due in a day; None without any."""
    rows = CompletenessHour.objects.filter(hour__gte=floored(clock.now() - DAY))
    if not clock.world():
        rows = rows.exclude(mode=KeyMode.SANDBOX.value)
    sums = rows.order_by().aggregate(expected=Sum("expected"), missing=Sum("missing"))
    expected = sums["expected"] or 0
    return {"": max(0.0, 1 - (sums["missing"] or 0) / expected) if expected else None}


def promises_kept() -> dict[str, float | None]:
    """The share of promised parcels of a week that were delivered in time; None without any."""
    rows = Shipment.objects.filter(delivered_at__gte=clock.now() - WEEK)
    if not clock.world():
        rows = rows.exclude(mode=KeyMode.SANDBOX.value)
    newest = rows.order_by("-delivered_at").values("delivered_at", "promise_to")[:ENOUGH]
    promised = Q(promise_to__isnull=False)
    found = newest.aggregate(
        n=Count("delivered_at", filter=promised),
        kept=Count("delivered_at", filter=promised & Q(delivered_at__lte=F("promise_to"))),
    )
    return {"": found["kept"] / found["n"] if found["n"] else None}
