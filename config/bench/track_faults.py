"""Known faults drawn into tracks, to measure what the detector finds of them.

Each fault takes a sample and a random generator, changes it in place and returns the first and
last row that are wrong. They are drawn more roughly than the definitions they stand for: offsets
wander, speeds vary, and late rows are shuffled rather than reversed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from apps.core.geo.coordinates import wgs84_to_bd09_arrays, wgs84_to_gcj02_arrays
from apps.exceptions.tracks.steps import Floats, displacement, moved

Stretch = tuple[int, int]
MARGIN = 10


class TooShort(ValueError):
    """The track has no room for the fault."""


@dataclass(slots=True)
class Sample:
    """One track by arrival: epoch seconds taken and received, WGS-84 degrees, planned route."""

    t: Floats
    received: Floats
    lat: Floats
    lon: Floats
    route: Floats | None = None

    def copy(self) -> Sample:
        """Return a copy that may be spoiled."""
        columns = (self.t.copy(), self.received.copy(), self.lat.copy(), self.lon.copy())
        return Sample(*columns, route=self.route)

    def shift(self, rows: slice, east: Floats | float, north: Floats | float) -> None:
        """Move rows by metres."""
        self.lat[rows], self.lon[rows] = moved(self.lat[rows], self.lon[rows], east, north)


def _place(sample: Sample, rows: int, random: np.random.Generator) -> slice:
    room = len(sample.t) - rows - 2 * MARGIN
    if room <= 0:
        raise TooShort
    first = MARGIN + int(random.integers(room))
    return slice(first, first + rows)


def _vector(random: np.random.Generator, least: float, most: float) -> tuple[float, float]:
    size = float(np.exp(random.uniform(np.log(least), np.log(most))))
    angle = random.uniform(0, 2 * np.pi)
    return size * float(np.cos(angle)), size * float(np.sin(angle))


def _ends(rows: slice) -> Stretch:
    return rows.start, rows.stop - 1


def jump(sample: Sample, random: np.random.Generator) -> Stretch:
    """Throw one row away."""
    rows = _place(sample, 1, random)
    sample.shift(rows, *_vector(random, 500, 30_000))
    return _ends(rows)


def drift(sample: Sample, random: np.random.Generator) -> Stretch:
    """Shift some rows by a vector that wanders a little."""
    rows = _place(sample, int(random.integers(4, 22)), random)
    east, north = _vector(random, 300, 900)
    wander = random.normal(0, 8, (2, rows.stop - rows.start)).cumsum(axis=1)
    sample.shift(rows, east + wander[0], north + wander[1])
    return _ends(rows)


def gcj(sample: Sample, random: np.random.Generator) -> Stretch:
    """Give some rows in GCJ-02."""
    rows = _place(sample, int(random.integers(4, 22)), random)
    place = wgs84_to_gcj02_arrays(sample.lat[rows], sample.lon[rows])
    sample.lat[rows], sample.lon[rows] = place
    return _ends(rows)


def bd(sample: Sample, random: np.random.Generator) -> Stretch:
    """Give some rows in BD-09."""
    rows = _place(sample, int(random.integers(4, 22)), random)
    place = wgs84_to_bd09_arrays(sample.lat[rows], sample.lon[rows])
    sample.lat[rows], sample.lon[rows] = place
    return _ends(rows)


def frozen(sample: Sample, random: np.random.Generator) -> Stretch:
    """Repeat one place for at least three minutes while the vehicle drives on."""
    for _ in range(80):
        rows = _place(sample, int(random.integers(6, 60)), random)
        first, after = rows.start, rows.stop
        one, other = slice(first, first + 1), slice(after, after + 1)
        dx, dy = displacement(
            sample.lat[one], sample.lon[one], sample.lat[other], sample.lon[other]
        )
        if sample.t[after - 1] - sample.t[first] >= 180 and np.hypot(dx, dy)[0] >= 300:
            sample.lat[rows], sample.lon[rows] = sample.lat[first], sample.lon[first]
            return first + 1, after - 1
    raise TooShort


def speed(sample: Sample, random: np.random.Generator) -> Stretch:
    """Let some rows fly off, not quite evenly."""
    rows = _place(sample, int(random.integers(5, 15)), random)
    before, angle = rows.start - 1, random.uniform(0, 2 * np.pi)
    gone = (sample.t[rows] - sample.t[before]) * random.uniform(60, 140)
    gone *= random.normal(1, 0.01, len(gone))
    at = np.full(len(gone), sample.lat[before]), np.full(len(gone), sample.lon[before])
    place = moved(*at, gone * np.cos(angle), gone * np.sin(angle))
    sample.lat[rows], sample.lon[rows] = place
    return _ends(rows)


def swap(sample: Sample, random: np.random.Generator) -> Stretch:
    """Exchange latitude and longitude."""
    rows = _place(sample, int(random.integers(1, 8)), random)
    sample.lat[rows], sample.lon[rows] = sample.lon[rows].copy(), sample.lat[rows].copy()
    return _ends(rows)


def zero(sample: Sample, random: np.random.Generator) -> Stretch:
    """Give no fix as 0, 0."""
    rows = _place(sample, int(random.integers(1, 6)), random)
    sample.lat[rows] = sample.lon[rows] = 0.0
    return _ends(rows)


def future(sample: Sample, random: np.random.Generator) -> Stretch:
    """Set the clock ahead by hours to years."""
    rows = _place(sample, int(random.integers(1, 5)), random)
    sample.t[rows] += np.exp(random.uniform(np.log(2 * 3600), np.log(3e8)))
    return _ends(rows)


def rollover(sample: Sample, random: np.random.Generator) -> Stretch:
    """Let the receiver's week counter begin anew."""
    rows = _place(sample, int(random.integers(1, 25)), random)
    sample.t[rows] -= 1024 * 7 * 86400.0 * int(random.integers(1, 3))
    return _ends(rows)


def order(sample: Sample, random: np.random.Generator) -> Stretch:
    """Let some rows arrive in another order."""
    rows = _place(sample, int(random.integers(3, 7)), random)
    mixed = random.permutation(rows.stop - rows.start)
    while bool((np.diff(mixed) > 0).all()):
        mixed = random.permutation(rows.stop - rows.start)
    for column in (sample.t, sample.lat, sample.lon):
        column[rows] = column[rows][mixed]
    wrong = np.flatnonzero(mixed != np.arange(len(mixed)))
    return rows.start + int(wrong[0]), rows.start + int(wrong[-1])


def pingpong(sample: Sample, random: np.random.Generator) -> Stretch:
    """Swing to and fro."""
    rows = _place(sample, 2 * int(random.integers(3, 10)), random)
    east, north = _vector(random, 900, 5_000)
    swung = slice(rows.start, rows.stop, 2)
    noise = random.normal(0, 30, (2, (rows.stop - rows.start + 1) // 2))
    sample.shift(swung, east + noise[0], north + noise[1])
    return _ends(rows)


def teleport(sample: Sample, random: np.random.Generator) -> Stretch:
    """Go on elsewhere for good."""
    rows = _place(sample, MARGIN, random)
    sample.shift(slice(rows.start, None), *_vector(random, 6_000, 100_000))
    return rows.start, rows.start


def detour(sample: Sample, random: np.random.Generator) -> Stretch:
    """Leave the planned route by degrees and come back."""
    rows = _place(sample, int(random.integers(22, 40)), random)
    bulge = np.sin(np.linspace(0, np.pi, rows.stop - rows.start)) ** 1.2
    east, north = _vector(random, 1_000, 3_000)
    sample.shift(rows, bulge * east, bulge * north)
    return _ends(rows)


FAULTS: dict[str, Callable[[Sample, np.random.Generator], Stretch]] = {
    draw.__name__: draw
    for draw in (
        jump, drift, gcj, bd, frozen, speed, swap, zero, future, rollover, order, pingpong,
        teleport, detour,
    )
}  # fmt: skip
