"""A whole track in the wrong coordinates: no step shows it, only what lies outside the track.

The places of the route, of the fences and of other tracks of the vehicle are compared with the
track as it is and as it would be, had it been GCJ-02 or BD-09.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.exceptions.tracks.anchors import Anchors
from apps.exceptions.tracks.pairs import SYSTEMS
from apps.exceptions.tracks.route import RoutePlan
from apps.exceptions.tracks.steps import Floats, displacement
from apps.exceptions.tracks.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class WholeShift:
    """The system a whole track was in, the mean offset (metres) and the log odds."""

    kind: str
    metres: float
    score: float


def whole_shift(
    lat: Floats, lon: Floats, route: Floats | None, anchors: list[Anchors], limits: Thresholds
) -> WholeShift | None:
    """Return the coordinate system that explains the offsets of the whole track, if one does.

    It must beat the track as it is by ``whole_floor`` and bring what was off by about the offset
    of the place to within a third of it.
    """
    best = None
    for kind, undo in SYSTEMS.items():
        right = undo(lat, lon)
        east, north = displacement(right[0], right[1], lat, lon)
        metres = float(np.hypot(east, north).mean())
        if metres < limits.least_offset:
            continue
        score, off, left = 0.0, [], []
        for one in anchors:
            rows = one.known()
            if len(rows):
                score += one.gain(rows, east[rows], north[rows], 0.0)
                off.append(float(np.median(np.hypot(one.east[rows], one.north[rows]))))
                rest = np.hypot(one.east[rows] - east[rows], one.north[rows] - north[rows])
                left.append(float(np.median(rest)))
        if route is not None:
            now, then = _off_route(route, lat, lon, limits), _off_route(route, *right, limits)
            off.append(now)
            left.append(then)
            score += limits.whole_route * float(np.log(max(now, 1.0) / max(then, 1.0)))
        if not off or max(left) > metres / 3 or score < limits.whole_floor:
            continue
        if max(off) < metres / 4 or (best is not None and score <= best.score):
            continue
        best = WholeShift(kind, metres, score)
    return best


def _off_route(route: Floats, lat: Floats, lon: Floats, limits: Thresholds) -> float:
    return float(np.median(RoutePlan.of(route, lat, lon, limits).missed()))
