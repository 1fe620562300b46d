"""How long a lane takes: distance, the carrier's habit, the lane's own speed, hubs."""

from __future__ import annotations

from dataclasses import dataclass

from apps.sandbox.carriers import Carrier
from apps.sandbox.hours import HOUR
from apps.sandbox.places import Place, city_of, distance_m, find_place
from apps.sandbox.rng import stream

ROAD_DETOUR = 1.25
ROAD_M_PER_S = 62_000 / HOUR
AIR_M_PER_S = 650_000 / HOUR
AIR_HANDLING_S = 6 * HOUR
AIR_FROM_M = 800_000
MID_HUB_FROM_M = 900_000
MID_HUBS = ("410100", "420100", "430100", "610100", "330100", "320100", "440100", "370100")


@dataclass(frozen=True, slots=True)
class Lane:
    """Line-haul between two cities: driving or flying seconds and a hub on the way."""

    seconds: int
    by_air: bool
    mid_hub: Place | None


def lane_between(*, seed: int, carrier: Carrier, origin: Place, destination: Place) -> Lane:
    """The lane of two places; the same two cities always have the same speed for a seed."""
    start, end = city_of(origin), city_of(destination)
    metres = distance_m(start, end)
    own = stream(seed, "lane", carrier.code, start.code, end.code).uniform(0.85, 1.25)
    by_air = carrier.flies and metres > AIR_FROM_M
    if by_air:
        seconds = AIR_HANDLING_S + metres / AIR_M_PER_S
    else:
        seconds = HOUR + metres * ROAD_DETOUR / ROAD_M_PER_S
    middle = None if by_air or metres < MID_HUB_FROM_M else _middle(start, end, metres)
    return Lane(int(seconds * own * carrier.pace), by_air, middle)


def _middle(start: Place, end: Place, metres: float) -> Place | None:
    """The national hub with the smallest detour, if the detour stays below a quarter."""
    best: tuple[float, Place] | None = None
    for code in MID_HUBS:
        hub = find_place(code)
        if hub is None or hub.city_code in {start.city_code, end.city_code}:
            continue
        detour = distance_m(start, hub) + distance_m(hub, end)
        if best is None or detour < best[0]:
            best = (detour, hub)
    return best[1] if best is not None and best[0] < metres * 1.25 else None


def departure_hours(seed: int, carrier: Carrier, city: Place) -> tuple[float, ...]:
    """Daily hours at which line-haul leaves a carrier's hub; at night most of all."""
    rng = stream(seed, "hub", carrier.code, city.code)
    night, dawn = 22 + rng.uniform(0, 1.9), 2.5 + rng.uniform(0, 2.5)
    noon, evening = 11 + rng.uniform(0, 3), 17 + rng.uniform(0, 3)
    return tuple(sorted((night, dawn, noon, evening)))
