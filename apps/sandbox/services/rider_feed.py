"""Batches of positions that riders' devices have ready for the portal, each handed out once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from django.db import transaction

from apps.core.http import HttpAnswer, Outbound
from apps.sandbox import world
from apps.sandbox.courier_app import Batch, plan_batches
from apps.sandbox.models import SandboxRide
from apps.sandbox.services.ride_rows import plan_of

LIVE_FOR = dt.timedelta(hours=6)
TIMEOUT_SECONDS = 10.0


@transaction.atomic
def take_batches(*, now: dt.datetime, limit: int = 200) -> list[Batch]:
    """The batches that have reached the portal's side by ``now``, oldest first.

    Only riders whose device reports by itself have any; a ride of more than six hours ago is
    over. What is taken is not handed out again.
    """
    rides = (
        SandboxRide.objects.filter(booked_at__gt=now - LIVE_FOR, plan__by_app=True)
        .select_for_update(skip_locked=True)
        .order_by("id")
    )
    taken: list[Batch] = []
    changed = []
    for ride in rides.iterator(chunk_size=200):
        ready = _ready(ride, now)[: limit - len(taken)]
        if ready:
            ride.batches_sent += len(ready)
            changed.append(ride)
            taken += ready
    SandboxRide.objects.bulk_update(changed, ["batches_sent"])
    return sorted(taken, key=lambda batch: batch.sent_at)


def _ready(ride: SandboxRide, now: dt.datetime) -> Sequence[Batch]:
    batches = plan_batches(
        plan_of(ride).fixes,
        seed=world.seed(),
        shipment=ride.third_id or ride.number,
        device=f"app-{ride.carrier}-{ride.order_id}",
    )
    at = world.epoch(now)
    return [batch for batch in batches[ride.batches_sent :] if batch.sent_at <= at]


def post_batch(*, outbound: Outbound, url: str, api_key: str, batch: Batch) -> HttpAnswer:
    """Send one batch to the portal's address for positions. Raises HttpFailure."""
    return outbound.post_json(
        url,
        json.dumps(batch.body).encode(),
        timeout=TIMEOUT_SECONDS,
        headers={"Authorization": f"Bearer {api_key}"},
    )
