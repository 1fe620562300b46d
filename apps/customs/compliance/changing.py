"""When what binds changes by itself: the midnights of rules, thresholds and rates. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from apps.customs.compliance.binding import zone_of_law
from apps.customs.compliance.content import SetContent
from apps.customs.figures import Figures
from apps.shipments.zones import CHINA

A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which nothing changes: from ``since`` until before ``until``."""

    since: dt.datetime | None
    until: dt.datetime | None

    def __contains__(self, at: dt.datetime) -> bool:
        """Whether a moment lies within."""
        begun = self.since is None or self.since <= at
        return begun and (self.until is None or at < self.until)


def span_at(moments: Iterable[dt.datetime], at: dt.datetime) -> Span:
    """Return the stretch around a moment that none of the moments interrupts."""
    known = tuple(moments)
    return Span(
        max((one for one in known if one <= at), default=None),
        min((one for one in known if one > at), default=None),
    )


def moments_of(contents: Sequence[SetContent], figures: Figures) -> set[dt.datetime]:
    """Return every moment at which a rule, a threshold it names or a rate begins or ends."""
    moments: set[dt.datetime] = set()
    zones = {CHINA}
    for content in contents:
        for rule in content.rules:
            moments |= midnights(rule.zone or CHINA, rule.effective_from, rule.effective_to)
            for condition in rule.conditions:
                names = (value[1:] for value in condition.values if value.startswith("#"))
                zones |= {zone_of_law(name.partition(".")[0]) for name in names}
    days = {(one.valid_from, one.valid_to) for one in figures.thresholds}
    days |= {(rate.valid_from, None) for rate in figures.rates}
    for zone in zones:
        for first, last in days:
            moments |= midnights(zone, first, last)
    return moments


def midnights(zone: str, first: dt.date | None, last: dt.date | None) -> set[dt.datetime]:
    """Return when a stretch of whole days begins and when it is over, in a zone."""
    days = ([first] if first else []) + ([last + A_DAY] if last and last < dt.date.max else [])
    return {dt.datetime.combine(day, dt.time(), ZoneInfo(zone)) for day in days}
