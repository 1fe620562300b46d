"""A domestic parcel's life, planned from (seed, number) and the booking time alone."""

from __future__ import annotations

from apps.sandbox.carriers import Carrier
from apps.sandbox.effects import NO_EFFECTS, Effects
from apps.sandbox.endings import FINISHERS, draw_outcome, end_withdrawn
from apps.sandbox.hours import (
    DAY,
    DELIVERY_ROUNDS,
    FAST_DELIVERY_ROUNDS,
    HOUR,
    PICKUP_HOURS,
    between,
    next_departure,
    within,
)
from apps.sandbox.journey import Journey
from apps.sandbox.lanes import departure_hours, lane_between
from apps.sandbox.places import Place, city_of, draw_district
from apps.sandbox.plan import Plan
from apps.sandbox.rng import stream
from apps.sandbox.seasons import delay_factor, weekday_of
from apps.sandbox.texts import DELAY_REASONS, Step

COLLECTION_CUTS = (13.5, 18.5, 21.5)
OUTLET_ARRIVALS = (5.6, 6.8, 11.8, 13.2)
FAILED_PICKUP_RATE = 0.02
WEIGHT_CHANGE_RATE = 0.1


def plan_domestic(
    *,
    seed: int,
    carrier: Carrier,
    number: str,
    origin: Place,
    destination: Place,
    booked_at: int,
    outcome: str = "",
    effects: Effects = NO_EFFECTS,
) -> Plan:
    """Plan booking, pickup, line-haul, delivery and ending; ``outcome`` forces an ending."""
    ending = outcome or draw_outcome(seed=seed, carrier=carrier, number=number)
    trip = Journey(
        seed=seed, carrier=carrier, number=number, origin=origin, destination=destination,
        effects=effects,
    )  # fmt: skip
    picked = _collect(trip, booked_at, unsent=ending == "unsent")
    if ending == "unsent":
        return trip.finish(ending)
    arrived = _haul(trip, picked, ending)
    if ending in {"lost", "withdrawn"}:
        return trip.finish(ending)
    final = destination
    if ending == "forwarded":
        arrived, final = _forward(trip, arrived)
    dispatched = _dispatch(trip, arrived, final)
    FINISHERS[ending](trip, dispatched, final)
    blocked = trip.was_blocked and ending in {"self", "proxy"}
    return trip.finish("retried" if blocked else ending)


def _collect(trip: Journey, booked_at: int, *, unsent: bool) -> int:
    """Order accepted, courier on the way, picked up; returns the pickup time."""
    rng = trip.rng
    accepted = booked_at + rng.randrange(60, 600)
    trip.note_order(accepted, 1)
    trip.add(Step.ORDERED, booked_at + rng.randrange(20, 240), trip.origin)
    wanted = accepted + int(between(rng, 1.0, 3.5) * trip.pace(accepted))
    picked = within(trip.resume(within(wanted, PICKUP_HOURS, rng)), PICKUP_HOURS, rng)
    if unsent or stream(trip.seed, trip.number, "failed-pickup").random() < FAILED_PICKUP_RATE:
        trip.note_order(picked, 11)
        if unsent:
            trip.note_order(picked + DAY, 99)
            return picked
        trip.note_order(picked + HOUR, 166)
        again = within(picked + DAY - 2 * HOUR, PICKUP_HOURS, rng)
        picked = within(trip.resume(again), PICKUP_HOURS, rng)
    trip.add(Step.WAITING, max(accepted + 60, picked - between(rng, 0.3, 0.9)), trip.origin)
    trip.add(Step.PICKED, picked, trip.origin)
    trip.note_order(picked + rng.randrange(30, 120), 10)
    settled = picked + between(rng, 3, 9)
    if rng.random() < WEIGHT_CHANGE_RATE:
        trip.note_order(settled - HOUR, 155)
    trip.note_order(settled, 15)
    return picked


def _haul(trip: Journey, picked: int, ending: str) -> int:
    """Outlet, hubs and line-haul; returns the arrival at the delivering outlet."""
    rng, pace = trip.rng, trip.pace(picked)
    start, end = city_of(trip.origin), city_of(trip.destination)
    same_city = start.code == end.code
    left = next_departure(picked + HOUR // 2, COLLECTION_CUTS, rng, jitter_minutes=40)
    trip.add(Step.OUTLET_OUT, left, trip.origin, next=trip.hub(start))
    trip.note_order(left + 60, 101)
    at = left + int(between(rng, 0.8, 2.4) * pace)
    trip.add(Step.CITY_IN if same_city else Step.HUB_IN, at, start)
    if ending == "detained":
        at = _detain(trip, at, start)
    at = _depart(trip, trip.clear_hub(at, start), start)
    if ending == "withdrawn":
        end_withdrawn(trip, at, start)
        return at
    if not same_city:
        at = _line_haul(trip, at, start, end, lost=ending == "lost")
    elif ending == "lost":
        trip.add(Step.HUB_OUT, at, start, next=trip.destination.name)
        trip.add(Step.STALLED, at + 3 * DAY + between(rng, 0, 20), start)
    if ending == "lost":
        return at
    if not same_city:
        at = trip.clear_hub(at, end) + int(between(rng, 1.5, 4.5) * trip.pace(at))
    below = trip.destination.name
    trip.add(Step.CITY_OUT, at, end, next=below, outlet=below)
    at = next_departure(at + HOUR, OUTLET_ARRIVALS, rng, jitter_minutes=50)
    trip.add(Step.OUTLET_IN, at, trip.destination)
    return at


def _depart(trip: Journey, at: int, city: Place) -> int:
    hours = departure_hours(trip.seed, trip.carrier, city)
    ready = trip.resume(at + int(between(trip.rng, 0.8, 1.8) * trip.pace(at)))
    return next_departure(ready, hours, trip.rng, jitter_minutes=45)


def _line_haul(trip: Journey, at: int, start: Place, end: Place, *, lost: bool) -> int:
    lane = lane_between(seed=trip.seed, carrier=trip.carrier, origin=start, destination=end)
    share = delay_factor(at) * lane.rhythm[weekday_of(at)]
    trip.add(Step.HUB_OUT, at, start, next=trip.hub(lane.mid_hub or end))
    if lost:
        trip.add(Step.STALLED, at + 3 * DAY + between(trip.rng, 0, 20), start)
        return at
    if lane.mid_hub is not None:
        share /= 2
        at += int(lane.seconds * share)
        trip.add(Step.HUB_IN, at, lane.mid_hub)
        at = trip.clear_hub(at, lane.mid_hub)
        at += int(between(trip.rng, 1, 4) * trip.pace(at))
        trip.add(Step.HUB_OUT, at, lane.mid_hub, next=trip.hub(end))
    at += int(lane.seconds * share)
    trip.add(Step.CITY_IN, at, end)
    return at


def _detain(trip: Journey, at: int, city: Place) -> int:
    at += between(trip.rng, 4, 10)
    trip.add(Step.DETAINED, at, city, reason=trip.rng.choice(DELAY_REASONS))
    return at + between(trip.rng, 20, 50)


def _forward(trip: Journey, at: int) -> tuple[int, Place]:
    final = draw_district(trip.rng, trip.destination.city_code)
    at += between(trip.rng, 2, 5)
    trip.add(Step.FORWARDED, at, final)
    at = next_departure(at + 2 * HOUR, OUTLET_ARRIVALS, trip.rng, jitter_minutes=50)
    trip.add(Step.OUTLET_IN, at, final)
    return at, final


def _dispatch(trip: Journey, at: int, place: Place) -> int:
    rounds = FAST_DELIVERY_ROUNDS if trip.carrier.flies else DELIVERY_ROUNDS
    at = trip.next_round(at + HOUR // 2, rounds)
    trip.add(Step.DISPATCH, at, place)
    trip.note_order(at + 30, 400)
    return at
