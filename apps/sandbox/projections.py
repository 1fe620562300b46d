"""The platform's two coordinate systems (``lbsType`` 1 BD-09, 2 GCJ-02) from and to WGS-84.

BD-09 is Baidu's published shift on top of GCJ-02. It has no closed inverse; fixed-point steps
bring the error below a millimetre. Points outside China are not shifted.
"""

from __future__ import annotations

import math

from apps.core.geo import gcj02_to_wgs84, wgs84_to_gcj02
from apps.core.geo.coordinates import is_in_china

BD09, GCJ02 = "1", "2"
EARTH_RADIUS_M = 6_371_008.8
_WAVE = math.pi * 3000.0 / 180.0
Place = tuple[float, float]
"""Longitude and latitude in degrees."""


def to_lbs(place: Place, lbs_type: str) -> Place:
    """A WGS-84 place in the system the platform names 1 or 2."""
    shifted = wgs84_to_gcj02(*place)
    return gcj02_to_bd09(shifted) if lbs_type == BD09 and is_in_china(*place) else shifted


def from_lbs(place: Place, lbs_type: str) -> Place:
    """A place of system 1 or 2 in WGS-84."""
    if lbs_type == BD09 and is_in_china(*place):
        place = bd09_to_gcj02(place)
    return gcj02_to_wgs84(*place)


def gcj02_to_bd09(place: Place) -> Place:
    """Baidu's shift of a GCJ-02 place."""
    lng, lat = place
    radius = math.hypot(lng, lat) + 0.00002 * math.sin(lat * _WAVE)
    angle = math.atan2(lat, lng) + 0.000003 * math.cos(lng * _WAVE)
    return radius * math.cos(angle) + 0.0065, radius * math.sin(angle) + 0.006


def bd09_to_gcj02(place: Place) -> Place:
    """The GCJ-02 place that Baidu shows here."""
    lng, lat = place[0] - 0.0065, place[1] - 0.006
    for _ in range(6):
        shown = gcj02_to_bd09((lng, lat))
        lng, lat = lng + place[0] - shown[0], lat + place[1] - shown[1]
    return lng, lat


def moved(place: Place, east_m: float, north_m: float) -> Place:
    """The place so many metres east and north, on a sphere, for short ways."""
    lng, lat = place
    north = math.degrees(north_m / EARTH_RADIUS_M)
    east = math.degrees(east_m / (EARTH_RADIUS_M * math.cos(math.radians(lat))))
    return lng + east, lat + north


def offset_m(start: Place, end: Place) -> tuple[float, float]:
    """Metres east and north from one place to another: the inverse of ``moved``."""
    north = math.radians(end[1] - start[1]) * EARTH_RADIUS_M
    east = math.radians(end[0] - start[0]) * EARTH_RADIUS_M * math.cos(math.radians(start[1]))
    return east, north


def metres_between(start: Place, end: Place) -> float:
    """Great-circle distance in metres."""
    lat_a, lat_b = math.radians(start[1]), math.radians(end[1])
    h = math.sin((lat_b - lat_a) / 2) ** 2
    h += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(end[0] - start[0]) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, h)))
