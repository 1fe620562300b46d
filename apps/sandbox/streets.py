"""Where an address lies: the centre of its real district and a street's offset of its own."""

from __future__ import annotations

import math

from apps.core.geo import gcj02_to_wgs84
from apps.sandbox import places
from apps.sandbox.projections import Place, moved
from apps.sandbox.rng import stream

NEAREST_M, FARTHEST_M = 150.0, 2_500.0


def place_of(address: str, *, seed: int) -> Place | None:
    """A WGS-84 place for an address, the same for the same words; None without a division."""
    division = places.read_address(address)
    return street_in(division, address, seed=seed) if division is not None else None


def street_in(division: places.Place, words: str, *, seed: int) -> Place:
    """A place within a walk or a ride of the division's centre."""
    rng = stream(seed, "street", division.code, "".join(words.split()))
    centre = gcj02_to_wgs84(division.longitude, division.latitude)
    metres = NEAREST_M + (FARTHEST_M - NEAREST_M) * math.sqrt(rng.random())
    angle = rng.uniform(0, 2 * math.pi)
    return moved(centre, metres * math.cos(angle), metres * math.sin(angle))
