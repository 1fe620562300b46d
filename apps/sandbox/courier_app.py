"""What couriers' devices report by themselves: batches for the portal's ``POST /api/v1/positions``.

Pure: fixes in, batches out. A device sends each fix at once or in batches of up to 20, over a
network that takes 0.5 to 20 s; the portal hears it then, and the device's clock may be wrong.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.sandbox.fixes import Fix
from apps.sandbox.projections import BD09, GCJ02, to_lbs
from apps.sandbox.rng import stream, weighted

SYSTEMS = (("wgs84", 0.5), ("gcj02", 0.35), ("bd09", 0.15))
LBS = {"gcj02": GCJ02, "bd09": BD09}
AT_ONCE_SHARE = 0.5
LARGEST_BATCH = 20
NETWORK_S = (0.5, 20.0)


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
