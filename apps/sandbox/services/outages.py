"""Hubs that are out: put out, brought back, and what that does to parcels under way."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from django.db import connection, transaction

from apps.core.actions import Actor, record_action
from apps.sandbox import world
from apps.sandbox.models import SandboxOrder, SandboxOutage, SandboxParcel
from apps.sandbox.outages import Outage, with_outages
from apps.sandbox.places import MAJOR_CITIES, Place, all_places
from apps.sandbox.services.faults import SYSTEM, WORLD, UnknownFault
from apps.sandbox.services.parcels import next_event_at, replace_plan, told_until

USUAL_HOURS = 24.0
LONGEST_HOURS = 24.0 * 14
OLDEST = dt.timedelta(days=45)
PASSING = """
SELECT id FROM sandbox_parcel
WHERE booked_at > %(since)s AND (signed_at IS NULL OR signed_at > %(now)s)
  AND jsonb_path_exists(
    plan, 'strict $.nodes[*] ? (@[0] >= $a && @[0] < $b && @[3] starts with $p)',
    %(area)s::jsonb, true)
"""


class UnknownHub(UnknownFault):
    """No city of ours has that code or name, or it would be out for an impossible time."""

    code = "unknown_hub"


def hubs() -> list[Place]:
    """The cities whose hubs can be put out, the busiest first."""
    return [all_places()[code] for code, _ in MAJOR_CITIES if code in all_places()]


def find_hub(text: str) -> Place:
    """The hub of a city by code or name. Raises UnknownHub."""
    wanted = text.strip().removesuffix("市")
    for place in hubs():
        is_code = len(wanted) >= 4 and place.code.startswith(wanted)
        if is_code or place.name.removesuffix("市") == wanted:
            return place
    some = ", ".join(f"{place.code[:6]} {place.name}" for place in hubs()[:5])
    raise UnknownHub(f"“{text[:40]}” is no hub. There are for example: {some}.")


@transaction.atomic
def put_hub_out(*, hub: str, hours: float = USUAL_HOURS, actor: Actor = SYSTEM) -> SandboxOutage:
    """Stop a hub from now on for so many world hours; a hub that is out stays out longer.

    Parcels under way that would pass it wait until it works again. Raises UnknownHub.
    """
    place = find_hub(hub)
    if not 0 < hours <= LONGEST_HOURS:
        raise UnknownHub(f"{hours:g} is not a number of hours from 0 to {LONGEST_HOURS:g}.")
    now = world.now()
    ends = now + dt.timedelta(hours=hours)
    row = SandboxOutage.objects.filter(hub=place.code[:6], ends_at__gt=now).first()
    if row is None:
        row = SandboxOutage(hub=place.code[:6], starts_at=now)
    row.ends_at = ends
    row.save()
    held = _hold_up(
        Outage(place.code[:6], place.name, world.epoch(row.starts_at), world.epoch(ends))
    )
    after = {
        "hub": f"{place.code[:6]} {place.name}", "until": ends.isoformat(), "parcels": held
    }  # fmt: skip
    record_action(action="sandbox.hub.out", actor=actor, subject=WORLD, after=after)
    return row


@transaction.atomic
def bring_hubs_back(*, actor: Actor = SYSTEM) -> int:
    """End every outage now; returns how many hubs work again."""
    now = world.now()
    rows = SandboxOutage.objects.select_for_update().filter(ends_at__gt=now)
    names = sorted(rows.values_list("hub", flat=True))
    for row in rows:
        row.ends_at = max(now, row.starts_at)
        row.save(update_fields=["ends_at"])
    if names:
        record_action(action="sandbox.hub.back", actor=actor, subject=WORLD, before={"hubs": names})
    return len(names)


def _hold_up(outage: Outage) -> int:
    """Give every parcel that would pass the hub while it is out its later plan."""
    prefix = outage.hub[:2] if outage.hub.endswith("0000") else outage.hub[:4]
    now = world.now()
    with connection.cursor() as cursor:
        cursor.execute(
            PASSING,
            {
                "since": now - OLDEST,
                "now": now,
                "area": json.dumps({"a": outage.starts, "b": outage.ends, "p": prefix}),
            },
        )
        ids = [row[0] for row in cursor.fetchall()]
    parcels = SandboxParcel.objects.filter(pk__in=ids).order_by("pk")
    return sum(_hold(parcel, outage) for parcel in parcels.iterator())


def _hold(parcel: SandboxParcel, outage: Outage) -> bool:
    """Give a parcel its later plan, as far as nobody knows it yet; False if it stays as it is."""
    known = told_until(parcel=parcel)
    plan = parcel.read_plan()
    if plan is None:
        return False
    ahead = replace(outage, starts=max(outage.starts, known + 1))
    later = with_outages(plan, [ahead], seed=world.seed())
    if later == plan:
        return False
    replace_plan(parcel=parcel, plan=later)
    for order in SandboxOrder.objects.filter(parcel=parcel).exclude(due_at=None):
        order.due_at = next_event_at(later, order.told)
        order.save(update_fields=["due_at"])
    return True
