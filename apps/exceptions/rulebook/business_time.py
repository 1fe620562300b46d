"""Hours that count: working days of a region, added and measured.

A working day counts its 24 hours, from midnight to midnight of the region; other days count
none. So "3 business days" are 72 hours however many holidays lie between.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

DAY = dt.timedelta(days=1)
SATURDAY = 5
ZONES = {
    "CN": "Asia/Shanghai", "US": "America/New_York", "GB": "Europe/London", "DE": "Europe/Berlin",
    "FR": "Europe/Paris", "JP": "Asia/Tokyo", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "HK": "Asia/Hong_Kong", "SG": "Asia/Singapore", "KR": "Asia/Seoul",
}  # fmt: skip
"""The zone in which a region's days begin: its capital's customs or trade centre."""
MOST_DAYS = 3_660


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of one region; ``exceptions`` are days that differ from their weekday."""

    region: str = "CN"
    exceptions: Mapping[dt.date, bool] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its days begin; UTC's for a region nobody has listed."""
        return ZoneInfo(ZONES.get(self.region, "UTC"))

    def is_working(self, day: dt.date) -> bool:
        """Tell whether a day counts."""
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def add(self, start: dt.datetime, hours: float) -> dt.datetime:
        """Return the moment when ``hours`` (may be negative) of working time have gone by.

        The result lies in working time; with 0 hours it is ``start`` itself. Raises ValueError
        where ten years of days hold too few of them.
        """
        left = dt.timedelta(hours=abs(hours))
        if not left:
            return start
        step = self._forward if hours > 0 else self._backward
        return step(start, left).astimezone(dt.UTC)

    def between(self, start: dt.datetime, end: dt.datetime) -> float:
        """Return the working hours from start to end, 0 where the end is not later."""
        total, at = dt.timedelta(), start.astimezone(self.zone)
        last = end.astimezone(self.zone)
        while at < last:
            stop = min(self._midnight(at.date() + DAY), last)
            if self.is_working(at.date()):
                total += stop.astimezone(dt.UTC) - at.astimezone(dt.UTC)
            at = stop
        return total / dt.timedelta(hours=1)

    def _midnight(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), tzinfo=self.zone)

    def _forward(self, start: dt.datetime, left: dt.timedelta) -> dt.datetime:
        at = start.astimezone(self.zone)
        for _ in range(MOST_DAYS):
            stop = self._midnight(at.date() + DAY)
            if self.is_working(at.date()):
                room = stop.astimezone(dt.UTC) - at.astimezone(dt.UTC)
                if left <= room:
                    return at.astimezone(dt.UTC) + left
                left -= room
            at = stop
        raise ValueError("no working days")

    def _backward(self, start: dt.datetime, left: dt.timedelta) -> dt.datetime:
        at = start.astimezone(self.zone)
        for _ in range(MOST_DAYS):
            day = at.date() if at > self._midnight(at.date()) else at.date() - DAY
            begin = self._midnight(day)
            if self.is_working(day):
                room = at.astimezone(dt.UTC) - begin.astimezone(dt.UTC)
                if left <= room:
                    return at.astimezone(dt.UTC) - left
                left -= room
            at = begin
        raise ValueError("no working days")


class Calendars:
    """The calendars of all regions; one that nobody keeps has weekends only."""

    def __init__(self, kept: Mapping[str, WorkCalendar] | None = None) -> None:
        self._kept = dict(kept or {})

    def of(self, region: str) -> WorkCalendar:
        """Return the calendar of a region."""
        found = self._kept.get(region)
        if found is None:
            found = self._kept[region] = WorkCalendar(region)
        return found
