"""A parcel stopped on its way: where it can be caught, and how it goes on from there."""

from __future__ import annotations

from apps.sandbox.carriers import Carrier
from apps.sandbox.codes import basic_of, is_signed
from apps.sandbox.endings import end_self, end_withdrawn
from apps.sandbox.hours import DELIVERY_ROUNDS, HOUR, between, next_departure
from apps.sandbox.journey import Journey
from apps.sandbox.lanes import lane_between
from apps.sandbox.places import Place, city_of, find_place
from apps.sandbox.plan import Node, Plan
from apps.sandbox.rng import stream
from apps.sandbox.texts import Step

GOING_BACK = frozenset({"4", "6", "14"})
SCAN_TO_TURN_S = 120
OUTLET_DELAY_HOURS = (3, 9)


def catching_node(plan: Plan, at: int) -> Node | None:
    """The next scan after ``at`` (epoch seconds) at which somebody can take the parcel out.

    None when nobody holds it again before it is signed, or when it never is scanned again.
    """
    following = next((node for node in plan.nodes if node.at > at), None)
    if following is None or is_signed(following.code) or not following.area:
        return None
    return following


def is_going_back(plan: Plan, at: int) -> bool:
    """Whether the parcel is on its way to the sender already."""
    return any(basic_of(node.code) in GOING_BACK for node in plan.nodes_at(at))


def turned_back(plan: Plan, scan: Node, *, seed: int, carrier: Carrier) -> Plan:
    """The plan after a catch at ``scan``: withdrawn there, sent back, signed by the sender."""
    trip, place = _caught(plan, scan, seed=seed, carrier=carrier)
    end_withdrawn(trip, scan.at + SCAN_TO_TURN_S, place)
    return trip.finish("intercepted")


def redirected(plan: Plan, scan: Node, *, seed: int, carrier: Carrier, destination: Place) -> Plan:
    """The plan after a catch at ``scan``: forwarded to another place and delivered there."""
    trip, place = _caught(plan, scan, seed=seed, carrier=carrier)
    rng, trip.destination = trip.rng, destination
    at = scan.at + SCAN_TO_TURN_S
    trip.add(Step.FORWARDED, at, place, outlet=destination.name)
    if city_of(place).code != city_of(destination).code:
        lane = lane_between(seed=seed, carrier=carrier, origin=place, destination=destination)
        at += between(rng, 1, 4)
        trip.add(Step.HUB_OUT, at, city_of(place), next=trip.hub(destination))
        at += lane.seconds
        trip.add(Step.CITY_IN, at, city_of(destination))
    at += between(rng, *OUTLET_DELAY_HOURS)
    trip.add(Step.OUTLET_IN, at, destination)
    at = next_departure(trip.resume(at + HOUR), DELIVERY_ROUNDS, rng, jitter_minutes=60)
    trip.add(Step.DISPATCH, at, destination)
    trip.note_order(at + 30, 400)
    end_self(trip, at, destination)
    return trip.finish("forwarded")


def _caught(plan: Plan, scan: Node, *, seed: int, carrier: Carrier) -> tuple[Journey, Place]:
    place, origin = find_place(scan.area), find_place(plan.origin)
    if place is None or origin is None:
        raise ValueError("a parcel is caught at a place in China")
    trip = Journey(
        seed=seed,
        carrier=carrier,
        number=plan.number,
        origin=origin,
        destination=find_place(plan.destination) or place,
    )
    trip.rng = stream(seed, plan.number, "intercepted", scan.at)
    trip.nodes = list(plan.nodes_at(scan.at))
    trip.orders = [event for event in plan.orders if event.at <= scan.at]
    return trip, place
