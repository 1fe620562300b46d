"""What couriers' devices report by themselves: batches for the portal's ``POST /api/v1/positions``.

Pure: fixes in, batches out. A device sends each fix at once or in batches of up to 20, over a
network that takes 0.5 to 20 s; the portal hears it then, and the device's clock may be wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

from apps.sandbox.fixes import Fix
from apps.sandbox.places import find_place
from apps.sandbox.plan import Plan
from apps.sandbox.projections import BD09, GCJ02, Place, moved, to_lbs
from apps.sandbox.ride_path import Way, make_way, place_on
from apps.sandbox.rng import stream, weighted
from apps.sandbox.streets import street_in

SYSTEMS = (("wgs84", 0.5), ("gcj02", 0.35), ("bd09", 0.15))
LBS = {"gcj02": GCJ02, "bd09": BD09}
AT_ONCE_SHARE = 0.5
LARGEST_BATCH = 20
NETWORK_S = (0.5, 20.0)
ROUND_PING_S = 30
ROUND_STOPS = 4
LONGEST_ROUND_S = 4 * 3600
OUT_FOR_DELIVERY = "5"


@dataclass(frozen=True, slots=True)
class Batch:
    """One request: when it reaches the portal (world epoch seconds), and its JSON body."""

    sent_at: int
    body: dict[str, Any]


def plan_batches(
    fixes: Sequence[Fix], *, seed: int, shipment: str, device: str
) -> tuple[Batch, ...]:
    """The requests of one device for one shipment, in the order of sending.

    ``shipment`` is whatever the portal finds it by: its own reference, uid or carrier number. The
    device declares its coordinate system; a false one is a fault of the fixes, not of this.
    """
    rng = stream(seed, "courier-app", shipment, device)
    system = weighted(rng, SYSTEMS)
    size = 1 if rng.random() < AT_ONCE_SHARE else rng.randint(2, LARGEST_BATCH)
    batches, heard = [], 0
    for first in range(0, len(fixes), size):
        part = fixes[first : first + size]
        delay = rng.uniform(*NETWORK_S)
        heard = max(heard, round(max(fix.at for fix in part) + delay))
        rows = [_position(fix, shipment=shipment, device=device, system=system) for fix in part]
        batches.append(Batch(heard, {"positions": rows}))
    return tuple(batches)


def _position(fix: Fix, *, shipment: str, device: str, system: str) -> dict[str, Any]:
    lng, lat = to_lbs(fix.place, LBS[system]) if system in LBS else fix.place
    return {
        "shipment": shipment,
        "at": dt.datetime.fromtimestamp(fix.clock, dt.UTC).isoformat(),
        "lat": round(lat, 6),
        "lon": round(lng, 6),
        "system": system,
        "accuracy_m": fix.accuracy,
        "device": device,
        "speed_mps": fix.speed,
    }


def round_fixes(plan: Plan, *, seed: int) -> tuple[Fix, ...]:
    """The fixes of the courier who has a parcel out for delivery, from the depot to the door.

    A few streets of the parcel's real district are visited before; empty for a parcel that is
    never out for delivery in China, or whose round would be longer than four hours.
    """
    out = next((node for node in plan.nodes if node.code == OUT_FOR_DELIVERY), None)
    if out is None:
        return ()
    end = next((node.at for node in plan.nodes if node.at > out.at), out.at)
    division = find_place(out.area or plan.destination)
    if division is None or not 0 < end - out.at <= LONGEST_ROUND_S:
        return ()
    rng = stream(seed, "courier-round", plan.carrier, plan.number)
    names = [f"{plan.carrier}-depot", *(f"{plan.number}-{stop}" for stop in range(ROUND_STOPS))]
    stops = [street_in(division, name, seed=seed) for name in names]
    fixes: list[Fix] = []
    legs = _legs(rng, stops, out.at, end)
    for at in range(out.at, end + 1, ROUND_PING_S):
        start, since, way = max((leg for leg in legs if leg[1] <= at), key=lambda leg: leg[1])
        place = place_on(way, start, at - since)
        seen = moved(place, rng.gauss(0, 3), rng.gauss(0, 3))
        fixes.append(Fix(at, at, seen, round(rng.uniform(4, 25), 1), round(rng.uniform(0, 6), 1)))
    return tuple(fixes)


def _legs(
    rng: Random, stops: Sequence[Place], starts: int, ends: int
) -> list[tuple[Place, int, Way]]:
    """Legs between the stops with pauses, fitted into the round's time."""
    ways = [make_way(rng, a, b) for a, b in pairwise(stops)]
    riding = sum(way[-1][0] for way in ways)
    spare = ends - starts - riding
    factor = min(1.0, (ends - starts) / riding) if riding else 1.0
    legs: list[tuple[Place, int, Way]] = []
    at = float(starts)
    for start, way in zip(stops, ways, strict=False):
        quick = [(seconds * factor, east, north) for seconds, east, north in way]
        legs.append((start, int(at), quick))
        at += quick[-1][0] + max(0.0, spare) / len(ways)
    return legs
