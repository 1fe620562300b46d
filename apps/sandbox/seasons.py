"""The Chinese year as parcels feel it: weekly rhythm, sales, Spring Festival, school days.

Everything is a pure function of epoch seconds, read in China time. Dates of Spring Festival
are the State Council's; sales and their sizes follow the State Post Bureau's daily counts
(about three ordinary days' parcels on 11 November).
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from apps.sandbox.hours import DAY
from apps.sandbox.plan import CHINA_OFFSET

EPOCH = dt.date(1970, 1, 1)
SPRING_FESTIVALS = tuple(
    dt.date.fromisoformat(text)
    for text in (
        "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13",
        "2030-02-03", "2031-01-23", "2032-02-11", "2033-01-31", "2034-02-19", "2035-02-08",
    )
)  # fmt: skip
HALT_DAYS = (-1, 6)
WEEKDAY_VOLUME = (1.08, 1.05, 1.03, 1.02, 1.0, 0.95, 0.87)


def day_of(at: int) -> int:
    """The China day of an epoch second, counted from 1970-01-01."""
    return (at + CHINA_OFFSET) // DAY


def date_of(at: int) -> dt.date:
    """The China date of an epoch second."""
    return EPOCH + dt.timedelta(days=day_of(at))


def weekday_of(at: int) -> int:
    """0 is Monday, in China."""
    return (day_of(at) + 3) % 7


def volume_factor(at: int) -> float:
    """Parcels of this day over an ordinary day's: weekends, sales, the festival's silence."""
    return WEEKDAY_VOLUME[weekday_of(at)] * _season(day_of(at))[0]


def delay_factor(at: int) -> float:
    """How much longer every stage takes than on an ordinary day (1.0 and more)."""
    return _season(day_of(at))[1]


def is_big_sale(at: int) -> bool:
    """The days around 11 November when hubs are flooded."""
    date = date_of(at)
    return date.month == 11 and 10 <= date.day <= 18


def halt_until(at: int) -> int | None:
    """The end of the Spring Festival halt ``at`` falls into (epoch seconds), or None.

    From New Year's Eve to the sixth day most carriers neither collect nor deliver.
    """
    return _halts().get(day_of(at))


def is_school_day(at: int) -> bool:
    """Monday to Friday outside school holidays (winter, summer, May and October)."""
    date = date_of(at)
    if weekday_of(at) >= 5 or (date.month, date.day) == (1, 1):
        return False
    if (7, 10) <= (date.month, date.day) <= (8, 31):
        return False
    if (date.month == 10 and date.day <= 7) or (date.month == 5 and date.day <= 5):
        return False
    from_festival = _days_from_festival(date)
    return from_festival is None or not -16 <= from_festival <= 14


@lru_cache(maxsize=4096)
def _season(day: int) -> tuple[float, float]:
    """Volume and delay of a China day, without its weekday."""
    date = EPOCH + dt.timedelta(days=day)
    month, number = date.month, date.day
    if month == 11:
        return _november(number)
    if month == 6 and 16 <= number <= 21:
        return 1.6, 1.15
    if month == 12 and 11 <= number <= 14:
        return 1.5, 1.15
    around = _around_festival(date)
    return around or (1.0, 1.04 if month in {7, 8, 12, 1} else 1.0)


def _around_festival(date: dt.date) -> tuple[float, float] | None:
    days = _days_from_festival(date)
    if days is None or not -20 <= days <= 14:
        return None
    if days < HALT_DAYS[0]:
        return 1.35, 1.15
    return (0.2, 1.3) if days <= HALT_DAYS[1] else (0.7, 1.2)


def _november(number: int) -> tuple[float, float]:
    if number in {11, 12}:
        return 3.0, 1.5
    if 13 <= number <= 18:
        return 1.7, 1.6 - 0.08 * (number - 13)
    return (1.8, 1.15) if number <= 3 else (1.25, 1.05)


def _days_from_festival(date: dt.date) -> int | None:
    """Days from the year's Spring Festival (negative before it), None for unknown years."""
    same = [day for day in SPRING_FESTIVALS if day.year == date.year]
    return (date - same[0]).days if same else None


@lru_cache(maxsize=1)
def _halts() -> dict[int, int]:
    """Every halted China day and the epoch second at which its halt ends."""
    halts: dict[int, int] = {}
    for festival in SPRING_FESTIVALS:
        first = (festival - EPOCH).days
        end = (first + HALT_DAYS[1] + 1) * DAY - CHINA_OFFSET
        halts |= {first + n: end for n in range(HALT_DAYS[0], HALT_DAYS[1] + 1)}
    return halts
