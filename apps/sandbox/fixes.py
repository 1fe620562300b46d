"""A rider's fixes: what the device measured, and what it said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.sandbox.projections import Place

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Fix:
    """One report in the order of sending.

    ``at`` is when it was measured (world epoch seconds), ``clock`` what the device's clock said;
    ``place`` is longitude and latitude as reported (WGS-84 where nothing is wrong), ``accuracy``
    metres, ``speed`` metres a second.
    """

    at: int
    clock: int
    place: Place
    accuracy: float
    speed: float


@dataclass(frozen=True, slots=True)
class Spoiled:
    """What is wrong with a stretch: kind and rows, both inclusive; the largest shift in metres."""

    kind: str
    first: int
    last: int
    shift_m: float = 0.0


def pack_fixes(fixes: Sequence[Fix]) -> list[list[Any]]:
    """Plain rows; places as whole millionths of a degree."""
    return [
        [f.at, f.clock - f.at, round(f.place[0] * MICRO), round(f.place[1] * MICRO), f.accuracy,
         f.speed]
        for f in fixes
    ]  # fmt: skip


def read_fixes(rows: Sequence[Sequence[Any]]) -> tuple[Fix, ...]:
    """Read what ``pack_fixes`` wrote."""
    return tuple(
        Fix(at, at + drift, (lng / MICRO, lat / MICRO), accuracy, speed)
        for at, drift, lng, lat, accuracy, speed in rows
    )
