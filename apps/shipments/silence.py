"""How long a leg may say nothing. Pure.

A parcel that is stuck in customs emits no event at all: only a clock can notice. The hours are
start values of the field notes (customs.md §4.3), not statistics; the line-haul's end is ours.
What waits for somebody's answer (information required, held) is amber at once.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from apps.shipments.choices import CustomsPhase, LegKind

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
AMBER, RED = "amber", "red"
EXPORT, IMPORT = LegKind.EXPORT_CUSTOMS.value, LegKind.IMPORT_CUSTOMS.value
AT_CUSTOMS = frozenset(
    {CustomsPhase.PENDING.value, CustomsPhase.PROCESSING.value, CustomsPhase.HELD.value,
     CustomsPhase.INFO_REQUIRED.value}
)  # fmt: skip
WAITS_FOR_ANSWER = frozenset({CustomsPhase.HELD.value, CustomsPhase.INFO_REQUIRED.value})


class Limit(NamedTuple):
    """After how long silence is amber, after how long red."""

    amber: dt.timedelta
    red: dt.timedelta


ANSWER = Limit(dt.timedelta(0), DAY)
SENSITIVE = Limit(DAY, 2 * DAY)
EXPRESS_IMPORT = Limit(DAY, 2 * DAY)
LIMITS: dict[str, Limit] = {
    LegKind.DOMESTIC.value: Limit(3 * DAY, 5 * DAY),
    LegKind.ORIGIN_HUB.value: Limit(3 * DAY, 5 * DAY),
    EXPORT: Limit(DAY, 2 * DAY),
    LegKind.LINE_HAUL.value: Limit(7 * DAY, 9 * DAY),
    IMPORT: Limit(3 * DAY, 5 * DAY),
    LegKind.DESTINATION_HUB.value: Limit(3 * DAY, 5 * DAY),
    LegKind.LAST_MILE.value: Limit(3 * DAY, 5 * DAY),
    LegKind.RETURN.value: Limit(3 * DAY, 5 * DAY),
}


class LegClock(NamedTuple):
    """What a leg's silence is told by.

    ``stage`` is the kind of stretch its latest word was about; ``quiet_since`` that word's moment
    (or when the leg before gave the parcel away), None for a leg whose turn has not come or that
    has the parcel no longer.
    """

    stage: str
    phase: str
    quiet_since: dt.datetime | None
    is_express: bool = False
    is_sensitive: bool = False


class Silence(NamedTuple):
    """How long a leg has been silent, how long it may be, and what that comes to ("" is well)."""

    silent_for: dt.timedelta | None
    limit: Limit
    level: str

    @property
    def is_silent(self) -> bool:
        """Whether it has been silent for too long."""
        return bool(self.level)


def limit_of(clock: LegClock) -> Limit:
    """Return how long a leg may say nothing where it stands."""
    if clock.phase in WAITS_FOR_ANSWER:
        return ANSWER
    if clock.stage == IMPORT and clock.is_sensitive:
        return SENSITIVE
    if clock.stage == IMPORT and clock.is_express:
        return EXPRESS_IMPORT
    return LIMITS[clock.stage]


def leg_silence(leg: LegClock, now: dt.datetime) -> Silence:
    """Return a leg's silence at a moment."""
    limit = limit_of(leg)
    if leg.quiet_since is None:
        return Silence(None, limit, "")
    silent_for = max(now - leg.quiet_since, dt.timedelta(0))
    level = RED if silent_for >= limit.red else AMBER if silent_for >= limit.amber else ""
    return Silence(silent_for, limit, level)
