"""Hours that count: working days of a region, added and measured.

A working day counts its 24 hours, from midnight to midnight of the region; other days count
none. So "3 business days" are 72 hours however many holidays lie between.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

SATURDAY = 5
ZONES = {
    "CN": "Asia/Shanghai", "US": "America/New_York", "GB": "Europe/London", "DE": "Europe/Berlin",
    "FR": "Europe/Paris", "JP": "Asia/Tokyo", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "HK": "Asia/Hong_Kong", "SG": "Asia/Singapore", "KR": "Asia/Seoul",
}  # fmt: skip
"""The zone in which a region's days begin: its capital's customs or trade centre."""
FIRST_DAY, LAST_DAY = dt.date(2010, 1, 1), dt.date(2051, 1, 1)
"""Between these days working time is known; nothing a portal asks for lies outside."""
MOST_HOURS = 24 * 3_660
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
HOUR_MICROSECONDS = 3_600_000_000


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of one region; ``exceptions`` are days that differ from their weekday.

    Asked often: where each day begins and how much working time lies before it is summed up
    once, so that adding hours is two searches by halves.
    """

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
        for more than ten years of hours, and outside the years 2010-2050.
        """
        if not hours:
            return start
        if abs(hours) > MOST_HOURS:
            raise ValueError("too many hours")
        before = self._worked_before
        goal = self._worked_at(_microseconds(start)) + round(hours * HOUR_MICROSECONDS)
        day = (bisect_left if hours > 0 else bisect_right)(before, goal) - 1
        if not 0 <= day < len(before) - 1:
            raise ValueError("no working days")
        return EPOCH + (self._midnights[day] + goal - before[day]) * MICROSECOND

    def between(self, start: dt.datetime, end: dt.datetime) -> float:
        """Return the working hours from start to end, 0 where the end is not later."""
        first, last = _microseconds(start), _microseconds(end)
        if last <= first:
            return 0.0
        return (self._worked_at(last) - self._worked_at(first)) / HOUR_MICROSECONDS

    def _worked_at(self, moment: int) -> int:
        """Return the working time (µs) before a moment, counted from the first day."""
        midnights, before = self._midnights, self._worked_before
        day = bisect_right(midnights, moment) - 1
        if not 0 <= day < len(midnights) - 1:
            raise ValueError("no working days")
        worked = before[day]
        return worked + moment - midnights[day] if before[day + 1] > worked else worked

    @cached_property
    def _midnights(self) -> Sequence[int]:
        return _midnights_of(ZONES.get(self.region, "UTC"))

    @cached_property
    def _worked_before(self) -> list[int]:
        """The working time (µs) before each midnight."""
        midnights, first = self._midnights, FIRST_DAY.toordinal()
        lengths = [
            end - begin if (first + index - 1) % 7 < SATURDAY else 0
            for index, (begin, end) in enumerate(pairwise(midnights))
        ]
        for day, works in self.exceptions.items():
            index = day.toordinal() - first
            if 0 <= index < len(lengths):
                lengths[index] = midnights[index + 1] - midnights[index] if works else 0
        return list(accumulate(lengths, initial=0))


def _microseconds(moment: dt.datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


@cache
def _midnights_of(zone: str) -> tuple[int, ...]:
    """Return where each day of a zone begins, in µs of UTC; the last one ends the day before."""
    days = range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1)
    zoned = ZoneInfo(zone)
    return tuple(
        _microseconds(dt.datetime.combine(dt.date.fromordinal(day), dt.time(), tzinfo=zoned))
        for day in days
    )


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
