"""Scan events of a parcel: hops no vehicle makes, loops, and a city that is not on the way.

A scan says which place handled the parcel, not where it was to the metre: its coordinates are the
centre of a division, so distances carry the size of two divisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, radians, sin, sqrt

from apps.exceptions.tracks.batch import CERTAIN, Finding
from apps.exceptions.tracks.steps import EARTH_METRES
from apps.exceptions.tracks.thresholds import Thresholds


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan: epoch seconds, the code of its place and that place's centre (degrees)."""

    t: float
    place: str
    lat: float
    lon: float


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance of two (latitude, longitude)."""
    one, two = radians(a[0]), radians(b[0])
    across = radians(b[1] - a[1])
    half = sin((two - one) / 2) ** 2 + cos(one) * cos(two) * sin(across / 2) ** 2
    return 2 * EARTH_METRES * atan2(sqrt(half), sqrt(max(1 - half, 0.0)))


def detect_scans(
    scans: Sequence[Scan],
    *,
    origin: tuple[float, float] | None = None,
    destination: tuple[float, float] | None = None,
    thresholds: Thresholds | None = None,
) -> list[Finding]:
    """Return what is wrong with the scans of one parcel, in order of time.

    ``start`` and ``end`` are positions in ``scans``. ``origin`` and ``destination`` are centres
    (latitude, longitude); without both no city can be off the way.
    """
    limits = thresholds or Thresholds()
    order = sorted(range(len(scans)), key=lambda n: scans[n].t)
    found = [*_hops(scans, order, limits), *_loops(scans, order, limits)]
    if origin is not None and destination is not None:
        found += _wrong_cities(scans, order, origin, destination, limits)
    return sorted(found, key=lambda one: (one.start, one.end, one.kind))


def _at(scan: Scan) -> tuple[float, float]:
    return scan.lat, scan.lon


def _hops(scans: Sequence[Scan], order: list[int], limits: Thresholds) -> list[Finding]:
    """Return pairs of scans too far apart for the time between them."""
    found = []
    for before, after in pairwise(order):
        far = metres_between(_at(scans[before]), _at(scans[after])) - limits.scan_blur
        seconds = max(scans[after].t - scans[before].t, 1.0)
        if far > 0 and far > limits.scan_speed * (seconds + limits.scan_slack):
            numbers = {"metres": far + limits.scan_blur, "seconds": seconds}
            start, end = sorted((before, after))
            found.append(Finding("impossible_hop", start, end, CERTAIN, numbers))
    return found


def _loops(scans: Sequence[Scan], order: list[int], limits: Thresholds) -> list[Finding]:
    """Return returns to a place the parcel had left for another, often enough to be a loop."""
    places = [scans[n].place for n in order]
    visits = [n for n, place in enumerate(places) if place and (n == 0 or places[n - 1] != place)]
    found = []
    seen: dict[str, list[int]] = {}
    for n in visits:
        mine = seen.setdefault(places[n], [])
        mine.append(n)
        if len(mine) == limits.loop_visits:
            rows = [order[k] for k in range(mine[0], n + 1)]
            numbers = {"visits": float(len(mine)), "seconds": scans[order[n]].t - scans[rows[0]].t}
            found.append(Finding("loop", min(rows), max(rows), CERTAIN, numbers))
    return found


def _wrong_cities(
    scans: Sequence[Scan],
    order: list[int],
    origin: tuple[float, float],
    destination: tuple[float, float],
    limits: Thresholds,
) -> list[Finding]:
    """Return scans at places far off the way from origin to destination.

    Networks run through hubs, so a place is off the way only if the way over it is longer than
    the direct one by both a factor and a distance.
    """
    direct = metres_between(origin, destination)
    found = []
    for n in order:
        over = metres_between(origin, _at(scans[n])) + metres_between(_at(scans[n]), destination)
        if over - direct > max(limits.scan_detour, limits.scan_detour_share * direct):
            numbers = {"metres": over - direct}
            found.append(Finding("wrong_city", n, n, CERTAIN, numbers))
    return found
