"""How fixes are put right: pure arithmetic on arrays, WGS-84 degrees and epoch seconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from apps.core.geo.coordinates import bd09_to_wgs84_arrays, gcj02_to_wgs84_arrays

Floats = NDArray[np.float64]
METRES_A_DEGREE = 111_195.0
_CHUNK = 256


def unshift(latitude: Floats, longitude: Floats, system: str) -> tuple[Floats, Floats]:
    """Return WGS-84 of degrees that were in ``system`` (gcj02, bd09; others stay)."""
    undo = {"gcj02": gcj02_to_wgs84_arrays, "bd09": bd09_to_wgs84_arrays}.get(system)
    return (latitude, longitude) if undo is None else undo(latitude, longitude)


def usual_lag(happened: Floats, heard: Floats) -> float:
    """Return the seconds the reporter's clock is behind ours: the median of heard − happened."""
    return float(np.median(heard - happened)) if len(happened) else 0.0


def snap(latitude: Floats, longitude: Floats, route: Floats) -> tuple[Floats, Floats]:
    """Return the nearest place on the planned route (rows of latitude, longitude) to each fix.

    Flat about each fix, which is exact to a metre for distances up to some ten kilometres.
    """
    out = np.empty((len(latitude), 2))
    for first in range(0, len(latitude), _CHUNK):
        rows = slice(first, first + _CHUNK)
        out[rows] = _snap(latitude[rows], longitude[rows], route)
    return out[:, 0], out[:, 1]


def _snap(latitude: Floats, longitude: Floats, route: Floats) -> Floats:
    shrink = np.cos(np.radians(latitude))[:, None]
    y = (route[None, :, 0] - latitude[:, None]) * METRES_A_DEGREE
    x = (route[None, :, 1] - longitude[:, None]) * METRES_A_DEGREE * shrink
    ax, ay = x[:, :-1], y[:, :-1]
    bx, by = np.diff(x, axis=1), np.diff(y, axis=1)
    along = np.clip(-(ax * bx + ay * by) / np.maximum(bx * bx + by * by, 1e-9), 0.0, 1.0)
    cx, cy = ax + along * bx, ay + along * by
    best = np.hypot(cx, cy).argmin(axis=1)[:, None]
    east = np.take_along_axis(cx, best, axis=1)[:, 0]
    north = np.take_along_axis(cy, best, axis=1)[:, 0]
    return np.stack(
        (
            latitude + north / METRES_A_DEGREE,
            longitude + east / (METRES_A_DEGREE * shrink[:, 0]),
        ),
        axis=1,
    )
