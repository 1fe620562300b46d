"""Which rows answer a question about a stretch of time (pure): minutes, hours or days.

Whole days and hours are read from their sums, the edges and what is not summed up yet from
minutes, so an answer is exact to the minute wherever minutes are still kept and otherwise rounds
outwards.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

MINUTE, HOUR, DAY = "minute", "hour", "day"
UNITS = {
    MINUTE: dt.timedelta(minutes=1),
    HOUR: dt.timedelta(hours=1),
    DAY: dt.timedelta(days=1),
}
KEPT = {MINUTE: dt.timedelta(days=8), HOUR: dt.timedelta(days=92)}
"""How long rows of a grain are kept; days are kept for good."""
SHORT = dt.timedelta(hours=6)
"""A stretch this short is read from minutes alone."""
SUMMED_WITHIN = dt.timedelta(hours=1)
"""An hour is summed up this long after its end at the latest."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of one grain with ``since`` <= start < ``until``."""

    grain: str
    since: dt.datetime
    until: dt.datetime


def floored(moment: dt.datetime, unit: dt.timedelta) -> dt.datetime:
    """Return the beginning of the minute, hour or UTC day a moment lies in."""
    stamp, size = int(moment.timestamp()), int(unit.total_seconds())
    return dt.datetime.fromtimestamp(stamp - stamp % size, tz=dt.UTC)


def raised(moment: dt.datetime, unit: dt.timedelta) -> dt.datetime:
    """Return the first beginning of a minute, hour or UTC day that is not before a moment."""
    down = floored(moment, unit)
    return down if down == moment else down + unit


def stretches(
    since: dt.datetime, until: dt.datetime, *, now: dt.datetime, coarsest: str = DAY
) -> list[Stretch]:
    """Return the stretches of rows that together cover a time, none twice, oldest first.

    ``coarsest`` keeps sums out that are longer than the steps of a course.
    """
    since, until = floored(since, UNITS[MINUTE]), raised(until, UNITS[MINUTE])
    kept = now - KEPT[MINUTE]
    if since >= until:
        return []
    if coarsest == MINUTE or (since >= kept and until - since <= SHORT):
        return [Stretch(MINUTE, since, until)]
    summed = floored(now - SUMMED_WITHIN, UNITS[HOUR])
    begin = raised(since, UNITS[HOUR]) if since >= kept else floored(since, UNITS[HOUR])
    end = floored(until, UNITS[HOUR]) if until >= kept else raised(until, UNITS[HOUR])
    end = min(end, summed)
    if begin >= end:
        return [Stretch(MINUTE, since, until)]
    found = [Stretch(MINUTE, since, begin), *_hours(begin, end, now, coarsest)]
    found.append(Stretch(MINUTE, end, until))
    return [part for part in found if part.since < part.until]


def _hours(begin: dt.datetime, end: dt.datetime, now: dt.datetime, coarsest: str) -> list[Stretch]:
    """Split a time of whole hours into hours, whole days and hours."""
    gone = begin < now - KEPT[HOUR]
    first = floored(begin, UNITS[DAY]) if gone else raised(begin, UNITS[DAY])
    last = floored(end, UNITS[DAY])
    if (coarsest != DAY and not gone) or first >= last:
        return [Stretch(HOUR, begin, end)]
    return [Stretch(HOUR, begin, first), Stretch(DAY, first, last), Stretch(HOUR, last, end)]
