"""Some shoppers of the demo live in the shop's own city and want it within the hour: a ride.

The demo's shops stand at fixed corners of their cities; a shop that is not listed sends no riders.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from apps.sandbox.places import Place, districts_of, find_place
from apps.sandbox.projections import GCJ02, metres_between, moved, to_lbs
from apps.sandbox.rng import stream

RIDE_RATE = 0.1
FARTHEST_M = 9_000.0
ROUND_THE_CENTRE_M = 1_200.0
STREETS = ("文三路", "人民路", "学府路", "滨河大道", "新华路", "科技路")


@dataclass(frozen=True, slots=True)
class Corner:
    """Where a shop hands parcels to riders: its city's division code and its place (WGS-84)."""

    city: str
    longitude: float
    latitude: float


CORNERS = {
    "yunshang": Corner("330100", 120.1065, 30.2843),
    "jike": Corner("440300", 113.9462, 22.5405),
}


def perhaps_ride(
    body: dict[str, Any], *, seed: int, shop: str, run: str, sequence: int
) -> dict[str, Any]:
    """The order as it is, or now and then one for a rider; the same arguments, the same order."""
    rng = stream(seed, "ride-shopper", shop, run, sequence)
    corner = CORNERS.get(shop)
    if corner is None or rng.random() >= RIDE_RATE:
        return body
    return make_ride_order(body, corner, rng)


def make_ride_order(body: dict[str, Any], corner: Corner, rng: Random) -> dict[str, Any]:
    """The order changed to one that a rider takes across the shop's city."""
    start = (corner.longitude, corner.latitude)
    near = [place for place in _districts(corner) if _metres(start, place) <= FARTHEST_M]
    place = rng.choice(near or _districts(corner))
    door = moved(
        (place.longitude, place.latitude),
        rng.uniform(-ROUND_THE_CENTRE_M, ROUND_THE_CENTRE_M),
        rng.uniform(-ROUND_THE_CENTRE_M, ROUND_THE_CENTRE_M),
    )
    recipient = {
        "name": "同城顾客",
        "phone": f"138001{rng.randrange(100_000):05d}",
        "address": f"{place.full_name}{rng.choice(STREETS)}{rng.randrange(1, 400)}号",
    }
    kept = {name: value for name, value in body.items() if name not in {"carrier", "customs"}}
    return {
        **kept,
        "currency": "CNY",
        "recipient": recipient,
        "service": "same_city",
        "ride": {"pickup": _point(start), "dropoff": _point(door), "system": "gcj02"},
    }


def _districts(corner: Corner) -> list[Place]:
    codes = districts_of(corner.city)
    return [place for code in codes if (place := find_place(code)) is not None]


def _metres(start: tuple[float, float], place: Place) -> float:
    return metres_between(start, (place.longitude, place.latitude))


def _point(place: tuple[float, float]) -> dict[str, float]:
    longitude, latitude = to_lbs(place, GCJ02)
    return {"lat": round(latitude, 6), "lon": round(longitude, 6)}
