"""Parcels of the world: found, invented, written."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction

from apps.sandbox import world
from apps.sandbox.choices import PushKind
from apps.sandbox.models import (
    SandboxOrder,
    SandboxOutage,
    SandboxParcel,
    SandboxQuery,
    SandboxSubscription,
)
from apps.sandbox.outages import Outage, with_outages
from apps.sandbox.pickup_codes import stored_node
from apps.sandbox.places import all_places
from apps.sandbox.plan import Plan
from apps.sandbox.planner import invent_plan
from apps.sandbox.services.scheduling import schedule


def parcel_columns(plan: Plan | None) -> dict[str, object]:
    """What a parcel row repeats of its plan, for lists and statistics."""
    if plan is None:
        return {"plan": {}, "outcome": "", "picked_up_at": None, "signed_at": None}
    return {
        "plan": plan.to_json(),
        "outcome": plan.outcome,
        "picked_up_at": _moment(plan.picked_up_at),
        "signed_at": _moment(plan.signed_at),
    }


def under_outages(plan: Plan) -> Plan:
    """A new parcel's plan as the hubs leave it that are out now."""
    rows = SandboxOutage.objects.filter(ends_at__gt=world.now()).order_by("starts_at", "id")
    outages = [
        Outage(
            hub=row.hub,
            city=all_places()[row.hub].name,
            starts=world.epoch(row.starts_at),
            ends=world.epoch(row.ends_at),
        )
        for row in rows
    ]
    return with_outages(plan, outages, seed=world.seed())


def find_or_invent(*, carrier: str, number: str, now: dt.datetime) -> SandboxParcel:
    """The parcel of a number; an unknown number gets a life, or none, by the same seed.

    The row of a number without a life is kept as well, so that the answer stays the same.
    """
    number = number.upper()
    found = SandboxParcel.objects.filter(number=number, carrier=carrier).first()
    if found is not None:
        return found
    seen_at = world.epoch(now)
    plan = plan_taken_over(carrier=carrier, number=number) or invent_plan(
        seed=world.seed(), carrier_code=carrier, number=number, seen_at=seen_at
    )
    booked_at = world.moment(plan.nodes[0].at) if plan is not None and plan.nodes else now
    parcel, _ = SandboxParcel.objects.get_or_create(
        number=number,
        carrier=carrier,
        defaults={"booked_at": booked_at, "is_invented": True, **parcel_columns(plan)},
    )
    return parcel


def plan_taken_over(*, carrier: str, number: str) -> Plan | None:
    """The last leg of the parcel a carrier of the destination took over under its own number."""
    leg = {"plan__last_mile__0": carrier, "plan__last_mile__1": number}
    parcel = SandboxParcel.objects.filter(**leg).exclude(carrier=carrier, number=number).first()
    plan = parcel.read_plan() if parcel is not None else None
    return plan.last_mile_plan() if plan is not None else None


def told_until(*, parcel: SandboxParcel) -> int:
    """Up to when (epoch seconds) somebody may know a parcel's life: now, or the last push or
    answer about it where that is later, because the world's own process is ahead of this one.

    Nothing until then may change any more. Locks in the caller's transaction whatever tells of
    the parcel and reads its row again, so that nobody learns of the old plan meanwhile.
    """
    orders = list(SandboxOrder.objects.select_for_update().filter(parcel=parcel))
    pushed = SandboxSubscription.objects.select_for_update().filter(parcel=parcel).order_by("pk")
    asked = SandboxQuery.objects.select_for_update().filter(
        number=parcel.number, carrier=parcel.carrier
    )
    moments = [
        world.now(),
        *(row.pushed_at for row in pushed),
        *(row.refreshed_at for row in asked),
    ]
    parcel.refresh_from_db(from_queryset=SandboxParcel.objects.select_for_update())
    plan = parcel.read_plan()
    events = plan.orders[: max(order.told for order in orders)] if plan and orders else ()
    seen = [world.epoch(at) for at in moments if at is not None]
    return max([*seen, *(event.at for event in events)])


@transaction.atomic
def replace_plan(*, parcel: SandboxParcel, plan: Plan) -> None:
    """Give a parcel another future, and look again at everything that waits for it.

    The number under which another carrier takes it over tells the same story.
    """
    before = parcel.read_plan()
    for name, value in parcel_columns(plan).items():
        setattr(parcel, name, value)
    parcel.save()
    for subscription in parcel.subscriptions.filter(state="polling").select_for_update():
        schedule(subscription, plan)
        subscription.save(update_fields=["due_at"])
    if stored_node(plan) is None:
        parcel.pushes.filter(kind=PushKind.CODE, state="waiting", attempts=0).delete()
    _follow(before, plan)


def _follow(before: Plan | None, plan: Plan) -> None:
    """Take along the row of the number that was, or still is, to take a parcel over."""
    known = before.last_mile_plan() if before is not None else None
    own = plan.last_mile_plan() or (replace(known, nodes=()) if known is not None else None)
    if own is None or (own.carrier, own.number) == (plan.carrier, plan.number):
        return
    for row in SandboxParcel.objects.filter(carrier=own.carrier, number=own.number):
        replace_plan(parcel=row, plan=own)


def next_event_at(plan: Plan, told: int) -> dt.datetime | None:
    """When the next order event of a plan is due, or None when all are told."""
    return world.moment(plan.orders[told].at) if told < len(plan.orders) else None


def order_status_at(order: SandboxOrder, plan: Plan, now: dt.datetime) -> int:
    """The order's status (contract §5.1) at a moment; 0 before anything happened."""
    past = [event.status for event in plan.orders if event.at <= world.epoch(now)]
    return past[-1] if past else 0


def _moment(at: int | None) -> dt.datetime | None:
    return world.moment(at) if at is not None else None
