"""Rows of rides: made with their whole future, given another one, and the truth beside them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from apps.sandbox import world
from apps.sandbox.envelopes import Refusal
from apps.sandbox.models import SandboxAccount, SandboxRide, SandboxRideFault
from apps.sandbox.ride_form import RideForm
from apps.sandbox.ride_plan import RidePlan, plan_ride
from apps.sandbox.ride_prices import RideCarrier, RideQuote, quote_ride
from apps.sandbox.rng import stream
from apps.sandbox.services.faults import fault_rates
from apps.sandbox.services.ride_pushing import next_state_at

GPS = "gps_"


@dataclass(frozen=True, slots=True)
class RideIds:
    """The platform's ids of an order: 32 upper-case hex digits and 14 digits."""

    task_id: str
    order_id: str


def create_ride(
    *,
    account: SandboxAccount,
    form: RideForm,
    carrier: RideCarrier,
    ids: RideIds,
    lost_at: int | None = None,
    is_older: bool = False,
) -> SandboxRide:
    """Plan and store the ride of one carrier; from ``lost_at`` on another one has it.

    What is wrong with its rider's positions is written into a table of its own.
    """
    now, name = world_now(), f"{ids.order_id}:{carrier.code}"
    plan = plan_ride(
        seed=world.seed(),
        name=name,
        shop=form.shop,
        buyer=form.buyer,
        starts_at=form.starts_at or now,
        booked_at=now,
        rates=gps_rates(),
    )
    if lost_at is not None:
        plan = RidePlan(plan.events[:1], plan.riders).cancelled(lost_at)
    ride = SandboxRide.objects.create(
        account=account,
        task_id=ids.task_id,
        order_id=ids.order_id,
        carrier=carrier.code,
        number=_number(name),
        third_id=form.third_id,
        is_older=is_older,
        callback_url=form.callback_url,
        salt=form.salt,
        lbs_type=form.lbs_type,
        distance_m=form.distance_m,
        fee=quote_of(carrier, form).discounted,
        plan={**plan.to_json(), "ends": [*form.shop, *form.buyer]},
        booked_at=world.moment(now),
        due_at=next_state_at(plan, 0),
    )
    _keep_truth(ride, plan)
    return ride


def _keep_truth(ride: SandboxRide, plan: RidePlan) -> None:
    spoiled = plan.spoiled
    if spoiled is None or spoiled.first >= len(plan.fixes):
        return
    rows = plan.fixes[spoiled.first : spoiled.last + 1]
    SandboxRideFault.objects.create(
        ride=ride,
        kind=spoiled.kind,
        first_row=spoiled.first,
        last_row=spoiled.first + len(rows) - 1,
        first_at=world.moment(min(fix.at for fix in rows)),
        last_at=world.moment(max(fix.at for fix in rows)),
        shift_m=spoiled.shift_m,
    )


def change_plan(ride: SandboxRide, plan: RidePlan) -> None:
    """Give a ride another future; the truth about its fixes follows."""
    ride.plan = {**plan.to_json(), "ends": ride.plan["ends"]}
    ride.due_at = next_state_at(plan, ride.told)
    ride.save()
    ride.faults.all().delete()
    _keep_truth(ride, plan)


def gps_rates() -> dict[str, float]:
    """Shares of rides with each kind of false fixes, by the kind's name."""
    rates = fault_rates().items()
    return {name.removeprefix(GPS): rate for name, rate in rates if name.startswith(GPS)}


def eager_plan(ride: SandboxRide) -> RidePlan:
    """A future in which somebody takes the ride soon, from now on."""
    shop_lng, shop_lat, buyer_lng, buyer_lat = ride.plan["ends"]
    return plan_ride(
        seed=world.seed(),
        name=f"{ride.order_id}:{ride.carrier}:tipped",
        shop=(shop_lng, shop_lat),
        buyer=(buyer_lng, buyer_lat),
        starts_at=world_now(),
        booked_at=world.epoch(ride.booked_at),
        rates=gps_rates(),
        eager=True,
    )


def free_ids(*, account: SandboxAccount, param: dict[str, Any]) -> RideIds:
    """Ids nobody has; the same for the same request at the same moment of the same world.

    Raises Refusal.
    """
    text = json.dumps(param, sort_keys=True, default=str)
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
    for attempt in range(100):
        rng = stream(world.seed(), "ride-ids", account.customer, digest, world_now(), attempt)
        order_id = str(rng.randrange(10**13, 10**14))
        if not SandboxRide.objects.filter(order_id=order_id).exists():
            return RideIds(f"{rng.getrandbits(128):032X}", order_id)
    raise Refusal("500", "提交失败")


def _number(name: str) -> str:
    return f"TC{stream(world.seed(), 'ride-number', name).randrange(10**15, 10**16)}"


def quote_of(carrier: RideCarrier, form: RideForm) -> RideQuote:
    """What the carrier takes for the form."""
    return quote_ride(
        carrier,
        distance_m=form.distance_m,
        weight_grams=form.weight_grams,
        at=form.starts_at or world_now(),
    )


def plan_of(ride: SandboxRide) -> RidePlan:
    """The stored future of a ride."""
    return RidePlan.from_json(ride.plan)


def world_now() -> int:
    """World time as epoch seconds."""
    return world.epoch(world.now())
