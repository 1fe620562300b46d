"""The numbers of the detector an operator may change: named, with unit, limits and a sentence.

What is left out belongs to the fitted model or to scan events, which no back-test covers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

KMH = 1 / 3.6
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Number:
    """One number: ``path`` into `Thresholds` (``shift_sizes__drift__0``), and how it is asked for.

    ``least`` and ``most`` are in ``unit``; ``factor`` times that is what the detector wants.
    """

    path: str
    label: Any
    unit: Any
    sentence: Any
    least: float
    most: float
    factor: float = 1.0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Numbers that belong together, under one heading."""

    name: Any
    numbers: tuple[Number, ...]


METRES, SECONDS, ROWS = _("m"), _("s"), _("fixes on end")
POINTS = _("points")
GROUPS = (
    Group(
        _("How sure it must be"),
        (
            Number(
                "floor",
                _("Certainty needed"),
                POINTS,
                _("Higher raises fewer flags. 2.5 points are odds of twelve to one."),
                0.5,
                20,
            ),
            Number(
                "floor_slope_drift",
                _("More for drift at slow pings"),
                POINTS,
                _("Added for drift when fixes come 48 s or more apart."),
                0,
                10,
            ),
            Number(
                "priors__drift",
                _("Readiness for drift"),
                POINTS,
                _("Closer to nought: drift is suspected sooner."),
                -15,
                0,
            ),
            Number(
                "priors__jump",
                _("Readiness for jumps"),
                POINTS,
                _("Closer to nought: jumps are suspected sooner."),
                -15,
                0,
            ),
            Number(
                "priors__gcj",
                _("Readiness for GCJ-02"),
                POINTS,
                _("Closer to nought: a mix-up with GCJ-02 is suspected sooner."),
                -15,
                0,
            ),
            Number(
                "priors__bd",
                _("Readiness for BD-09"),
                POINTS,
                _("Closer to nought: a mix-up with BD-09 is suspected sooner."),
                -15,
                0,
            ),
            Number(
                "priors__teleport",
                _("Readiness for teleports"),
                POINTS,
                _("Closer to nought: a jump that stays is suspected sooner."),
                -20,
                0,
            ),
        ),
    ),
    Group(
        _("Speed and size"),
        (
            Number(
                "top_speed",
                _("Fastest possible"),
                _("km/h"),
                _("Nothing on the road is faster; a faster step is a fault by itself."),
                60,
                400,
                KMH,
            ),
            Number(
                "shift_sizes__drift__0",
                _("Least drift"),
                METRES,
                _("Shifts smaller than this are the noise of a receiver."),
                50,
                2_000,
            ),
            Number(
                "shift_sizes__drift__1",
                _("Largest drift"),
                METRES,
                _("Shifts larger than this are jumps, not drift."),
                200,
                10_000,
            ),
            Number(
                "shift_sizes__jump__0",
                _("Least jump"),
                METRES,
                _("A single fix must be off by this much to be a jump."),
                100,
                5_000,
            ),
            Number(
                "shift_sizes__teleport__0",
                _("Least teleport"),
                METRES,
                _("How far a track must move for good."),
                500,
                50_000,
            ),
        ),
    ),
    Group(
        _("Standing still, to and fro"),
        (
            Number(
                "frozen_rows",
                _("Frozen: fixes"),
                ROWS,
                _("So many fixes at one place before a jump away count as frozen."),
                3,
                100,
                whole=True,
            ),
            Number(
                "frozen_seconds",
                _("Frozen: time"),
                SECONDS,
                _("And it must have lasted so long."),
                30,
                7_200,
            ),
            Number(
                "frozen_exit",
                _("Frozen: distance after"),
                METRES,
                _("How far the vehicle turns out to have gone meanwhile."),
                50,
                5_000,
            ),
            Number(
                "swing_metres",
                _("Back and forth: width"),
                METRES,
                _("Two places at least this far apart, in turn."),
                50,
                5_000,
            ),
            Number(
                "swing_pairs",
                _("Back and forth: times"),
                _("times"),
                _("How often it must go there and back."),
                2,
                20,
                whole=True,
            ),
        ),
    ),
    Group(
        _("Clocks"),
        (
            Number(
                "clock_slack",
                _("Clock ahead"),
                SECONDS,
                _("A fix may lie so far in the future before it counts as a fault."),
                5,
                3_600,
            ),
            Number(
                "longest_wait",
                _("Longest delay"),
                _("days late"),
                _("A fix may arrive so late, after a tunnel or without network."),
                1,
                60,
                DAY,
            ),
            Number(
                "late_rows",
                _("Out of order within"),
                ROWS,
                _("If one of so many next fixes is later, it is order, not a clock."),
                1,
                50,
                whole=True,
            ),
        ),
    ),
    Group(
        _("Planned route"),
        (
            Number(
                "detour_metres",
                _("Detour: distance"),
                METRES,
                _("Off the planned route by at least this much, and back."),
                50,
                5_000,
            ),
            Number(
                "detour_rows",
                _("Detour: fixes"),
                ROWS,
                _("For at least so many fixes."),
                2,
                100,
                whole=True,
            ),
            Number(
                "detour_peak",
                _("Detour: farthest"),
                METRES,
                _("And somewhere at least this far off."),
                50,
                10_000,
            ),
            Number(
                "stray_metres",
                _("Not on this route"),
                METRES,
                _("Tracks that stray this far were driven another way."),
                500,
                50_000,
            ),
        ),
    ),
    Group(
        _("Other evidence"),
        (
            Number(
                "accuracy_usual",
                _("Usual accuracy"),
                METRES,
                _("What a receiver has that reports no accuracy."),
                3,
                200,
            ),
            Number(
                "sibling_width",
                _("Other tracks of the device"),
                METRES,
                _("How far two tracks of one vehicle may differ."),
                10,
                1_000,
            ),
            Number(
                "fence_width",
                _("Depot and destination"),
                METRES,
                _("How far from its fence a standing vehicle may seem to be."),
                10,
                1_000,
            ),
        ),
    ),
)
NUMBERS = tuple(number for group in GROUPS for number in group.numbers)
