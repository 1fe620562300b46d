"""A step out and the step back: jumps, drifts and coordinate mix-ups found by both together.

Rows ``i`` to ``j - 1`` were shifted by ``S`` when step ``i`` holds it and step ``j`` its opposite.
Each hypothesis is scored against "nothing happened" by the step model: for GCJ-02 and BD-09 the
shift of that very place is known, for a drift and a jump it is whatever the two steps agree on and
pays for that with the density of such shifts. Scores are natural logarithms of odds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.core.geo.coordinates import (
    bd09_to_wgs84_arrays,
    gcj02_to_wgs84_arrays,
    wgs84_to_bd09_arrays,
    wgs84_to_gcj02_arrays,
)
from apps.exceptions.tracks.model import (
    LOG_TWO_PI,
    Context,
    Setting,
    StepModel,
    context,
    local,
    log_t,
)
from apps.exceptions.tracks.steps import Bools, Floats, Ints, Walk, displacement
from apps.exceptions.tracks.thresholds import Thresholds

BEYOND_SLOPE = 12.0
OFFSET_STEPS = 2
SHIFTED = {"gcj": wgs84_to_gcj02_arrays, "bd": wgs84_to_bd09_arrays}
SYSTEMS = {"gcj": gcj02_to_wgs84_arrays, "bd": bd09_to_wgs84_arrays}


@dataclass(slots=True)
class Candidates:
    """Suspected stretches: entry and exit step, kind, shift (metres) and score of each.

    ``slack`` is how far off the shift may be (metres).
    """

    entry: Ints
    exit: Ints
    kind: np.ndarray
    east: Floats
    north: Floats
    score: Floats
    slack: Floats

    def __len__(self) -> int:
        return len(self.entry)

    @classmethod
    def joined(cls, parts: list[Candidates]) -> Candidates:
        """Return all candidates together."""
        names = ("entry", "exit", "kind", "east", "north", "score", "slack")
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))

    def above(self, least: float) -> Candidates:
        """Return the candidates whose score exceeds ``least``."""
        return self.take(np.flatnonzero(self.score > least))

    def take(self, index: np.ndarray) -> Candidates:
        """Return the chosen candidates."""
        return Candidates(
            self.entry[index],
            self.exit[index],
            self.kind[index],
            self.east[index],
            self.north[index],
            self.score[index],
            self.slack[index],
        )


@dataclass(slots=True)
class Surround:
    """Velocities and local measures of a walk from which contexts are made."""

    walk: Walk
    vx: Floats
    vy: Floats
    pace: Floats
    bend: Floats
    usual: Floats
    blur: Floats

    @classmethod
    def of(cls, walk: Walk, usual: Floats, fast: Bools, blur: Floats) -> Surround:
        """Measure the walk; ``usual`` is the track's usual interval, per row (seconds).

        A step that no vehicle can make (``fast``) says nothing about its neighbours; ``blur`` is
        what the reported accuracy adds to the squared width of each step (square metres).
        """
        pace, bend = local(walk)
        vx = np.where(fast, np.nan, walk.dx / walk.dt)
        vy = np.where(fast, np.nan, walk.dy / walk.dt)
        return cls(walk, vx, vy, pace, bend, usual, blur)

    def context(self, model: StepModel, before: int, after: int, at: Ints | None = None) -> Context:
        """Return the context of steps whose neighbours lie ``before`` and ``after`` away."""
        k = np.arange(len(self.walk)) if at is None else at
        out = context(
            model,
            self.walk.dt[k],
            (self._near(self.vx, k, before), self._near(self.vy, k, before)),
            (self._near(self.vx, k, after), self._near(self.vy, k, after)),
            Setting(self.pace[k], self.bend[k], self.usual[k]),
        )
        out.spread = out.spread.widened(self.blur[k])
        return out

    def _near(self, values: Floats, k: Ints, by: int) -> Floats:
        n = len(values)
        other = np.clip(k + by, 0, n - 1)
        track = self.walk.track
        lower, upper = np.minimum(k, other), np.maximum(k, other)
        same = (track[lower] == track[upper]) & (k + by >= 0) & (k + by < n)
        return np.where(same, values[other], np.nan)


def log_shift_density(size: Floats, least: float, most: float, log_spread: bool) -> Floats:
    """Return the log density per square metre of shifts evenly spread in size, or in log size.

    Beyond the limits it falls with a power of the size instead of ending.
    """
    size = np.maximum(size, 1.0)
    beyond = np.maximum(np.maximum(np.log(least / size), np.log(size / most)), 0.0)
    if log_spread:
        inside = -np.log(np.log(most / least)) - 2 * np.log(size)
    else:
        inside = -np.log(most - least) - np.log(size)
    return inside - LOG_TWO_PI - BEYOND_SLOPE * beyond


def known_shifts(
    around: Surround, expect: Context, base: Floats, limits: Thresholds
) -> list[Candidates]:
    """Return stretches in which GCJ-02 or BD-09 was taken for WGS-84."""
    walk, found = around.walk, []
    loud = np.flatnonzero(expect.log_density(expect.mx, expect.my) - base > limits.least_gain)
    chosen = expect.take(loud)
    for kind in SYSTEMS:
        sx, sy, px, py = _offsets(walk, loud, kind)
        entry, leave = np.full(len(walk), -np.inf), np.full(len(walk), -np.inf)
        entry[loud] = chosen.log_density(walk.dx[loud] - sx[loud], walk.dy[loud] - sy[loud])
        leave[loud] = chosen.log_density(walk.dx[loud] + px, walk.dy[loud] + py)
        entry, leave = entry - base, leave - base
        useful = np.hypot(sx, sy) >= limits.least_offset
        i, j = paired(walk, (entry > limits.least_gain) & useful, leave > limits.least_gain, limits)
        keep = j - i >= limits.least_rows
        i, j = i[keep], j[keep]
        found.append(
            Candidates(
                i,
                j,
                np.full(len(i), kind),
                sx[i],
                sy[i],
                entry[i] + leave[j] + limits.prior(kind),
                np.zeros(len(i)),
            )
        )
    return found


def _offsets(walk: Walk, steps: Ints, kind: str) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the shift of a system (metres) per row, and that of the rows before the steps.

    Computed at the ends of the given steps only; elsewhere it is 0. Two fixed-point steps bring
    it to some centimetres, far below the width of any step.
    """
    near = np.zeros(len(walk) + 1, bool)
    near[steps] = near[steps - 1] = True
    rows = np.flatnonzero(near[:-1])
    place = walk.lat[rows], walk.lon[rows]
    lat, lon = place
    for _ in range(OFFSET_STEPS):
        there = SHIFTED[kind](lat, lon)
        lat, lon = lat + (place[0] - there[0]), lon + (place[1] - there[1])
    sx, sy = np.zeros(len(walk)), np.zeros(len(walk))
    sx[rows], sy[rows] = displacement(lat, lon, *place)
    return sx, sy, sx[steps - 1], sy[steps - 1]


def drifts(
    around: Surround, expect: Context, base: Floats, impossible: Floats, limits: Thresholds
) -> Candidates:
    """Return stretches of several rows shifted by one unknown vector."""
    walk = around.walk
    peak = expect.log_density(expect.mx, expect.my)
    loud = peak - base > limits.least_gain
    i, j = paired(walk, loud, loud, limits)
    least, most = limits.sizes("drift")
    dearest = log_shift_density(np.full(1, least), least, most, log_spread=False)
    bound = np.minimum(peak[i], peak[j]) - base[i] - base[j] + limits.prior("drift") + dearest
    keep = (j - i >= limits.least_rows) & (bound > limits.floor - limits.route_reach)
    i, j = i[keep], j[keep]
    expected = expect.take(i), expect.take(j)
    return _free(walk, (i, j), expected, kind="drift", impossible=impossible, limits=limits)


def jumps(
    around: Surround, model: StepModel, loud: Ints, impossible: Floats, limits: Thresholds
) -> Candidates:
    """Return single rows that lie off the line of the rows on both sides."""
    walk = around.walk
    i = loud[(loud + 1 < len(walk))]
    i = i[walk.track[np.minimum(i + 1, len(walk) - 1)] == walk.track[i]]
    expected = around.context(model, -1, 2, i), around.context(model, -2, 1, i + 1)
    return _free(walk, (i, i + 1), expected, kind="jump", impossible=impossible, limits=limits)


def teleports(around: Surround, expect: Context, base: Floats, limits: Thresholds) -> Candidates:
    """Return steps after which the track goes on elsewhere for good."""
    walk = around.walk
    rx, ry = walk.dx - expect.mx, walk.dy - expect.my
    size = np.hypot(rx, ry)
    with np.errstate(invalid="ignore"):
        i = np.flatnonzero(size >= 0.5 * limits.sizes("teleport")[0])
    score = log_shift_density(size[i], *limits.sizes("teleport"), log_spread=True) - base[i]
    score += limits.prior("teleport")
    good = np.isfinite(score)
    kind = np.full(len(i), "teleport")
    return Candidates(i, i + 1, kind, rx[i], ry[i], score, np.zeros(len(i))).take(good)


def _free(
    walk: Walk,
    edges: tuple[Ints, Ints],
    expected: tuple[Context, Context],
    *,
    kind: str,
    impossible: Floats,
    limits: Thresholds,
) -> Candidates:
    (i, j), (first, last) = edges, expected
    rx, ry = walk.dx[i] - first.mx, walk.dy[i] - first.my
    qx, qy = walk.dx[j] - last.mx, walk.dy[j] - last.my
    both = first.spread.plus(last.spread)
    ux, uy = rx + qx, ry + qy
    wx, wy = first.spread.times(*both.over(ux, uy))
    sx, sy = rx - wx, ry - wy
    score = (
        log_t(ux, uy, both, np.minimum(first.freedom, last.freedom))
        + log_shift_density(np.hypot(sx, sy), *limits.sizes(kind), log_spread=kind != "drift")
        - log_t(rx, ry, first.spread, first.freedom)
        - log_t(qx, qy, last.spread, last.freedom)
        + impossible[i]
        + impossible[j]
        + limits.prior(kind)
    )
    one, other = first.spread.xx + first.spread.yy, last.spread.xx + last.spread.yy
    slack = np.sqrt(0.5 * one * other / (one + other))
    good = np.isfinite(score)
    return Candidates(i, j, np.full(len(i), kind), sx, sy, score, slack).take(good)


def paired(
    walk: Walk, entries: np.ndarray, exits: np.ndarray, limits: Thresholds
) -> tuple[Ints, Ints]:
    """Return every entry with every later exit of its track within the longest stretch."""
    first, last = np.flatnonzero(entries), np.flatnonzero(exits)
    low = np.searchsorted(last, first, side="right")
    high = np.searchsorted(last, first + limits.longest_rows, side="right")
    count = high - low
    i = np.repeat(first, count)
    start = np.repeat(low - np.concatenate(([0], np.cumsum(count)[:-1])), count)
    j = last[np.arange(len(i)) + start] if len(i) else np.zeros(0, np.int64)
    same = walk.track[i] == walk.track[j]
    return i[same], j[same]
