"""How complete the pushes are: what the page, the API and the home page read. Business time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from apps.shipments.models import CompletenessHour, ReconciliationRun

FIGURES = ("expected", "missing", "late", "wrong", "healed", "unreachable")
LATENESS = ("late_30m", "late_2h", "late_6h", "late_24h", "late_more")


@dataclass(frozen=True, slots=True)
class Completeness:
    """Counts of nodes as `CompletenessHour` has them; ``unreachable`` counts comparisons."""

    expected: int = 0
    missing: int = 0
    late: int = 0
    wrong: int = 0
    healed: int = 0
    unreachable: int = 0
    late_30m: int = 0
    late_2h: int = 0
    late_6h: int = 0
    late_24h: int = 0
    late_more: int = 0

    def plus(self, other: Completeness) -> Completeness:
        """Return the sum."""
        return Completeness(
            *(getattr(self, part.name) + getattr(other, part.name) for part in fields(self))
        )

    @property
    def share(self) -> float | None:
        """The share of nodes that pushes brought, late ones included; None without a node."""
        if not self.expected:
            return None
        return max(0.0, 1 - self.missing / self.expected)


@dataclass(frozen=True, slots=True)
class HourFigures:
    """The figures of one hour, carrier and mode over all merchants the viewer may see."""

    hour: dt.datetime
    carrier: str
    mode: str
    figures: Completeness


def hourly(rows: QuerySet[CompletenessHour], *, since: dt.datetime) -> list[HourFigures]:
    """Return the figures by hour (newest first), carrier and mode, from the hour of ``since`` on.

    ``rows`` are those the viewer may see.
    """
    names = (*FIGURES, *LATENESS)
    found: Iterable[Any] = (
        rows.filter(hour__gte=floored(since))
        .order_by("-hour", "carrier", "mode")
        .values("hour", "carrier", "mode")
        .annotate(**{f"sum_{name}": Sum(F(name)) for name in names})
    )
    return [
        HourFigures(
            row["hour"],
            row["carrier"],
            row["mode"],
            Completeness(**{name: row[f"sum_{name}"] for name in names}),
        )
        for row in found
    ]


def summed(parts: Iterable[HourFigures]) -> Completeness:
    """Return the sum of several hours."""
    total = Completeness()
    for part in parts:
        total = total.plus(part.figures)
    return total


def floored(moment: dt.datetime) -> dt.datetime:
    """Return the beginning of the hour."""
    return moment.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)


def last_good_reconciliation() -> ReconciliationRun | None:
    """Return the latest finished comparison in which the platform answered, or nothing was due.

    A run whose questions all failed, or were all held back, tells nothing.
    """
    good = Q(answered__gt=0) | Q(asked=0, held_back=0)
    return ReconciliationRun.objects.filter(good, finished_at__isnull=False).first()
