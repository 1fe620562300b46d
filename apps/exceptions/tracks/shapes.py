"""Faults with a shape of their own: a frozen fix, a straight flight, a fix that swings to and fro.

Each function looks at all tracks at once and returns stretches as (first, last) positions of the
walk, inclusive. They come before the pairs of ``pairs.py``, whose contexts such rows would spoil.
"""

from __future__ import annotations

import numpy as np

from apps.exceptions.tracks.steps import Bools, Floats, Ints, Walk, ahead, runs
from apps.exceptions.tracks.thresholds import Thresholds

SAME_PLACE_METRES = 0.05


def frozen(walk: Walk, usual: Floats, limits: Thresholds) -> tuple[Ints, Ints]:
    """Return stretches that repeat one place to the digit and end far away.

    A parked receiver wanders by metres; one that hangs repeats its last fix while the vehicle
    drives on, so that the step out of the stretch is longer than a start from rest.
    """
    still = (np.abs(walk.dx) < SAME_PLACE_METRES) & (np.abs(walk.dy) < SAME_PLACE_METRES)
    first, last = runs(still & ~np.isnan(walk.dt))
    leave = last + 1
    inside = leave < len(walk)
    first, last, leave = first[inside], last[inside], leave[inside]
    length = np.hypot(walk.dx[leave], walk.dy[leave])
    waited = walk.dt[leave] > limits.gap_ratio * usual[leave]
    after = np.minimum(leave + 1, len(walk) - 1)
    back = np.hypot(walk.dx[leave] + walk.dx[after], walk.dy[leave] + walk.dy[after])
    good = (
        ~np.isnan(walk.dt[leave])
        & (back >= 0.5 * limits.frozen_exit)
        & (last - first + 1 >= limits.frozen_rows)
        & (walk.t[last] - walk.t[first - 1] >= limits.frozen_seconds)
        & (length >= limits.frozen_exit)
        & (~waited | (length / walk.dt[leave] >= limits.frozen_exit_speed))
    )
    return first[good], last[good]


def straight_flights(walk: Walk, limits: Thresholds) -> tuple[Ints, Ints]:
    """Return stretches of steps faster than the vehicle can be, all in one direction and pace."""
    vx, vy = walk.dx / walk.dt, walk.dy / walk.dt
    speed = np.hypot(vx, vy)
    change = np.hypot(ahead(vx, 1) - vx, ahead(vy, 1) - vy)
    with np.errstate(invalid="ignore"):
        fast = speed > limits.top_speed
        level = (
            fast & (ahead(speed, 1) > limits.top_speed) & (change < limits.flight_wobble * speed)
        )
    first, last = runs(level)
    good = last - first + 1 >= limits.flight_pairs
    return first[good], last[good] + 1


def swings(walk: Walk, limits: Thresholds) -> tuple[Ints, Ints]:
    """Return stretches whose rows lie alternately here and there, the same way off each time."""
    sx, sy = 0.5 * (walk.dx - ahead(walk.dx, 1)), 0.5 * (walk.dy - ahead(walk.dy, 1))
    size = np.hypot(sx, sy)
    nx, ny, after = -ahead(sx, 1), -ahead(sy, 1), ahead(size, 1)
    least = np.maximum(limits.swing_metres, limits.swing_pace * np.nan_to_num(walk.dt))
    with np.errstate(invalid="ignore", divide="ignore"):
        alike = (sx * nx + sy * ny) >= limits.swing_likeness * size * after
        equal = np.minimum(size, after) >= limits.swing_equality * np.maximum(size, after)
        large = np.minimum(size, after) >= least
    one = ~np.isnan(walk.dt) & ~np.isnan(ahead(walk.dt, 2))
    first, last = runs(alike & equal & large & one)
    good = last - first + 1 >= limits.swing_pairs
    return first[good], last[good] + 1


def numbers(walk: Walk, kind: str, first: int, last: int) -> dict[str, float]:
    """Return what a person can check about a stretch: metres, seconds, metres per second."""
    length = np.hypot(walk.dx[first : last + 2], walk.dy[first : last + 2])
    inside = length[: last + 1 - first]
    if kind == "speed":
        seconds = float(walk.dt[first : last + 1].sum())
        return {"speed": float(inside.sum()) / seconds}
    if kind == "frozen":
        waited = float(walk.t[last] - walk.t[first - 1])
        return {"seconds": waited, "metres": float(length[-1])}
    return {"metres": float(np.median(inside))}


def fast_steps(walk: Walk, limits: Thresholds) -> Bools:
    """Tell which steps are faster than the vehicle can be."""
    with np.errstate(invalid="ignore"):
        return np.hypot(walk.dx, walk.dy) > limits.top_speed * walk.dt
