"""Baidiyun's times carry no zone. This module says which one they mean and turns them to UTC.

Domestic carriers report China time wherever the parcel is. International ones report the time
of the place; where the place is not known, the leg's own zone stands in. A division code of
mainland China means China time for everybody.

Local times that a change of clocks skips or repeats are settled once and for all: a repeated
hour is the first of the two, a skipped one counts on from before the gap (02:30 becomes 03:30).
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apps.shipments.carriers import reports_local_time
from apps.shipments.zones import CHINA, zone_of_place

_SHAPE = re.compile(
    r"\s*(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?\s*"
)
_CHINA_OFFSET = dt.timedelta(hours=8)
FIRST_YEAR, LAST_YEAR = 2000, 2100


def read_local(original: str) -> dt.datetime | None:
    """Return the naive local time in "yyyy-MM-dd HH:mm:ss" and its near relatives, or None.

    Years outside 2000–2100 are a carrier's mistake and are not read. A date without a time is
    its midnight.
    """
    try:
        value = dt.datetime.fromisoformat(original) if len(original) == 19 else None
    except ValueError:
        value = None
    if value is None:
        match = _SHAPE.fullmatch(original)
        if match is None:
            return None
        try:
            value = dt.datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
        except ValueError:
            return None
    if value.tzinfo is not None or not FIRST_YEAR <= value.year < LAST_YEAR:
        return None
    return value


def zone_for(
    *,
    carrier: str,
    area_code: str = "",
    area_name: str = "",
    location: str = "",
    leg_zone: str = CHINA,
) -> str:
    """Return the IANA zone of a node's time."""
    if not reports_local_time(carrier) or area_code.startswith("CN"):
        return CHINA
    return zone_of_place(location) or zone_of_place(area_name) or leg_zone


def to_utc(local: dt.datetime, zone: str) -> dt.datetime:
    """Return the moment a naive local time means in a zone, in UTC."""
    if zone == CHINA:
        return (local - _CHINA_OFFSET).replace(tzinfo=dt.UTC)
    return local.replace(tzinfo=_zone(zone), fold=0).astimezone(dt.UTC)


def local_in(moment: dt.datetime, zone: str) -> dt.datetime:
    """Return a moment in a stored zone; one nobody knows is shown in UTC."""
    try:
        return moment.astimezone(_zone(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return moment.astimezone(dt.UTC)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
