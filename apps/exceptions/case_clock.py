"""The clock of a case: by when it is to be acknowledged, resolved, and told to the lead. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from apps.exceptions.rulebook.business_time import WorkCalendar

OFFICE = "CN"
"""The region whose working days count for the people who work on cases."""
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Target:
    """Hours within which a case of a severity is acknowledged, resolved, and escalates."""

    acknowledge_hours: float
    resolve_hours: float
    escalates_after_hours: float
    business: bool


@dataclass(frozen=True, slots=True)
class DueTimes:
    """When a case is due."""

    acknowledge_by: dt.datetime
    resolve_by: dt.datetime
    escalates_at: dt.datetime


FALLBACK = Target(24.0, 72.0, 0.0, business=True)
"""Holds for a severity nobody has set a target for."""


def due_times(target: Target, *, start: dt.datetime, office: WorkCalendar) -> DueTimes:
    """Return when a case that began to count at ``start`` is due."""
    acknowledge_by = later(target, start, target.acknowledge_hours, office)
    return DueTimes(
        acknowledge_by,
        later(target, start, target.resolve_hours, office),
        later(target, acknowledge_by, target.escalates_after_hours, office),
    )


def later(target: Target, start: dt.datetime, hours: float, office: WorkCalendar) -> dt.datetime:
    """Return the moment ``hours`` later as the target counts them."""
    return office.add(start, hours) if target.business else start + hours * HOUR
