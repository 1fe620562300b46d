"""GCJ-02, the shifted coordinates of Chinese maps, and WGS-84, what everybody else uses.

The forward formula is the published polynomial (see the "eviltransform" derivation): the offset of
a point is computed on the Krasovsky ellipsoid. It has no closed inverse; five fixed-point steps
bring the error below a centimetre, far below the size of a district centre.
"""

from __future__ import annotations

import math

_AXIS_METRES = 6378245.0
_ECCENTRICITY = 0.00669342162296594323


def gcj02_to_wgs84(longitude: float, latitude: float) -> tuple[float, float]:
    """Return (longitude, latitude) in WGS-84 degrees for a GCJ-02 point."""
    if not is_in_china(longitude, latitude):
        return longitude, latitude
    east, north = longitude, latitude
    for _ in range(5):
        shifted_east, shifted_north = wgs84_to_gcj02(east, north)
        east += longitude - shifted_east
        north += latitude - shifted_north
    return east, north


def wgs84_to_gcj02(longitude: float, latitude: float) -> tuple[float, float]:
    """Return (longitude, latitude) in GCJ-02 degrees for a WGS-84 point."""
    if not is_in_china(longitude, latitude):
        return longitude, latitude
    east, north = _offset(longitude - 105.0, latitude - 35.0)
    radians = latitude / 180.0 * math.pi
    magic = 1 - _ECCENTRICITY * math.sin(radians) ** 2
    root = math.sqrt(magic)
    north = north * 180.0 / (_AXIS_METRES * (1 - _ECCENTRICITY) / (magic * root) * math.pi)
    east = east * 180.0 / (_AXIS_METRES / root * math.cos(radians) * math.pi)
    return longitude + east, latitude + north


def is_in_china(longitude: float, latitude: float) -> bool:
    """Whether the point lies in the box within which maps are shifted."""
    return 72.004 <= longitude <= 137.8347 and 0.8293 <= latitude <= 55.8271


def _offset(x: float, y: float) -> tuple[float, float]:
    """The shift in metres (east, north) for degrees from 105 E, 35 N."""
    root = math.sqrt(abs(x))
    waves = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += waves * 2.0 / 3.0
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (
        (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    )
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += waves * 2.0 / 3.0
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (
        (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    )
    return east, north
