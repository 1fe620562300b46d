"""Every number the detector may be tuned with, and the values found by cross-validation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

PRIORS: Mapping[str, float] = MappingProxyType(
    {"gcj": -3.0, "bd": -3.0, "drift": -4.0, "jump": -3.0, "teleport": -8.0}
)
SIZES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"drift": (300.0, 1500.0), "jump": (450.0, 100000.0), "teleport": (3000.0, 200000.0)}
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of the detector; metres, seconds, metres per second and log odds.

    ``priors`` are added to the score of each kind, ``floor`` is the score from which a finding is
    raised.
    """

    # clocks
    clock_slack: float = 120.0
    longest_wait: float = 7 * 86400.0
    late_rows: int = 6
    # coordinates
    swap_far: float = 300000.0
    # gate
    gate_metres: float = 120.0
    gate_metres_slow: float = 60.0
    gate_seconds: float = 10.0
    # shapes
    top_speed: float = 45.0
    gap_ratio: float = 2.5
    late_ratio: float = 1.25
    frozen_rows: int = 4
    frozen_seconds: float = 120.0
    frozen_exit: float = 250.0
    frozen_exit_speed: float = 1.0
    flight_wobble: float = 0.25
    flight_pairs: int = 2
    swing_metres: float = 250.0
    swing_pace: float = 6.0
    swing_likeness: float = 0.85
    swing_equality: float = 0.6
    swing_pairs: int = 3
    # pairs
    least_offset: float = 50.0
    least_gain: float = 0.5
    least_rows: int = 2
    longest_rows: int = 24
    floor: float = 2.5
    floor_slope: float = 0.4
    floor_slope_drift: float = 1.6
    floor_seconds: float = 30.0
    floor_seconds_full: float = 48.0
    impossible: float = 10.0
    gap_edge: float = 14.0
    gap_near: float = 6.0
    gap_near_jump: float = 30.0
    gap_known: float = 0.35
    gap_proven: float = 0.25
    priors: Mapping[str, float] = field(default_factory=lambda: PRIORS)
    shift_sizes: Mapping[str, tuple[float, float]] = field(default_factory=lambda: SIZES)
    # route
    route_width_least: float = 15.0
    route_width_most: float = 400.0
    stray_share: float = 0.05
    stray_metres: float = 2000.0
    route_candidates: int = 24
    decisive: float = 20.0
    route_reach: float = 12.0
    detour_metres: float = 120.0
    detour_widths: float = 4.0
    detour_rows: int = 6
    detour_bridge: int = 1
    detour_peak: float = 200.0
    detour_peak_widths: float = 7.0
    detour_peak_legs: float = 0.35
    detour_leg_share: float = 0.6
    detour_stray: float = 150.0
    detour_waypoints: int = 2
    detour_abrupt: float = 0.65

    # other evidence
    accuracy_usual: float = 20.0
    sibling_width: float = 60.0
    sibling_gap: float = 300.0
    fence_width: float = 80.0
    fence_reach: float = 2500.0
    stop_pace: float = 1.0
    stop_seconds: float = 120.0
    whole_floor: float = 5.0
    whole_route: float = 4.0
    # scans: about 900 km/h, a division's radius on either side, clocks and handling
    scan_speed: float = 250.0
    scan_blur: float = 150_000.0
    scan_slack: float = 600.0
    loop_visits: int = 3
    scan_detour: float = 800_000.0
    scan_detour_share: float = 1.0

    def prior(self, kind: str) -> float:
        """Return what is added to the score of a kind."""
        return self.priors[kind]

    def sizes(self, kind: str) -> tuple[float, float]:
        """Return the least and the largest shift of a kind (metres)."""
        return self.shift_sizes[kind]
