"""The cheap first look: which tracks cannot hold any fault of movement.

A shift of a row changes the step into it against the steps around, whatever its cause. Where no
step lies far from the mean of its neighbours, nothing repeats, and the planned waypoints were
passed, there is nothing to score.
"""

from __future__ import annotations

import numpy as np

from apps.exceptions.tracks.batch import Batch
from apps.exceptions.tracks.model import Context
from apps.exceptions.tracks.steps import Bools, Floats, Ints, Walk, ahead
from apps.exceptions.tracks.thresholds import Thresholds


def unclean(walk: Walk, owner: Ints, batch: Batch, limits: Thresholds) -> Bools:
    """Tell which tracks must be looked at; ``owner`` is the track of each row of the walk."""
    out = np.zeros(len(batch), bool)
    out[owner[restless(walk, limits)]] = True
    for k in batch.routes:
        out[k] = True
    return out


def restless(walk: Walk, limits: Thresholds) -> Bools:
    """Tell which steps lie far from the mean of the steps on both sides."""
    bx = walk.dx - 0.5 * (np.nan_to_num(ahead(walk.dx, -1)) + np.nan_to_num(ahead(walk.dx, 1)))
    by = walk.dy - 0.5 * (np.nan_to_num(ahead(walk.dy, -1)) + np.nan_to_num(ahead(walk.dy, 1)))
    return ~np.isnan(walk.dt) & (bx * bx + by * by > limits.gate_metres**2)


def loud_steps(walk: Walk, expect: Context, base: Floats, limits: Thresholds) -> Bools:
    """Tell which steps may begin a jump: any that is long enough to be one."""
    least = 0.5 * limits.sizes("jump")[0]
    return ~np.isnan(walk.dt) & (np.hypot(walk.dx - expect.mx, walk.dy - expect.my) > 0.5 * least)
