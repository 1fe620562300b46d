"""GCJ-02 and BD-09, the shifted coordinates of Chinese maps, and WGS-84, what others use.

The forward formula is the published polynomial (see the "eviltransform" derivation): the offset of
a point is computed on the Krasovsky ellipsoid; BD-09 turns and stretches GCJ-02 once more. Neither
has a closed inverse; four fixed-point steps bring the error below a millimetre. The functions of
one point take (longitude, latitude); those named ``..._arrays`` take and return numpy arrays of
(latitude, longitude), as tracks are kept, and are some hundred times faster per point.
"""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_AXIS_METRES = 6378245.0
_ECCENTRICITY = 0.00669342162296594323
_BAIDU_WAVE = math.pi * 3000.0 / 180.0
_INVERSE_STEPS = 4


def gcj02_to_wgs84(longitude: float, latitude: float) -> tuple[float, float]:
    """Return (longitude, latitude) in WGS-84 degrees for a GCJ-02 point."""
    if not is_in_china(longitude, latitude):
        return longitude, latitude
    east, north = longitude, latitude
    for _ in range(_INVERSE_STEPS):
        shifted_east, shifted_north = wgs84_to_gcj02(east, north)
        east += longitude - shifted_east
        north += latitude - shifted_north
    return east, north


def wgs84_to_gcj02(longitude: float, latitude: float) -> tuple[float, float]:
    """Return (longitude, latitude) in GCJ-02 degrees for a WGS-84 point."""
    if not is_in_china(longitude, latitude):
        return longitude, latitude
    east, north = _shift(longitude, latitude, math)
    return longitude + east, latitude + north


def wgs84_to_gcj02_arrays(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Return (latitudes, longitudes) in GCJ-02; points outside China are left as they are."""
    east, north = _shift(longitude, latitude, np)
    inside = in_china_arrays(latitude, longitude)
    return latitude + np.where(inside, north, 0.0), longitude + np.where(inside, east, 0.0)


def wgs84_to_bd09_arrays(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Return (latitudes, longitudes) in BD-09; points outside China are left as they are."""
    north, east = wgs84_to_gcj02_arrays(latitude, longitude)
    radius = np.hypot(east, north) + 2e-5 * np.sin(north * _BAIDU_WAVE)
    angle = np.arctan2(north, east) + 3e-6 * np.cos(east * _BAIDU_WAVE)
    inside = in_china_arrays(latitude, longitude)
    return (
        np.where(inside, radius * np.sin(angle) + 0.006, latitude),
        np.where(inside, radius * np.cos(angle) + 0.0065, longitude),
    )


def gcj02_to_wgs84_arrays(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Return (latitudes, longitudes) in WGS-84 of GCJ-02 points, exact to a millimetre."""
    return _undone(wgs84_to_gcj02_arrays, latitude, longitude)


def bd09_to_wgs84_arrays(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Return (latitudes, longitudes) in WGS-84 of BD-09 points, exact to a millimetre."""
    return _undone(wgs84_to_bd09_arrays, latitude, longitude)


def _undone(forward: Any, latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Return the points that ``forward`` takes to the given ones, by fixed-point steps."""
    north, east = latitude, longitude
    for _ in range(_INVERSE_STEPS):
        there, across = forward(north, east)
        north, east = north + (latitude - there), east + (longitude - across)
    return north, east


def in_china_arrays(latitude: Floats, longitude: Floats) -> NDArray[np.bool_]:
    """Tell for each point whether it lies in the box within which maps are shifted."""
    inside = (longitude >= 72.004) & (longitude <= 137.8347)
    return inside & (latitude >= 0.8293) & (latitude <= 55.8271)


def is_in_china(longitude: float, latitude: float) -> bool:
    """Whether the point lies in the box within which maps are shifted."""
    return 72.004 <= longitude <= 137.8347 and 0.8293 <= latitude <= 55.8271


def _shift(longitude: Any, latitude: Any, maths: ModuleType) -> tuple[Any, Any]:
    """The shift in degrees (east, north) of points; ``maths`` is math for one, numpy for many."""
    east, north = _offset(longitude - 105.0, latitude - 35.0, maths)
    radians = latitude / 180.0 * math.pi
    magic = 1 - _ECCENTRICITY * maths.sin(radians) ** 2
    root = maths.sqrt(magic)
    north = north * 180.0 / (_AXIS_METRES * (1 - _ECCENTRICITY) / (magic * root) * math.pi)
    east = east * 180.0 / (_AXIS_METRES / root * maths.cos(radians) * math.pi)
    return east, north


def _offset(x: Any, y: Any, maths: ModuleType) -> tuple[Any, Any]:
    """The shift in metres (east, north) for degrees from 105 E, 35 N."""
    sin, pi = maths.sin, math.pi
    root = maths.sqrt(maths.fabs(x))
    waves = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    return east, north
