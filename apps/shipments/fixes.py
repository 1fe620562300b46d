"""A reported fix, read and judged before it is stored. Pure; the table of refusals is here.

What could be true, or is evidence of a fault that has a name (swapped axes, a clock that is
years off, 0/0), is kept; what is no fix at all is refused with a code.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.core.geo.coordinates import bd09_to_wgs84_arrays, gcj02_to_wgs84_arrays
from apps.core.text import clean_line
from apps.shipments.choices import CoordinateSystem, PositionUse

GPS_EPOCH = dt.datetime(1980, 1, 6, tzinfo=dt.UTC)
YEARS_AHEAD = 50
CLOCK_AHEAD = dt.timedelta(minutes=10)
CLOCK_BEHIND = dt.timedelta(days=7)
MOST_ACCURACY_M = 100_000.0
MOST_SPEED_MPS = 2_000.0
MAX_WORD = 64
FIELDS = frozenset(
    {"shipment", "at", "lat", "lon", "system", "accuracy_m", "speed_mps", "device", "sequence"}
)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fix:
    """One fix as it was given: degrees in ``system``, metres, metres a second, aware UTC."""

    shipment: str
    at: dt.datetime
    latitude: float
    longitude: float
    system: str = CoordinateSystem.WGS84.value
    accuracy_m: float | None = None
    speed_mps: float | None = None
    device: str = ""

    @property
    def key(self) -> bytes:
        """16 bytes that are the same for the same report, however often it is sent."""
        said = (self.device, self.at.timestamp(), self.latitude, self.longitude, self.system)
        return blake2b(repr(said).encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a point is no fix: a stable code and the field it is about."""

    code: str
    field: str


def read_fix(raw: Any, *, now: dt.datetime) -> Fix | Refusal:
    """Read one point of a batch. Never raises, whatever ``raw`` is.

    Codes: ``not_an_object``, ``unknown_field``, ``missing``, ``not_text``, ``too_long``,
    ``not_a_number``, ``out_of_range``, ``unknown_system``, ``unreadable_time``,
    ``time_out_of_range``.
    """
    if not isinstance(raw, Mapping):
        return Refusal("not_an_object", "")
    if unknown := sorted(str(name) for name in set(raw) - FIELDS):
        return Refusal("unknown_field", unknown[0][:MAX_WORD])
    try:
        return _read(raw, now)
    except _Refused as refused:
        return refused.refusal


def first_use(fix: Fix, *, now: dt.datetime) -> PositionUse:
    """Tell whether a fix may be used before anything has looked at its track.

    Held: what is not on earth or at 0/0, and what a clock years or days off has dated.
    """
    on_earth = abs(fix.latitude) <= 90
    nowhere = abs(fix.latitude) < 1e-3 and abs(fix.longitude) < 1e-3
    usable = on_earth and not nowhere and is_dated_well(fix.at, now)
    return PositionUse.ACCEPTED if usable else PositionUse.HELD


def is_dated_well(happened_at: dt.datetime, heard_at: dt.datetime) -> bool:
    """Tell whether the reporter's clock can have been right: 7 days late, 10 minutes ahead."""
    return heard_at - CLOCK_BEHIND <= happened_at <= heard_at + CLOCK_AHEAD


def to_wgs84(fixes: Sequence[Fix]) -> tuple[Floats, Floats]:
    """Return (latitudes, longitudes) in WGS-84, each fix converted from its declared system.

    What is not on earth stays as given.
    """
    latitude = np.array([fix.latitude for fix in fixes], dtype=np.float64)
    longitude = np.array([fix.longitude for fix in fixes], dtype=np.float64)
    systems = np.array([fix.system for fix in fixes])
    for system, undo in (
        (CoordinateSystem.GCJ02, gcj02_to_wgs84_arrays),
        (CoordinateSystem.BD09, bd09_to_wgs84_arrays),
    ):
        rows = (systems == system.value) & (np.abs(latitude) <= 90)
        if rows.any():
            latitude[rows], longitude[rows] = undo(latitude[rows], longitude[rows])
    return latitude, longitude


class _Refused(Exception):
    def __init__(self, code: str, field: str) -> None:
        super().__init__(code)
        self.refusal = Refusal(code, field)


def _read(raw: Mapping[str, Any], now: dt.datetime) -> Fix:
    return Fix(
        shipment=_word(raw, "shipment", required=True),
        at=_time(raw, now),
        latitude=_number(raw, "lat", -180.0, 180.0, required=True),
        longitude=_number(raw, "lon", -180.0, 180.0, required=True),
        system=_system(raw),
        accuracy_m=_optional(raw, "accuracy_m", MOST_ACCURACY_M),
        speed_mps=_optional(raw, "speed_mps", MOST_SPEED_MPS),
        device=_word(raw, "device"),
    )


def _word(raw: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    value = raw.get(name)
    if value is None or value == "":
        if required:
            raise _Refused("missing", name)
        return ""
    if not isinstance(value, str):
        raise _Refused("not_text", name)
    word = clean_line(value).value
    if len(word) > MAX_WORD:
        raise _Refused("too_long", name)
    if required and not word:
        raise _Refused("missing", name)
    return word


def _number(
    raw: Mapping[str, Any], name: str, least: float, most: float, *, required: bool = False
) -> float:
    value = raw.get(name)
    if value is None and required:
        raise _Refused("missing", name)
    if isinstance(value, bool) or value is None:
        raise _Refused("not_a_number", name)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise _Refused("not_a_number", name) from None
    if not math.isfinite(number):
        raise _Refused("not_a_number", name)
    if not least <= number <= most:
        raise _Refused("out_of_range", name)
    return number + 0.0


def _optional(raw: Mapping[str, Any], name: str, most: float) -> float | None:
    return None if raw.get(name) in (None, "") else _number(raw, name, 0.0, most)


def _system(raw: Mapping[str, Any]) -> str:
    system = raw.get("system")
    if system in (None, ""):
        return CoordinateSystem.WGS84.value
    found = CoordinateSystem.parse(system.lower()) if isinstance(system, str) else None
    if found is None:
        raise _Refused("unknown_system", "system")
    return found.value


def _time(raw: Mapping[str, Any], now: dt.datetime) -> dt.datetime:
    """Read ISO 8601 with a zone, or seconds since 1970 as a number."""
    value = raw.get("at")
    if value is None or value == "":
        raise _Refused("missing", "at")
    try:
        moment = _moment(value)
    except (TypeError, ValueError, OverflowError, OSError):
        raise _Refused("unreadable_time", "at") from None
    if not GPS_EPOCH <= moment <= now + dt.timedelta(days=365 * YEARS_AHEAD):
        raise _Refused("time_out_of_range", "at")
    return moment


def _moment(value: Any) -> dt.datetime:
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, str):
        moment = dt.datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(dt.UTC)
    return dt.datetime.fromtimestamp(float(value), dt.UTC)
