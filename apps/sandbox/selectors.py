"""What the world looks like now, in numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from apps.sandbox import world
from apps.sandbox.models import (
    SandboxFault,
    SandboxOrder,
    SandboxParcel,
    SandboxPush,
    SandboxRide,
    SandboxSubscription,
)


@dataclass(frozen=True, slots=True)
class WorldFigures:
    """Counts of a desk: parcels by stage, subscriptions and pushes by state, faults on."""

    world_at: dt.datetime
    parcels: dict[str, int]
    orders: int
    subscriptions: dict[str, int]
    pushes: dict[str, int]
    retrying: int
    faults: dict[str, float]


def world_figures() -> WorldFigures:
    """The whole desk in five statements."""
    now = world.now()
    stages = SandboxParcel.objects.aggregate(
        booked=Count("id", filter=Q(picked_up_at__gt=now) | Q(picked_up_at=None)),
        moving=Count(
            "id", filter=Q(picked_up_at__lte=now) & (Q(signed_at=None) | Q(signed_at__gt=now))
        ),
        over=Count("id", filter=Q(signed_at__lte=now)),
    )
    states = SandboxSubscription.objects.values_list("state").annotate(n=Count("id"))
    pushes = SandboxPush.objects.values_list("state").annotate(n=Count("id"))
    return WorldFigures(
        world_at=now,
        parcels=dict(stages),
        orders=SandboxOrder.objects.count(),
        subscriptions=dict(states.order_by()),
        pushes=dict(pushes.order_by()),
        retrying=SandboxPush.objects.filter(state="waiting", attempts__gt=0).count(),
        faults=dict(SandboxFault.objects.filter(rate__gt=0).values_list("name", "rate")),
    )


def next_made_at() -> dt.datetime | None:
    """The world time at which a push is to be made next, or None."""
    return _earliest(
        SandboxOrder.objects.all(), SandboxSubscription.objects.all(), SandboxRide.objects.all()
    )


def next_due_at() -> dt.datetime | None:
    """The world time at which something is to be said next, or None in a silent world."""
    made, waiting = next_made_at(), _earliest(SandboxPush.objects.filter(state="waiting"))
    return min((at for at in (made, waiting) if at is not None), default=None)


def _earliest(*queries: QuerySet[Any]) -> dt.datetime | None:
    moments = (rows.aggregate(at=Min("due_at"))["at"] for rows in queries)
    return min((moment for moment in moments if moment is not None), default=None)
