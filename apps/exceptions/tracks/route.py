"""What the planned route says: waypoints passed or missed, and stretches far from the plan.

How closely a vehicle keeps to its plan is measured on the track itself: the usual distance of the
waypoints from the path driven. A hypothesis gains when waypoints that were missed are passed once
the stretch is put back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apps.exceptions.tracks.steps import Floats, displacement, runs
from apps.exceptions.tracks.thresholds import Thresholds


@dataclass(slots=True)
class RoutePlan:
    """A planned route and a track, both in metres about the middle of the route."""

    route: Floats
    vx: Floats
    vy: Floats
    x: Floats
    y: Floats
    to_path: Floats
    missed: Floats
    usual_miss: float
    width: float
    limits: Thresholds

    @classmethod
    def of(cls, route: Floats, lat: Floats, lon: Floats, limits: Thresholds) -> RoutePlan:
        """Lay the route (rows of latitude, longitude) and the track into one plane.

        ``missed`` is how far each waypoint lies from the path driven and ``usual_miss`` the
        median of that (metres).
        """
        middle = route[len(route) // 2]
        n = len(route)
        places = np.concatenate((route[:, 0], lat)), np.concatenate((route[:, 1], lon))
        x, y = displacement(middle[:1], middle[1:], *places)
        to_path = distances(x[:n], y[:n], x[n:], y[n:])
        missed = to_path.min(axis=1)
        ordered = np.sort(missed)
        usual = float(ordered[(n - 1) // 2] + ordered[n // 2]) / 2.0
        width = usual / 0.67 if len(lat) > 1 else np.inf
        width = min(max(width, limits.route_width_least), limits.route_width_most)
        return cls(route, x[:n], y[:n], x[n:], y[n:], to_path, missed, usual, width, limits)

    def beside(self, lat: Floats, lon: Floats) -> RoutePlan:
        """Return the same route beside another track."""
        return RoutePlan.of(self.route, lat, lon, self.limits)

    def gain(self, first: int, last: int, east: float, north: float, slack: float) -> float:
        """Return the log odds that rows ``first`` to ``last`` were shifted by that vector.

        ``slack`` is how far off the vector itself may be (metres).
        """
        x, y = self.x.copy(), self.y.copy()
        x[first : last + 1] -= east
        y[first : last + 1] -= north
        low, high = max(first - 1, 0), min(last + 2, len(x))
        back = distances(self.vx, self.vy, x[low:high], y[low:high]).min(axis=1)
        then = self._log_density(back, np.hypot(self.width, slack))
        for rest in (self.to_path[:, :low], self.to_path[:, high - 1 :]):
            if rest.shape[1]:
                then = np.maximum(then, self._log_density(rest.min(axis=1), self.width))
        return float((then - self._log_density(self.missed, self.width)).sum())

    def _log_density(self, distance: Floats, width: float) -> Floats:
        near = np.exp(-0.5 * (distance / width) ** 2) / width * 0.8
        share, wide = self.limits.stray_share, self.limits.stray_metres
        return np.log((1 - share) * near + share / wide)


def distances(px: Floats, py: Floats, x: Floats, y: Floats) -> Floats:
    """Return the distance of every point from every leg of the path (points x legs, metres)."""
    if len(x) == 1:
        return np.hypot(px - x[0], py - y[0])[:, None]
    ax, ay = x[:-1], y[:-1]
    bx, by = np.diff(x), np.diff(y)
    length = np.maximum(bx * bx + by * by, 1e-9)
    cx, cy = px[:, None] - ax, py[:, None] - ay
    along = np.clip((cx * bx + cy * by) / length, 0.0, 1.0)
    return np.hypot(cx - along * bx, cy - along * by)


def detour(plan: RoutePlan, limits: Thresholds) -> tuple[int, int, float] | None:
    """Return the stretch (first, last row, farthest metres) that left the plan and came back.

    It must leave and return by degrees: a stretch off by a jump at either edge is a shifted fix,
    not a detour. Between two waypoints a vehicle may stray by the length of that leg; beyond, it
    must have gone past waypoints without coming near them.
    """
    to_legs = distances(plan.x, plan.y, plan.vx, plan.vy)
    leg, off = to_legs.argmin(axis=1), to_legs.min(axis=1)
    length = np.hypot(np.diff(plan.vx), np.diff(plan.vy))
    far = off > max(limits.detour_metres, limits.detour_widths * plan.width)
    best = None
    for a, b in zip(*_bridged(far, limits.detour_bridge), strict=True):
        if b - a + 1 < limits.detour_rows or a == 0 or b == len(off) - 1:
            continue
        low, high = sorted((int(leg[a - 1]), int(leg[b + 1])))
        away = to_legs[:, max(low - 1, 0) : high + 2].min(axis=1)
        peak, middle = float(away[a : b + 1].max()), float(np.median(away[a : b + 1]))
        longest = float(length[leg[a : b + 1]].max())
        if peak < max(
            limits.detour_peak,
            limits.detour_peak_widths * plan.width,
            limits.detour_peak_legs * longest,
        ):
            continue
        if _abrupt(away, a, b) > limits.detour_abrupt * middle:
            continue
        strayed = peak > limits.detour_leg_share * longest + limits.detour_stray
        if high - low < limits.detour_waypoints and not strayed:
            continue
        if best is None or peak > best[2]:
            best = (int(a), int(b), peak)
    return best


def _abrupt(off: Floats, first: int, last: int) -> float:
    """Return the largest change of the distance at either edge of the stretch (metres)."""
    edges = (off[max(first - 1, 0) : first + 2], off[last - 1 : last + 2])
    return max(float(np.abs(np.diff(edge)).max()) for edge in edges)


def _bridged(mask: np.ndarray, gap: int) -> tuple[np.ndarray, np.ndarray]:
    first, last = runs(mask)
    if len(first) < 2:
        return first, last
    apart = first[1:] - last[:-1] - 1 > gap
    return first[np.concatenate(([True], apart))], last[np.concatenate((apart, [True]))]
