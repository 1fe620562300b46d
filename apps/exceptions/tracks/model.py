"""How likely a step is, given how the vehicle moved before and after it.

The step is expected to be the mean of the velocities on both sides times its interval. What is
left over, along and across the direction of travel, is Student-t; both widths are log-linear in
the features below. The coefficients come from ``fit`` on tracks without known faults; docs/
trajectories.md says which, and how far they carry to people they were not fitted on.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi
from typing import NamedTuple

import numpy as np

from apps.exceptions.tracks.steps import Floats, Ints, Walk, ahead

HALF_WINDOW = 6
SLOW = 0.3
LOG_TWO_PI = log(2 * pi)
FREEDOM_LEAST, FREEDOM_MOST = 1.2, 20.0


@dataclass(frozen=True, slots=True)
class StepModel:
    """Coefficients of the log widths (metres) along and across, and of the degrees of freedom.

    The faster the vehicle, the less often it surprises: log freedom is linear in the log speed.
    """

    along: tuple[float, ...]
    across: tuple[float, ...]
    freedom: tuple[float, float]


class Spread(NamedTuple):
    """Squared widths of a distribution as a matrix in east and north."""

    xx: Floats
    xy: Floats
    yy: Floats

    def plus(self, other: Spread) -> Spread:
        """Return the spread of the sum of both."""
        return Spread(self.xx + other.xx, self.xy + other.xy, self.yy + other.yy)

    def widened(self, square: Floats) -> Spread:
        """Return the spread with that much added in every direction (square metres)."""
        return Spread(self.xx + square, self.xy, self.yy + square)

    def over(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return the matrix's inverse times the vector."""
        det = self.xx * self.yy - self.xy * self.xy
        return (self.yy * x - self.xy * y) / det, (self.xx * y - self.xy * x) / det

    def times(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return the matrix times the vector."""
        return self.xx * x + self.xy * y, self.xy * x + self.yy * y


class Setting(NamedTuple):
    """What surrounds a step: local pace and unsteadiness (m/s), usual interval (seconds)."""

    pace: Floats
    bend: Floats
    usual: Floats


@dataclass(slots=True)
class Context:
    """What is expected of each step: mean (metres) and spread."""

    mx: Floats
    my: Floats
    spread: Spread
    freedom: Floats

    def log_density(self, dx: Floats, dy: Floats) -> Floats:
        """Return the log density (per square metre) of steps ``dx, dy``."""
        return log_t(dx - self.mx, dy - self.my, self.spread, self.freedom)

    def take(self, index: Ints) -> Context:
        """Return the context of the chosen steps."""
        spread = Spread(*(part[index] for part in self.spread))
        return Context(self.mx[index], self.my[index], spread, self.freedom[index])


def log_t(ex: Floats, ey: Floats, spread: Spread, freedom: Floats) -> Floats:
    """Return the log density of the two-dimensional Student-t with that matrix of widths."""
    xx, xy, yy = spread
    det = xx * yy - xy * xy
    q = (yy * ex * ex - 2 * xy * ex * ey + xx * ey * ey) / det
    return -LOG_TWO_PI - 0.5 * np.log(det) - (freedom / 2 + 1) * np.log1p(q / freedom)


def local(walk: Walk) -> tuple[Floats, Floats]:
    """Return the local pace and the local unsteadiness (both m/s) about every step.

    Pace is the median speed of the steps around; unsteadiness the median of how far a step's
    velocity lies from the mean of its neighbours, the three nearest left out.
    """
    vx, vy = walk.dx / walk.dt, walk.dy / walk.dt
    speed = np.hypot(vx, vy)
    bend = np.hypot(
        vx - 0.5 * (ahead(vx, -1) + ahead(vx, 1)), vy - 0.5 * (ahead(vy, -1) + ahead(vy, 1))
    )
    return _rank(walk, speed, 0.5, hole=0), _rank(walk, bend, 0.45, hole=1)


def _rank(walk: Walk, values: Floats, level: float, hole: int) -> Floats:
    """Return a quantile of ``values`` in the window of every step, its middle left out."""
    n = len(values)
    width = 2 * HALF_WINDOW + 1
    padded = np.concatenate((np.full(HALF_WINDOW, np.nan), values, np.full(HALF_WINDOW, np.nan)))
    tracks = np.concatenate((np.full(HALF_WINDOW, -1), walk.track, np.full(HALF_WINDOW, -1)))
    window = np.lib.stride_tricks.sliding_window_view(padded, width)
    same = np.lib.stride_tricks.sliding_window_view(tracks, width) == walk.track[:, None]
    kept = np.where(same & ~np.isnan(window), window, np.inf)
    kept[:, HALF_WINDOW - hole : HALF_WINDOW + hole + 1] = np.inf
    kept.sort(axis=1)
    count = np.isfinite(kept).sum(axis=1)
    at = np.maximum((level * (count - 1)).astype(int), 0)
    found = kept[np.arange(n), at]
    return np.where(count > 0, found, 0.0)


def features(
    dt: Floats,
    before: tuple[Floats, Floats],
    after: tuple[Floats, Floats],
    setting: Setting,
) -> tuple[Floats, Floats, Floats]:
    """Return the matrix of features and the expected velocity (m/s east, north)."""
    bx, by = before
    ax, ay = after
    no_before, no_after = np.isnan(bx), np.isnan(ax)
    one_sided = (no_before | no_after).astype(float)
    bx, by = np.where(no_before, ax, bx), np.where(no_before, ay, by)
    ax, ay = np.where(no_after, bx, ax), np.where(no_after, by, ay)
    ux, uy = 0.5 * (bx + ax), 0.5 * (by + ay)
    turn = np.hypot(ax - bx, ay - by)
    speed = 0.5 * (np.hypot(bx, by) + np.hypot(ax, ay))
    log_dt, log_speed = np.log(dt), np.log(SLOW + speed)
    columns = (
        np.ones(len(dt)),
        log_speed,
        log_dt,
        log_dt**2 / 10,
        log_speed**2 / 10,
        log_speed * log_dt / 10,
        np.log(SLOW + turn),
        np.log(SLOW + setting.pace),
        np.log(SLOW + setting.bend),
        np.log(np.maximum(dt / setting.usual, 1.0)),
        one_sided,
    )
    return np.stack(columns, axis=1), ux, uy


def freedom_of(model: StepModel, matrix: Floats) -> Floats:
    """Return the degrees of freedom of steps with these features."""
    head, slope = model.freedom
    return np.clip(np.exp(head + slope * matrix[:, 1]), FREEDOM_LEAST, FREEDOM_MOST)


def context(
    model: StepModel,
    dt: Floats,
    before: tuple[Floats, Floats],
    after: tuple[Floats, Floats],
    setting: Setting,
) -> Context:
    """Return what is expected of steps of ``dt`` seconds between the given velocities."""
    matrix, ux, uy = features(dt, before, after, setting)
    along = np.exp(matrix @ np.array(model.along)) ** 2
    across = np.exp(matrix @ np.array(model.across)) ** 2
    speed = np.hypot(ux, uy)
    still = speed < 1e-9
    cx = np.where(still, 1.0, ux / np.where(still, 1.0, speed))
    cy = np.where(still, 0.0, uy / np.where(still, 1.0, speed))
    spread = Spread(
        along * cx * cx + across * cy * cy,
        (along - across) * cx * cy,
        along * cy * cy + across * cx * cx,
    )
    return Context(ux * dt, uy * dt, spread, freedom_of(model, matrix))
