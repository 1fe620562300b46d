"""A whole track in the wrong coordinates: no step shows it, only what lies outside the track.

The places of the route, of the fences and of other tracks of the vehicle are compared with the
track as it is and as it would be, had it been GCJ-02 or BD-09.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, log, radians

import numpy as np

from apps.core.geo.coordinates import wgs84_to_gcj02
from apps.exceptions.tracks.anchors import Anchors
from apps.exceptions.tracks.pairs import SYSTEMS
from apps.exceptions.tracks.route import RoutePlan
from apps.exceptions.tracks.steps import EARTH_METRES, Floats, displacement
from apps.exceptions.tracks.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class WholeShift:
    """The system a whole track was in, the mean offset (metres) and the log odds."""

    kind: str
    metres: float
    score: float


SURE_SHARE = 0.15


def whole_shift(
    lat: Floats, lon: Floats, plan: RoutePlan | None, anchors: list[Anchors], limits: Thresholds
) -> WholeShift | None:
    """Return the coordinate system that explains the offsets of the whole track, if one does.

    ``plan`` holds the route beside the track as it is. The system must beat the track as it is by
    ``whole_floor`` and bring what was off by about the offset of the place to within a third of
    it. A track that lies nearer to everything known than a part of the offset needs no arithmetic.
    """
    best = None
    off = [float(np.median(np.hypot(one.east, one.north)[one.known()])) for one in anchors]
    if plan is not None:
        off.append(plan.usual_miss)
    middle = float(lat[len(lat) // 2]), float(lon[len(lon) // 2])
    if not off or max(off) < SURE_SHARE * offset_metres(*middle):
        return None
    for kind, undo in SYSTEMS.items():
        right = undo(lat, lon)
        east, north = displacement(right[0], right[1], lat, lon)
        metres = float(np.hypot(east, north).mean())
        if metres < limits.least_offset:
            continue
        score, left = 0.0, []
        for one in anchors:
            rows = one.known()
            score += one.gain(rows, east[rows], north[rows], 0.0)
            rest = np.hypot(one.east[rows] - east[rows], one.north[rows] - north[rows])
            left.append(float(np.median(rest)))
        if plan is not None:
            left.append(plan.beside(*right).usual_miss)
            score += limits.whole_route * log(max(plan.usual_miss, 1.0) / max(left[-1], 1.0))
        if max(left) > metres / 3 or score < limits.whole_floor:
            continue
        if max(off) < metres / 4 or (best is not None and score <= best.score):
            continue
        best = WholeShift(kind, metres, score)
    return best


def offset_metres(lat: float, lon: float) -> float:
    """Return how far GCJ-02 lies from WGS-84 at a place (metres); BD-09 lies farther."""
    east, north = wgs84_to_gcj02(lon, lat)
    return EARTH_METRES * hypot(radians(north - lat), radians(east - lon) * cos(radians(lat)))
