"""What the world looks like now, in numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q

from apps.sandbox import world
from apps.sandbox.models import (
    SandboxFault,
    SandboxOrder,
    SandboxParcel,
    SandboxPush,
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


NEXT_MADE = """
SELECT least((SELECT min(due_at) FROM sandbox_order),
             (SELECT min(due_at) FROM sandbox_subscription),
             (SELECT min(due_at) FROM sandbox_ride))
"""
NEXT_SENT = "SELECT min(due_at) FROM sandbox_push WHERE state = 'waiting'"


def next_made_at() -> dt.datetime | None:
    """The world time at which a push is to be made next, or None."""
    return _moment(NEXT_MADE)


def next_due_at() -> dt.datetime | None:
    """The world time at which something is to be said next, or None in a silent world."""
    moments = (_moment(NEXT_MADE), _moment(NEXT_SENT))
    return min((at for at in moments if at is not None), default=None)


def _moment(statement: str) -> dt.datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return row[0] if row else None
