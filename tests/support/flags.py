"""A full queue of review: rides on real riders' tracks in real cities, each with one fault.

The tracks are those of the sandbox (``apps/sandbox/tracks``); the detector raises the flags, so
what a page shows is what it will show.
"""

from __future__ import annotations

import datetime as dt
from random import Random

from apps.accounts.models import Merchant
from apps.core import clock
from apps.exceptions.models import Flag
from apps.exceptions.services import look_at_wanted
from apps.sandbox.faults.positions import spoil
from apps.sandbox.fixes import Fix
from apps.sandbox.projections import moved
from apps.sandbox.ride_path import all_tracks
from apps.shipments.models import Shipment
from apps.shipments.services import plan_route, store_positions
from tests.support.shipments import make_shipment

DEPOTS = ((120.1551, 30.2741), (116.4074, 39.9042), (113.9304, 22.5333), (121.4737, 31.2304))
KINDS = ("drift", "jump", "teleport", "gcj", "frozen", "swap", "drift", "zero", "speed", "pingpong")
STEP_SECONDS = 5
ROWS = 160
FEWEST = 90


def plant_rides(merchant: Merchant, *, count: int, seed: int = 7, devices: int = 0) -> list[Flag]:
    """Store ``count`` rides with a fault each and let the detector look; return its flags."""
    rng = Random(seed)
    tracks = [track for track in all_tracks() if len(track) >= FEWEST]
    for number in range(count):
        ride(merchant, tracks[number % len(tracks)], number, rng, devices or count)
    while look_at_wanted(limit=100).tracks:
        pass
    return list(Flag.objects.filter(merchant=merchant).order_by("id"))


def ride(
    merchant: Merchant,
    track: tuple[tuple[float, float], ...],
    number: int,
    rng: Random,
    devices: int,
) -> Shipment:
    """Store one ride with the next kind of fault in it."""
    depot = DEPOTS[number % len(DEPOTS)]
    places = [moved(depot, east, north) for east, north in track[:ROWS]]
    begin = int(clock.now().timestamp()) - STEP_SECONDS * len(places) - 60
    sound = [Fix(begin + STEP_SECONDS * n, begin + STEP_SECONDS * n, place, 8.0, 5.0)
             for n, place in enumerate(places)]  # fmt: skip
    rows, _what = spoil(sound, KINDS[number % len(KINDS)], rng)
    shipment = make_shipment(
        merchant,
        status="out_for_delivery" if number % 3 else "in_transit",
        promise_from=clock.now() - dt.timedelta(hours=4),
        promise_to=clock.now() + dt.timedelta(hours=6 * (number % 7) - 3),
        created_at=clock.now() - dt.timedelta(hours=5),
        destination_code="330106000000",
    )
    route = [(longitude, latitude) for longitude, latitude in places[::12]] + [places[-1]]
    plan_route(
        shipment=shipment,
        latitudes=[latitude for _longitude, latitude in route],
        longitudes=[longitude for longitude, _latitude in route],
    )
    send(shipment, rows, f"rider-{number % devices + 1}")
    return shipment


def send(shipment: Shipment, rows: list[Fix], device: str) -> None:
    """Let the fixes of a ride arrive."""
    points = [
        {
            "shipment": shipment.uid, "device": device, "lat": fix.place[1], "lon": fix.place[0],
            "at": dt.datetime.fromtimestamp(fix.clock, dt.UTC).isoformat(),
            "accuracy_m": fix.accuracy,
        }
        for fix in rows
    ]  # fmt: skip
    store_positions(merchant_id=shipment.merchant_id, points=points)
