"""Callbacks of rides, made when their states begin."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from apps.sandbox import world
from apps.sandbox.choices import PushKind
from apps.sandbox.models import SandboxPush, SandboxRide
from apps.sandbox.ride_plan import RideEvent, RidePlan
from apps.sandbox.ride_push import OLDER, RideFacts, build_older_push, build_ride_push
from apps.sandbox.services.faults import fault_rates
from apps.sandbox.services.pushing import with_faults


def next_state_at(plan: RidePlan, told: int) -> dt.datetime | None:
    """When the next state of a plan begins, or None when all are told."""
    return world.moment(plan.events[told].at) if told < len(plan.events) else None


@transaction.atomic
def advance_rides(*, now: dt.datetime, limit: int = 300) -> int:
    """Make the callbacks of rides whose next state is due; returns how many were made."""
    due = list(
        SandboxRide.objects.filter(due_at__lte=now)
        .select_for_update(skip_locked=True)
        .order_by("due_at", "id")[:limit]
    )
    rates = fault_rates() if due else {}
    pushes: list[SandboxPush] = []
    for ride in due:
        plan = RidePlan.from_json(ride.plan)
        if ride.told < len(plan.events):
            event = plan.events[ride.told]
            if _is_news(ride, plan, event):
                name = f"ride:{ride.order_id}:{ride.carrier}:{event.at}:{event.status}"
                pushes += with_faults(_push(ride, plan, event), name, rates)
            ride.told += 1
        ride.due_at = next_state_at(plan, ride.told)
    SandboxRide.objects.bulk_update(due, ["told", "due_at"])
    SandboxPush.objects.bulk_create(pushes)
    return len(pushes)


def _is_news(ride: SandboxRide, plan: RidePlan, event: RideEvent) -> bool:
    """Whether somebody wants to hear it; the older interface has fewer states."""
    if not ride.callback_url:
        return False
    before = plan.events[ride.told - 1].status if ride.told else None
    return not ride.is_older or before is None or OLDER[before] != OLDER[event.status]


def _push(ride: SandboxRide, plan: RidePlan, event: RideEvent) -> SandboxPush:
    facts = RideFacts(ride.task_id, ride.order_id, ride.carrier, ride.number)
    rider = plan.riders[event.rider - 1] if event.rider else None
    build = build_older_push if ride.is_older else build_ride_push
    return SandboxPush(
        kind=PushKind.RIDE,
        ride=ride,
        url=ride.callback_url,
        param=build(facts, event, rider),
        salt=ride.salt,
        due_at=world.moment(event.at),
    )
