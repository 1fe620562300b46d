"""The cheap first look: which tracks cannot hold any fault of movement.

A shift of a row changes the step into it against the steps around, whatever its cause. Where no
step lies far from the mean of its neighbours, nothing repeats, and the planned waypoints were
passed, there is nothing to score.
"""

from __future__ import annotations

import numpy as np

from apps.core.geo.coordinates import wgs84_to_gcj02_arrays
from apps.exceptions.tracks.batch import Batch
from apps.exceptions.tracks.model import Context
from apps.exceptions.tracks.steps import Bools, Floats, Ints, Walk, ahead, displacement
from apps.exceptions.tracks.thresholds import Thresholds


def unclean(walk: Walk, owner: Ints, batch: Batch, limits: Thresholds) -> Bools:
    """Tell which tracks must be looked at; ``owner`` is the track of each row of the walk."""
    out = np.zeros(len(batch), bool)
    out[owner[restless(walk, limits, least_changes(batch, limits)[owner])]] = True
    for k in batch.routes:
        out[k] = True
    return out


def least_changes(batch: Batch, limits: Thresholds) -> Floats:
    """Return per track the smallest change of a step that a fault there could cause (metres).

    A taken GCJ-02 for WGS-84 shifts by the offset of the place, which is small in some.
    """
    at = np.minimum((batch.first[:-1] + batch.first[1:]) // 2, max(len(batch.t) - 1, 0))
    if not len(at) or not len(batch.t):
        return np.zeros(len(at))
    lat, lon = batch.lat[at], batch.lon[at]
    shifted = wgs84_to_gcj02_arrays(lat, lon)
    offset = np.hypot(*displacement(lat, lon, *shifted))
    return np.where(offset >= limits.least_offset, 0.5 * offset, np.inf)


def restless(walk: Walk, limits: Thresholds, least: Floats) -> Bools:
    """Tell which steps lie far from the mean of the steps on both sides, or are too fast.

    ``least`` is the smallest change to look for, per row (metres); where fixes are far apart in
    time a change may hide in one of speed, and less is enough.
    """
    frequent = walk.dt <= limits.gate_seconds
    bound = np.where(frequent, np.fmin(limits.gate_metres, least), limits.gate_metres_slow)
    bx = walk.dx - walk.dt * _beside(walk.dx / walk.dt)
    by = walk.dy - walk.dt * _beside(walk.dy / walk.dt)
    length2 = walk.dx * walk.dx + walk.dy * walk.dy
    fast = length2 > (limits.top_speed * walk.dt) ** 2
    return fast | (~np.isnan(walk.dt) & (bx * bx + by * by > bound * bound))


def _beside(velocity: Floats) -> Floats:
    """Return the mean of the velocities on both sides, or that of the side there is."""
    before, after = ahead(velocity, -1), ahead(velocity, 1)
    before = np.where(np.isnan(before), after, before)
    after = np.where(np.isnan(after), before, after)
    return np.nan_to_num(0.5 * (before + after))


def loud_steps(walk: Walk, expect: Context, limits: Thresholds) -> Bools:
    """Tell which steps may begin a jump: any that is long enough to be one."""
    least = limits.sizes("jump")[0]
    return ~np.isnan(walk.dt) & (np.hypot(walk.dx - expect.mx, walk.dy - expect.my) > 0.5 * least)
