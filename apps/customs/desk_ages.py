"""How long goods may lie at customs before somebody looks. Pure.

The start values are customs.md §4.3. Silence of a leg is the floor below's own clock; this one
runs on what a declaration's state says, so it also sees a parcel that no carrier speaks of.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from apps.customs.choices import DeclarationState, Direction, GoodsClass, ServiceKind

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)

WAITS_FOR_US = frozenset({DeclarationState.INFORMATION_REQUIRED.value, DeclarationState.HELD.value})
AT_CUSTOMS = frozenset({DeclarationState.SUBMITTED.value, DeclarationState.PROCESSING.value})
SENSITIVE = frozenset(
    one.value
    for one in (
        GoodsClass.FOOD,
        GoodsClass.SUPPLEMENT,
        GoodsClass.COSMETICS,
        GoodsClass.MEDICINE,
        GoodsClass.MEDICAL_DEVICE,
        GoodsClass.BATTERY,
    )
)
SHORTEST = DAY
"""No declaration at customs turns amber sooner than this, unless customs asks or holds."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From when an age is amber and from when it is red."""

    amber: dt.timedelta
    red: dt.timedelta


ASKED = Limits(dt.timedelta(0), DAY)
QUICK = Limits(DAY, 2 * DAY)
SLOW = Limits(3 * DAY, 5 * DAY)


@dataclass(frozen=True, slots=True)
class Age:
    """How old a state is and how that looks: ``tone`` of a badge, ``percent`` of the way to red."""

    span: dt.timedelta
    limits: Limits

    @property
    def tone(self) -> str:
        """Return info, warning or danger."""
        if self.span >= self.limits.red:
            return "danger"
        return "warning" if self.span >= self.limits.amber else "info"

    @property
    def percent(self) -> int:
        """Return how much of the time until red is used up, 0 to 100."""
        return max(0, min(100, round(100 * (self.span / self.limits.red))))


def limits_of(state: str, *, direction: str, service: str, is_sensitive: bool) -> Limits:
    """Return the limits for a declaration in a state (customs.md §4.3).

    What customs asks or holds is amber at once. Export, express and sensitive goods are quick;
    other imports take their days.
    """
    if state in WAITS_FOR_US:
        return ASKED
    is_quick = direction == Direction.EXPORT.value or service == ServiceKind.EXPRESS.value
    return QUICK if is_quick or is_sensitive else SLOW


def is_sensitive(classes: list[str]) -> bool:
    """Tell whether any of the goods classes is one that customs looks at first."""
    return not SENSITIVE.isdisjoint(classes)
