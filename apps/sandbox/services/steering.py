"""Giving a parcel another future by hand: what a drill needs that cannot wait for chance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction

from apps.sandbox import carriers, world
from apps.sandbox.hours import HOUR
from apps.sandbox.models import SandboxOrder
from apps.sandbox.places import find_place
from apps.sandbox.plan import Node, OrderEvent, Plan, in_order
from apps.sandbox.planner import Destination, destination_for, make_plan
from apps.sandbox.services.parcels import next_event_at, replace_plan, told_until

MOST_LIVES = 400


class NoSuchLife(LookupError):
    """No life of this parcel shows what was asked for."""


@transaction.atomic
def steer_parcel(
    *, number: str, outcome: str = "", within_hours: float, after_hours: float = 0, shows: str = ""
) -> Plan:
    """Replace what is still to come of a booked parcel; what somebody may know of it stays.

    The rest of its life, ending as ``outcome`` (see ``choices.Outcome``; "" keeps its own), is
    told between ``after_hours`` and ``within_hours`` world hours from now. ``shows`` is a state
    code that the life must contain. Raises SandboxOrder.DoesNotExist, NoSuchLife.
    """
    order = (
        SandboxOrder.objects.select_for_update(of=("self",))
        .select_related("parcel")
        .get(parcel__number=number)
    )
    now = told_until(parcel=order.parcel)
    old = Plan.from_json(order.parcel.plan)
    new = _other_life(old, world.epoch(order.booked_at), outcome or old.outcome, shows)
    plan = _splice(old, new, now, start=after_hours * HOUR, end=within_hours * HOUR)
    replace_plan(parcel=order.parcel, plan=plan)
    order.due_at = next_event_at(plan, order.told)
    order.save(update_fields=["due_at"])
    return plan


def _other_life(old: Plan, booked_at: int, outcome: str, shows: str) -> Plan:
    origin = find_place(old.origin)
    destination = destination_for(code=old.destination, country=old.country)
    if origin is None or destination is None:
        raise NoSuchLife(f"{old.number} comes from or goes to nowhere.")
    for attempt in range(MOST_LIVES):
        plan = make_plan(
            seed=world.seed() + attempt,
            carrier=carriers.BY_CODE[old.carrier],
            number=old.number,
            origin=origin,
            destination=Destination(destination.place, destination.country),
            booked_at=booked_at,
            outcome=outcome,
        )
        if not shows or any(node.code == shows for node in plan.nodes):
            return plan
    raise NoSuchLife(f"{old.number} never shows {shows}.")


def _splice(old: Plan, new: Plan, now: int, *, start: float, end: float) -> Plan:
    """The past of ``old`` and the rest of ``new``, its times squeezed into start to end."""
    past = old.nodes_at(now)
    told = tuple(event for event in old.orders if event.at <= now)
    nodes, orders = new.nodes[len(past) :], new.orders[len(told) :]
    moments = [*_times(nodes), *_times(orders)]
    if not moments:
        return replace(new, nodes=past, orders=told)
    first, last = min(moments), max(moments)
    scale = (end - start) / max(1, last - first)

    def squeezed(at: int) -> int:
        return now + 1 + int(start + (at - first) * scale)

    leg = new.last_mile
    return replace(
        new,
        last_mile=replace(leg, known_at=squeezed(leg.known_at)) if leg is not None else None,
        nodes=(*past, *in_order(replace(node, at=squeezed(node.at)) for node in nodes)),
        orders=(*told, *(replace(event, at=squeezed(event.at)) for event in orders)),
    )


def _times(rows: Iterable[Node | OrderEvent]) -> list[int]:
    return [row.at for row in rows]
