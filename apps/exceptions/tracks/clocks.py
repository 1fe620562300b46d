"""Rows whose clock or coordinates cannot be: provable without any model of movement.

Time is judged against the time of receipt and against the rows around in order of arrival. A row
later than its own receipt is ``future``; one that lies about a whole number of GPS weeks cycles
(1,024 weeks) before it is ``rollover``; rows that only arrived in another order than they were
taken are ``order``. Coordinates at (0, 0) are ``zero``; latitude and longitude in each other's
place are ``swap``.
"""

from __future__ import annotations

import numpy as np

from apps.exceptions.tracks.batch import LAST_SECOND
from apps.exceptions.tracks.steps import Bools, Floats, Ints, displacement
from apps.exceptions.tracks.thresholds import Thresholds

ROLLOVER_SECONDS = 1024 * 7 * 86400.0
NEAR_ZERO_DEGREES = 0.01


def unreadable(t: Floats, lat: Floats, lon: Floats) -> Bools:
    """Tell which rows hold a number that is none, or a place that is nowhere on the earth."""
    with np.errstate(invalid="ignore"):
        fine = (np.abs(t) <= LAST_SECOND) & (np.abs(lat) <= 90.0) & (np.abs(lon) <= 180.0)
    return ~fine


def at_zero(lat: Floats, lon: Floats) -> Bools:
    """Tell which rows lie at (0, 0), what receivers without a fix report."""
    return (np.abs(lat) < NEAR_ZERO_DEGREES) & (np.abs(lon) < NEAR_ZERO_DEGREES)


def swapped(lat: Floats, lon: Floats, home_lat: Floats, home_lon: Floats, far: float) -> Bools:
    """Tell which rows are far from home as they are and near it with the axes exchanged.

    ``home`` is the middle of the row's track (degrees); ``far`` metres separate near from far.
    """
    ax, ay = displacement(home_lat, home_lon, lat, lon)
    bx, by = displacement(home_lat, home_lon, lon, lat)
    with np.errstate(invalid="ignore"):
        off = ~(np.hypot(ax, ay) <= far) | (np.abs(lat) > 90.0)
        return off & (np.abs(lat) <= 180.0) & (np.hypot(bx, by) <= far)


def ahead_of_receipt(t: Floats, received: Floats, limits: Thresholds) -> Bools:
    """Tell which rows were taken after they were received, by more than clocks may differ."""
    return t > received + limits.clock_slack


def rolled_over(t: Floats, received: Floats, limits: Thresholds) -> Bools:
    """Tell which rows lie a whole number of week-counter cycles before their receipt.

    The row may have waited up to ``longest_wait`` before it was sent.
    """
    waited = np.nan_to_num(received - t) + limits.clock_slack
    cycles, rest = np.divmod(waited, ROLLOVER_SECONDS)
    return (cycles >= 1) & (rest <= limits.longest_wait)


def misplaced(t: Floats) -> list[tuple[int, int]]:
    """Return the stretches (first, last) of one track that did not arrive in order of time.

    A stretch is the smallest block that sorts by itself; where only few of its rows stand in a
    wrong place, only these are given.
    """
    n = len(t)
    if n < 2 or bool((t[1:] >= t[:-1]).all()):
        return []
    highest = np.maximum.accumulate(t)
    lowest = np.minimum.accumulate(t[::-1])[::-1]
    inside = np.zeros(n, bool)
    open_ = highest[:-1] > lowest[1:]
    inside[:-1] |= open_
    inside[1:] |= open_
    starts = np.flatnonzero(inside & np.concatenate(([True], ~open_)))
    return [part for first in starts for part in _misplaced_in(t, int(first), open_)]


def _misplaced_in(t: Floats, first: int, open_: Bools) -> list[tuple[int, int]]:
    last = first
    while last < len(open_) and open_[last]:
        last += 1
    block = t[first : last + 1]
    wrong = np.ones(len(block), bool)
    wrong[longest_rising(block)] = False
    if 2 * wrong.sum() >= len(block) - 1:
        return [(first, last)]
    at = np.flatnonzero(wrong)
    parts = np.split(at, np.flatnonzero(np.diff(at) > 1) + 1)
    return [(first + int(part[0]), first + int(part[-1])) for part in parts]


def longest_rising(values: Floats) -> Ints:
    """Return the positions of a longest subsequence that never falls."""
    ends: list[float] = []
    at: list[int] = []
    back = np.full(len(values), -1)
    for k, value in enumerate(values):
        place = int(np.searchsorted(ends, value, side="right"))
        if place == len(ends):
            ends.append(float(value))
            at.append(k)
        else:
            ends[place], at[place] = float(value), k
        back[k] = at[place - 1] if place else -1
    chain, k = [], at[-1] if at else -1
    while k >= 0:
        chain.append(k)
        k = int(back[k])
    return np.array(chain[::-1], dtype=np.int64)
