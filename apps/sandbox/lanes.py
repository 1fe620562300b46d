"""How long a lane takes: distance, the carrier's habit, the lane's own speed, hubs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from apps.sandbox.carriers import Carrier
from apps.sandbox.hours import HOUR
from apps.sandbox.places import Place, all_places, city_of, distance_m, find_place
from apps.sandbox.rng import stream

ROAD_DETOUR = 1.25
ROAD_M_PER_S = 62_000 / HOUR
AIR_M_PER_S = 650_000 / HOUR
AIR_HANDLING_S = 6 * HOUR
AIR_FROM_M = 800_000
MID_HUB_FROM_M = 900_000
REMOTE = frozenset({"15", "46", "54", "62", "63", "64", "65"})
MID_HUBS = ("410100", "420100", "430100", "610100", "330100", "320100", "440100", "370100")


@dataclass(frozen=True, slots=True)
class Lane:
    """Line-haul between two cities: driving or flying seconds, a hub on the way, and its week
    (a factor on the time for departures of each weekday, Monday first)."""

    seconds: int
    by_air: bool
    mid_hub: Place | None
    rhythm: tuple[float, ...]


def lane_between(*, seed: int, carrier: Carrier, origin: Place, destination: Place) -> Lane:
    """The lane of two places; the same two cities always have the same speed for a seed."""
    start, end = city_of(origin), city_of(destination)
    return _lane(seed, carrier, start.code, end.code)


@lru_cache(maxsize=16_384)
def _lane(seed: int, carrier: Carrier, start_code: str, end_code: str) -> Lane:
    start, end = _known(start_code), _known(end_code)
    metres = distance_m(start, end)
    rng = stream(seed, "lane", carrier.code, start.code, end.code)
    own = rng.uniform(0.85, 1.25)
    by_air = carrier.flies and metres > AIR_FROM_M
    if by_air:
        seconds = AIR_HANDLING_S + metres / AIR_M_PER_S
    else:
        seconds = HOUR + metres * ROAD_DETOUR / ROAD_M_PER_S
    middle = None if by_air or metres < MID_HUB_FROM_M else _middle(start, end, metres)
    return Lane(int(seconds * own * carrier.pace), by_air, middle, _rhythm(rng, end))


def _known(code: str) -> Place:
    return all_places()[code[:6]]


def _rhythm(rng: Random, end: Place) -> tuple[float, ...]:
    """A lane's habit in the week: far provinces lose a day on one weekday, all on Sundays."""
    week = [rng.uniform(0.95, 1.06) for _ in range(7)]
    week[6] += 0.1
    if end.code[:2] in REMOTE:
        week[rng.randrange(7)] += 0.4
    return tuple(week)


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
    return _departures(seed, carrier.code, city.code)


@lru_cache(maxsize=16_384)
def _departures(seed: int, carrier: str, city: str) -> tuple[float, ...]:
    rng = stream(seed, "hub", carrier, city)
    night, dawn = 22 + rng.uniform(0, 1.9), 2.5 + rng.uniform(0, 2.5)
    noon, evening = 11 + rng.uniform(0, 3), 17 + rng.uniform(0, 3)
    return tuple(sorted((night, dawn, noon, evening)))
