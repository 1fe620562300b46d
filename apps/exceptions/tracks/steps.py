"""Rows of many tracks laid end to end, and the steps between them.

Step ``k`` leads from row ``k - 1`` to row ``k``; at the first row of a track there is none and
``dt`` is NaN. Lengths are metres east and north in the tangent plane at the middle of the step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

EARTH_METRES = 6371008.8
SHORTEST_SECONDS = 0.5


@dataclass(slots=True)
class Walk:
    """Rows in order of time; ``row`` is the caller's row and ``track`` its track."""

    row: Ints
    track: Ints
    t: Floats
    lat: Floats
    lon: Floats
    dt: Floats
    dx: Floats
    dy: Floats

    def __len__(self) -> int:
        return len(self.row)


def displacement(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> tuple[Floats, Floats]:
    """Return metres east and north from the first place to the second (degrees)."""
    east = np.remainder(lon2 - lon1 + 180.0, 360.0) - 180.0
    width = np.cos(np.radians(0.5 * (lat1 + lat2)))
    return np.radians(east) * width * EARTH_METRES, np.radians(lat2 - lat1) * EARTH_METRES


def moved(
    lat: Floats, lon: Floats, east: Floats | float, north: Floats | float
) -> tuple[Floats, Floats]:
    """Return the places (degrees) that lie metres east and north of the given ones."""
    return (
        lat + np.degrees(north / EARTH_METRES),
        lon + np.degrees(east / (EARTH_METRES * np.cos(np.radians(lat)))),
    )


def walk_of(row: Ints, track: Ints, t: Floats, lat: Floats, lon: Floats) -> Walk:
    """Lay rows, already ordered by track and time, end to end and measure their steps."""
    dt = np.full(len(row), np.nan)
    dx, dy = np.zeros(len(row)), np.zeros(len(row))
    if len(row) > 1:
        dt[1:] = np.where(
            track[1:] == track[:-1], np.maximum(t[1:] - t[:-1], SHORTEST_SECONDS), np.nan
        )
        dx[1:], dy[1:] = displacement(lat[:-1], lon[:-1], lat[1:], lon[1:])
    return Walk(row, track, t, lat, lon, dt, dx, dy)


def runs(mask: Bools) -> tuple[Ints, Ints]:
    """Return first and last index (inclusive) of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return edges[::2], edges[1::2] - 1


def ahead(values: Floats, by: int) -> Floats:
    """Return ``values`` shifted so that element ``k`` is that of ``k + by``; NaN beyond the end."""
    out = np.full(len(values), np.nan)
    if by >= 0:
        out[: len(values) - by] = values[by:]
    else:
        out[-by:] = values[:by]
    return out
