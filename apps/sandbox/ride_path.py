"""A rider's way between two places, made of stretches of real delivery agents' tracks.

A stretch is turned and stretched so that its ends meet the ends of the way. Time is stretched by
the same factor, so the agent's speed stays what it was. Tracks: see ``tracks/README.md``.
"""

from __future__ import annotations

import gzip
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

from apps.sandbox.projections import Place, metres_between, moved, offset_m

TRACKS = Path(__file__).resolve().parent / "tracks" / "goal-tracks.csv.gz"
STEP_SECONDS = 5.0
WINDOWS = (12, 18, 24, 36, 48, 60, 72)
START_EVERY = 6
SHORTEST_STRETCH_M = 150.0
SLOWEST_M_PER_S, FASTEST_M_PER_S, FASTEST_STEP_M_PER_S = 2.5, 12.0, 20.0
MOST_WINDING = 2.2
LONGEST_HOP_M = 1_400.0
MOST_STRETCHED = 2.5
WALK_M_PER_S = 1.4
SIDEWAYS = 0.12
Way = list[tuple[float, float, float]]
"""Seconds from the start, and metres east and north of it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a track: rows ``first`` to ``last`` and how far apart its ends are (metres)."""

    metres: float
    track: int
    first: int
    last: int


@cache
def all_tracks() -> tuple[tuple[tuple[float, float], ...], ...]:
    """Every track as metres east and north of its first fix, a fix every STEP_SECONDS."""
    text = gzip.decompress(TRACKS.read_bytes()).decode()
    return tuple(_read_track(line) for line in text.splitlines())


def _read_track(line: str) -> tuple[tuple[float, float], ...]:
    x = y = 0
    places = [(0.0, 0.0)]
    for step in line.split():
        east, north = step.split(",")
        x, y = x + int(east), y + int(north)
        places.append((x / 10, y / 10))
    return tuple(places)


@cache
def all_stretches() -> tuple[Stretch, ...]:
    """The stretches that move like a rider on the way, by the distance of their ends."""
    found = []
    for number, track in enumerate(all_tracks()):
        for first in range(0, len(track), START_EVERY):
            for window in WINDOWS:
                if first + window < len(track) and _is_ride(track[first : first + window + 1]):
                    metres = math.dist(track[first], track[first + window])
                    found.append(Stretch(metres, number, first, first + window))
    return tuple(sorted(found, key=lambda s: (s.metres, s.track, s.first)))


def _is_ride(part: Sequence[tuple[float, float]]) -> bool:
    metres = math.dist(part[0], part[-1])
    pace = metres / (STEP_SECONDS * (len(part) - 1))
    if metres < SHORTEST_STRETCH_M or not SLOWEST_M_PER_S <= pace <= FASTEST_M_PER_S:
        return False
    steps = [math.dist(a, b) for a, b in pairwise(part)]
    return sum(steps) <= MOST_WINDING * metres and max(steps) <= FASTEST_STEP_M_PER_S * STEP_SECONDS


def make_way(rng: Random, start: Place, end: Place) -> Way:
    """A way from one place to the other; the last row is exactly at the end."""
    metres = metres_between(start, end)
    target = offset_m(start, end)
    if metres < SHORTEST_STRETCH_M / MOST_STRETCHED:
        return [(0.0, 0.0, 0.0), (max(1.0, metres / WALK_M_PER_S), *target)]
    way: Way = [(0.0, 0.0, 0.0)]
    for corner in _corners(rng, target, metres):
        way += _hop(rng, way[-1], corner)
    return way


def _corners(rng: Random, target: tuple[float, float], metres: float) -> list[tuple[float, float]]:
    """Where the hops of a long way meet: on the line, a little to its side."""
    hops = max(1, math.ceil(metres / LONGEST_HOP_M))
    east, north = target
    corners = []
    for hop in range(1, hops):
        along, aside = hop / hops, rng.uniform(-SIDEWAYS, SIDEWAYS) / hops
        corners.append((east * along - north * aside, north * along + east * aside))
    return [*corners, target]


def _hop(rng: Random, start: tuple[float, float, float], end: tuple[float, float]) -> Way:
    """One stretch turned and stretched between two corners, without its first row."""
    seconds, east, north = start
    wanted = (end[0] - east, end[1] - north)
    metres = math.hypot(*wanted)
    stretch = _draw_stretch(rng, metres)
    part = all_tracks()[stretch.track][stretch.first : stretch.last + 1]
    origin, last = part[0], part[-1]
    own = complex(last[0] - origin[0], last[1] - origin[1])
    turn = complex(*wanted) / own
    rows: Way = []
    for row, (x, y) in enumerate(part[1:], start=1):
        here = complex(x - origin[0], y - origin[1]) * turn
        rows.append((seconds + row * STEP_SECONDS * abs(turn), east + here.real, north + here.imag))
    return rows


def _draw_stretch(rng: Random, metres: float) -> Stretch:
    stretches = all_stretches()
    low = bisect_left(stretches, metres / MOST_STRETCHED, key=lambda s: s.metres)
    high = bisect_right(stretches, metres, key=lambda s: s.metres)
    if low >= high:
        return stretches[min(low, len(stretches) - 1)]
    return stretches[rng.randrange(low, high)]


def place_on(way: Way, start: Place, seconds: float) -> Place:
    """Where one is so many seconds after the start; before and after it, at its ends."""
    row = bisect_left(way, seconds, key=lambda step: step[0])
    if row == 0:
        return start
    if row >= len(way):
        return moved(start, way[-1][1], way[-1][2])
    (t0, x0, y0), (t1, x1, y1) = way[row - 1], way[row]
    share = (seconds - t0) / (t1 - t0) if t1 > t0 else 1.0
    return moved(start, x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
