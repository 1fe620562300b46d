"""Stretches of time as people say them."""

from __future__ import annotations

import datetime as dt

MINUTE, HOUR, DAY = 60, 3_600, 86_400
HOURS_UP_TO = 48 * HOUR
ZH, EN = "zh", "en"


def say_duration(seconds: float, language: str) -> str:
    """Return a stretch in at most two parts: 40 分钟, 25 小时, 3 天 4 小时; 3 days 4 h.

    Up to two days it is said in hours; what is negative counts as nothing.
    """
    whole = max(0, int(seconds))
    if whole < HOUR:
        return _minutes(whole // MINUTE, language)
    if whole < HOURS_UP_TO:
        return _hours(whole // HOUR, language)
    days, hours = divmod(whole // HOUR, 24)
    said = _days(days, language)
    return f"{said} {_hours(hours, language, short=True)}" if hours and days < 7 else said


def say_limit(hours: float, *, business: bool, language: str) -> str:
    """Return a threshold: 48 小时, 3 个工作日; 48 hours, 3 business days."""
    seconds = abs(hours) * HOUR
    if not business:
        return say_duration(seconds, language)
    days = seconds / DAY
    if days < 1 or days != int(days):
        said = say_duration(min(seconds, HOURS_UP_TO - 1), language)
        said = said if seconds < HOURS_UP_TO else _hours(int(abs(hours)), language)
        return f"{said}（工作日）" if language == ZH else f"{said} of business days"
    return f"{days:.0f} 个工作日" if language == ZH else _plural(int(days), "business day")


def say_moment(moment: dt.datetime, zone: dt.tzinfo, language: str) -> str:
    """Return a moment in the reader's zone, without a year: 11月3日 12:00; 3 Nov 12:00."""
    local = moment.astimezone(zone)
    clock = f"{local:%H:%M}"
    if language == ZH:
        return f"{local.month}月{local.day}日 {clock}"
    return f"{local.day} {MONTHS[local.month - 1]} {clock}"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _minutes(count: int, language: str) -> str:
    return f"{count} 分钟" if language == ZH else _plural(count, "minute")


def _hours(count: int, language: str, *, short: bool = False) -> str:
    if language == ZH:
        return f"{count} 小时"
    return f"{count} h" if short else _plural(count, "hour")


def _days(count: int, language: str) -> str:
    return f"{count} 天" if language == ZH else _plural(count, "day")


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
