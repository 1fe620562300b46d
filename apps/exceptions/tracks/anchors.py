"""Where a vehicle must have been: other tracks of it, and the fences it stops at.

An anchor is the offset of a fix from the place that other evidence gives for the same moment. At
a fix a minute, movement alone cannot tell a shift of some hundred metres from a drive; anchors
can, and only they and the route can tell that a whole track is shifted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apps.exceptions.tracks.steps import Bools, Floats, Ints, displacement, runs
from apps.exceptions.tracks.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Fence:
    """A depot or a destination: a circle (WGS-84 degrees, metres) in which vehicles stop."""

    lat: float
    lon: float
    radius: float


@dataclass(frozen=True, slots=True)
class Anchors:
    """Per row of a track, metres east and north off the place it should be at; NaN: not known.

    ``width`` is how well that place itself is known (metres, one sigma).
    """

    east: Floats
    north: Floats
    width: Floats

    def of_rows(self, rows: Ints) -> Anchors:
        """Return the anchors of some rows only."""
        return Anchors(self.east[rows], self.north[rows], self.width[rows])

    def forget(self, rows: Ints) -> None:
        """Take the places of these rows as no longer known."""
        self.east[rows] = np.nan

    def known(self) -> Ints:
        """Return the rows of which the place is known."""
        return np.flatnonzero(np.isfinite(self.east))

    def gain(self, rows: Ints, east: Floats | float, north: Floats | float, slack: float) -> float:
        """Return the log odds that these rows were shifted by that vector (metres).

        Neighbouring fixes err alike: however many there are, they count as a few.
        """
        at = rows[np.isfinite(self.east[rows])]
        if not len(at):
            return 0.0
        east, north = np.broadcast_to(east, len(rows)), np.broadcast_to(north, len(rows))
        chosen = np.isfinite(self.east[rows])
        now = np.hypot(self.east[at], self.north[at])
        then = np.hypot(self.east[at] - east[chosen], self.north[at] - north[chosen])
        width = self.width[at]
        odds = log_near(then, np.hypot(width, slack)) - log_near(now, width)
        return float(odds.mean()) * min(len(at), MOST_INDEPENDENT)


MOST_INDEPENDENT = 4
STRAY_SHARE, STRAY_METRES = 0.05, 3000.0


def log_near(distance: Floats, width: Floats) -> Floats:
    """Return the log density of an offset: near the place, or with some share anywhere."""
    near = np.exp(-0.5 * (distance / width) ** 2) / (2 * np.pi * width * width)
    far = STRAY_SHARE / (np.pi * STRAY_METRES**2)
    return np.log((1 - STRAY_SHARE) * near + far)


def sibling_anchors(
    t: Floats,
    lat: Floats,
    lon: Floats,
    siblings: Sequence[tuple[Floats, Floats, Floats]],
    limits: Thresholds,
) -> Anchors:
    """Return the offsets from other tracks (t, lat, lon) of the same vehicle at the same time."""
    east, north = np.full(len(t), np.nan), np.full(len(t), np.nan)
    width = np.full(len(t), limits.sibling_width)
    for other_t, other_lat, other_lon in siblings:
        if len(other_t) < 2:
            continue
        order = np.argsort(other_t, kind="stable")
        times = other_t[order]
        near = np.clip(np.searchsorted(times, t), 1, len(times) - 1)
        bracketed = (t >= times[0]) & (t <= times[-1])
        bracketed &= times[near] - times[near - 1] <= limits.sibling_gap
        there = np.interp(t, times, other_lat[order]), np.interp(t, times, other_lon[order])
        dx, dy = displacement(*there, lat, lon)
        fresh = bracketed & np.isnan(east)
        east[fresh], north[fresh] = dx[fresh], dy[fresh]
        between = _unsure(t, times, near, other_lat[order], other_lon[order])
        width[fresh] = np.hypot(limits.sibling_width, between)[fresh]
    return Anchors(east, north, width)


def _unsure(t: Floats, times: Floats, near: Ints, lat: Floats, lon: Floats) -> Floats:
    """Return how far a vehicle may be from the line between two of its fixes (metres).

    Half the length of the step in its middle, nothing at its ends.
    """
    step = np.hypot(*displacement(lat[near - 1], lon[near - 1], lat[near], lon[near]))
    share = (t - times[near - 1]) / np.maximum(times[near] - times[near - 1], 1e-9)
    return 2.0 * step * np.clip(share * (1.0 - share), 0.0, 0.25)


def fence_anchors(
    t: Floats, lat: Floats, lon: Floats, fences: Sequence[Fence], limits: Thresholds
) -> Anchors:
    """Return the offsets of standing fixes from the nearest fence within reach."""
    east, north = np.full(len(t), np.nan), np.full(len(t), np.nan)
    standing = stops(t, lat, lon, limits)
    if not len(fences) or not standing.any():
        return Anchors(east, north, np.full(len(t), limits.fence_width))
    rows = np.flatnonzero(standing)
    best = np.full(len(rows), limits.fence_reach)
    for fence in fences:
        dx, dy = displacement(np.full(1, fence.lat), np.full(1, fence.lon), lat[rows], lon[rows])
        away = np.hypot(dx, dy)
        outside = np.maximum(away - fence.radius, 0.0) / np.maximum(away, 1e-9)
        nearer = away < best
        best[nearer] = away[nearer]
        east[rows[nearer]] = (dx * outside)[nearer]
        north[rows[nearer]] = (dy * outside)[nearer]
    return Anchors(east, north, np.full(len(t), limits.fence_width))


def stops(t: Floats, lat: Floats, lon: Floats, limits: Thresholds) -> Bools:
    """Tell which rows belong to a stop: slow steps for long enough."""
    if len(t) < 2:
        return np.zeros(len(t), bool)
    length = np.hypot(*displacement(lat[:-1], lon[:-1], lat[1:], lon[1:]))
    with np.errstate(invalid="ignore", divide="ignore"):
        slow = length / np.maximum(np.diff(t), 1.0) < limits.stop_pace
    out = np.zeros(len(t), bool)
    for first, last in zip(*runs(slow), strict=True):
        if t[last + 1] - t[first] >= limits.stop_seconds:
            out[first : last + 2] = True
    return out
