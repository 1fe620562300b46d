"""The round of a courier who has a parcel out for delivery: its way, and what the phone measured.

Made of real agents' tracks (see ``ride_path``) between streets of the parcel's own district.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

from apps.sandbox.faults.positions import draw_fault, spoil
from apps.sandbox.fixes import Fix
from apps.sandbox.places import find_place
from apps.sandbox.plan import Plan
from apps.sandbox.projections import Place, moved, offset_m
from apps.sandbox.ride_path import Way, make_way, place_on
from apps.sandbox.rng import chance, stream
from apps.sandbox.streets import street_in

PING_S = 20
STOPS = 4
MOST_RIDING = 0.7
LONGEST_S = 4 * 3600
OUT_FOR_DELIVERY = "5"
ROUTE_STEP_M = 30.0
MOST_ROUTE_POINTS = 2_000
PHONES_OF_A_DEPOT = 5
REPORTING_SHARE = 0.5
Legs = list[tuple[Place, int, Way]]


@dataclass(frozen=True, slots=True)
class Round:
    """One parcel's round: the phone that reports it, its fixes and the planned way.

    ``route`` holds places (longitude, latitude, WGS-84) about 30 m apart from the depot to the
    door. ``fault`` is the kind of fault in the fixes, "" where nothing is wrong.
    """

    number: str
    device: str
    starts_at: int
    ends_at: int
    fixes: tuple[Fix, ...]
    route: tuple[Place, ...]
    fault: str = ""

    def spoiled(self, kind: str, *, seed: int) -> Round:
        """The round with a fault of the kind in its fixes; itself where it is too short for it."""
        rows, found = spoil(self.fixes, kind, stream(seed, "round-fault", self.number))
        return replace(self, fixes=tuple(rows), fault=kind) if found is not None else self


def round_times(plan: Plan) -> tuple[int, int] | None:
    """When a parcel is out for delivery (epoch seconds); None for one without such a round.

    There is none abroad, and none where it would be longer than four hours.
    """
    out = next((node for node in plan.nodes if node.code == OUT_FOR_DELIVERY), None)
    if out is None or find_place(out.area or plan.destination) is None:
        return None
    end = next((node.at for node in plan.nodes if node.at > out.at), out.at)
    return (out.at, end) if 0 < end - out.at <= LONGEST_S else None


def is_reported(plan: Plan, *, seed: int) -> bool:
    """Whether the courier of this parcel uses an app that reports: half of them do."""
    return chance(seed, REPORTING_SHARE, "courier-reports", plan.carrier, plan.number)


def plan_round(plan: Plan, *, seed: int, rates: Mapping[str, float]) -> Round | None:
    """The round of a parcel, or None. ``rates``: share of rounds with each kind of false fixes."""
    times = round_times(plan)
    if times is None:
        return None
    starts, ends = times
    rng = stream(seed, "courier-round", plan.carrier, plan.number)
    legs = _legs(rng, _stops(plan, seed), starts, ends)
    made = Round(
        number=plan.number,
        device=_device(plan, seed),
        starts_at=starts,
        ends_at=ends,
        fixes=tuple(_measure(rng, legs, starts, ends)),
        route=_route(legs),
    )
    kind = draw_fault(seed=seed, name=f"round:{plan.number}", rates=rates)
    return made.spoiled(kind, seed=seed) if kind is not None else made


def _device(plan: Plan, seed: int) -> str:
    phone = stream(seed, "courier-phone", plan.number).randrange(1, PHONES_OF_A_DEPOT + 1)
    return f"app-{plan.carrier}-{_out_area(plan)[:6]}-{phone}"


def _out_area(plan: Plan) -> str:
    out = next(node for node in plan.nodes if node.code == OUT_FOR_DELIVERY)
    return out.area or plan.destination


def _stops(plan: Plan, seed: int) -> list[Place]:
    """The depot, a few streets of the district, the parcel's own last."""
    division = find_place(_out_area(plan))
    if division is None:
        return []
    names = [f"{plan.carrier}-depot", *(f"{plan.number}-{stop}" for stop in range(STOPS))]
    return [street_in(division, name, seed=seed) for name in names]


def _legs(rng: Random, stops: Sequence[Place], starts: int, ends: int) -> Legs:
    """Legs between the stops with pauses, fitted into the round's time.

    Where there is no time for all streets, some before the last are left out.
    """
    ways = [make_way(rng, a, b) for a, b in pairwise(stops)]
    riding = sum(way[-1][0] for way in ways)
    if riding > MOST_RIDING * (ends - starts) and len(stops) > 2:
        return _legs(rng, [*stops[:-2], stops[-1]], starts, ends)
    spare = ends - starts - riding
    factor = min(1.0, (ends - starts) / riding) if riding else 1.0
    legs: Legs = []
    at = float(starts)
    for start, way in zip(stops[:-1], ways, strict=True):
        quick = [(seconds * factor, east, north) for seconds, east, north in way]
        legs.append((start, int(at), quick))
        at += quick[-1][0] + max(0.0, spare) / len(ways)
    return legs


def _measure(rng: Random, legs: Legs, starts: int, ends: int) -> list[Fix]:
    """What the phone measures every 20 s: a few metres off."""
    fixes = []
    for at in range(starts, ends + 1, PING_S):
        start, since, way = max((leg for leg in legs if leg[1] <= at), key=lambda leg: leg[1])
        seen = moved(place_on(way, start, at - since), rng.gauss(0, 3), rng.gauss(0, 3))
        fixes.append(Fix(at, at, seen, round(rng.uniform(4, 25), 1), round(rng.uniform(0, 6), 1)))
    return fixes


def _route(legs: Legs) -> tuple[Place, ...]:
    """The way as it was planned, a point about every 30 m, at most 2,000."""
    route: list[Place] = []
    for start, _since, way in legs:
        for _seconds, east, north in way:
            place = moved(start, east, north)
            if not route or math.hypot(*offset_m(route[-1], place)) >= ROUTE_STEP_M:
                route.append(place)
        end = moved(start, way[-1][1], way[-1][2])
        if route[-1] != end:
            route.append(end)
    every = math.ceil(len(route) / (MOST_ROUTE_POINTS - 1))
    return (*route[:-1:every], route[-1])
