"""What couriers' apps reported in the past week: real tracks, some of them wrong, looked at."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from apps.accounts.models import User
from apps.core import clock
from apps.core.actions import Actor
from apps.exceptions.models import KindPolicy
from apps.exceptions.services import look_at_wanted, look_at_whole, set_kind_policy
from apps.sandbox import world
from apps.sandbox.choices import FixFault
from apps.sandbox.courier_app import plan_batches
from apps.sandbox.courier_round import Round
from apps.sandbox.services import set_faults
from apps.sandbox.services.rounds import past_rounds
from apps.shipments.models import Shipment
from apps.shipments.services import plan_route, store_positions

DAYS = 6
ROUNDS = 165
WRONG_EVERY = 3
GPS_RATE = 0.006
"""Of each kind: with fourteen kinds one round in twelve goes wrong from now on."""
WAITS_REAL_HOURS = 2
HEARD_EVERY = dt.timedelta(minutes=30)


def set_demo_rules(*, pace: float) -> None:
    """Let riders' positions go wrong now and then, and flags wait for people's time.

    Flags expire by the world's clock, which in a demo runs ``pace`` times as fast as a reviewer.
    """
    rates = {f"gps_{kind}": GPS_RATE for kind in FixFault.values()}
    set_faults(rates=rates, actor=Actor.system("seed"))
    admin = User.objects.filter(is_superuser=True).earliest("pk")
    hours = round(WAITS_REAL_HOURS * pace)
    for policy in KindPolicy.objects.filter(expires_after_hours__lt=hours):
        set_kind_policy(kind=policy.kind, user=admin, expires_after_hours=hours)


def report_past(*, now: dt.datetime) -> int:
    """Store what was reported of finished rounds and look at it; returns how many flags wait.

    Every third round has a fault, all kinds in turn, so that the queue shows what it is for.
    """
    found = list(past_rounds(since=now - dt.timedelta(days=DAYS), now=now))
    found = sorted(found, key=lambda one: one.ends_at)[-ROUNDS:]
    shipments = _shipments(found)
    heard: defaultdict[tuple[dt.datetime, int], list[Any]] = defaultdict(list)
    for place, clean in enumerate(one for one in found if one.number in shipments):
        shipment = shipments[clean.number]
        made = _perhaps_wrong(clean, place)
        plan_route(
            shipment=shipment,
            latitudes=[lat for _, lat in made.route],
            longitudes=[lng for lng, _ in made.route],
        )
        for at, points in _heard(made, now):
            heard[at, shipment.merchant_id] += points
    for (at, merchant_id), points in sorted(heard.items()):
        with clock.frozen(at):
            store_positions(merchant_id=merchant_id, points=points)
    return _look({shipment.pk for shipment in shipments.values()})


def _shipments(rounds: Iterable[Round]) -> dict[str, Shipment]:
    rows = Shipment.objects.filter(number__in=[one.number for one in rounds])
    return {row.number: row for row in rows}


def _perhaps_wrong(clean: Round, place: int) -> Round:
    if place % WRONG_EVERY:
        return clean
    kinds = FixFault.values()
    return clean.spoiled(kinds[place // WRONG_EVERY % len(kinds)], seed=world.seed())


def _heard(made: Round, now: dt.datetime) -> Iterable[tuple[dt.datetime, list[Any]]]:
    """The points of a round by the half hour in which the portal heard them."""
    step = HEARD_EVERY.total_seconds()
    for batch in plan_batches(
        made.fixes, seed=world.seed(), shipment=made.number, device=made.device
    ):
        at = world.moment(int((batch.sent_at // step + 1) * step))
        yield min(at, now), batch.body["positions"]


def _look(shipment_ids: Collection[int]) -> int:
    """Look at whole tracks first: of a long one the ordinary look sees only the newest fixes."""
    raised = look_at_whole(shipment_ids=shipment_ids).raised
    while True:
        looked = look_at_wanted()
        raised += looked.raised - looked.withdrawn
        if not looked.tracks:
            return raised
