"""What the platform estimates for a lane: honest about how the lane runs, with an error.

The estimate is the median of a few journeys like the parcel's own, so that a slow lane, a late
pickup or a weekend count; the error is the lane's, the same for everybody who asks that day.
"""

from __future__ import annotations

from dataclasses import dataclass

from apps.sandbox.carriers import Carrier
from apps.sandbox.hours import HOUR, midnight
from apps.sandbox.places import Place
from apps.sandbox.planner import Destination, make_plan
from apps.sandbox.rng import stream
from apps.sandbox.route import Stop, stops_of

JOURNEYS = 9
TOO_EARLY, TOO_LATE = -0.05, 0.28
_ESTIMATED = """jd kuayue shunfeng shunfengkuaiyun zhongtong debangkuaidi ems emsguoji
youzhengguonei youzhengguoji shentong yuantong yunda zhaijisong zhimakaimen lianbangkuaidi
tiandihuayu annengwuliu jinguangsudikuaijian jiayunmeiwuliu jtexpress"""
_PRICED = "shunfeng jd debangkuaidi yuantong zhongtong shentong yunda ems"
_REACHED = """yuantong shunfeng jd zhongtong zhongtongkuaiyun shentong yunda ems jtexpress
debangkuaidi youzhengguonei fengwang"""
CARRIERS = frozenset(_ESTIMATED.split())
PRICED = frozenset(_PRICED.split())
REACHED = frozenset(_REACHED.split())


@dataclass(frozen=True, slots=True)
class Expectation:
    """When the parcel should be there (epoch seconds, on the hour) and by which places."""

    arrives: int
    stops: tuple[Stop, ...]


def expect(
    *, seed: int, carrier: Carrier, origin: Place, destination: Destination, ordered_at: int
) -> Expectation:
    """Return the estimate of a parcel ordered at ``ordered_at`` (epoch seconds)."""
    plans = [
        make_plan(
            seed=seed,
            carrier=carrier,
            number=f"estimate-{index}",
            origin=origin,
            destination=destination,
            booked_at=ordered_at,
            outcome="self",
        )
        for index in range(JOURNEYS)
    ]
    plans.sort(key=lambda plan: plan.signed_at or plan.last_at)
    usual = plans[JOURNEYS // 2]
    lasts = (usual.signed_at or usual.last_at) - ordered_at
    end = destination.place.city_code if destination.place else str(destination.country)
    names = (carrier.code, origin.city_code, end, midnight(ordered_at))
    error = stream(seed, "estimate", *names).uniform(TOO_EARLY, TOO_LATE)
    hours = max(1, -(-int(lasts * (1 + error)) // HOUR))
    on_the_hour = (ordered_at + hours * HOUR) // HOUR * HOUR
    return Expectation(max(on_the_hour, ordered_at + HOUR), stops_of(usual))
