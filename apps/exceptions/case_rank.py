"""What a case costs the customer, in points; the worklist is ordered by it. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from apps.exceptions.choices import Severity
from apps.exceptions.ranking import BEGINNING, HOUR, POINT, promise_points, worth_points

COMPLAINED = 50
SEVERITY_POINTS = {Severity.NOTICE.value: 0, Severity.AMBER.value: 30, Severity.RED.value: 70}


@dataclass(frozen=True, slots=True)
class CaseStakes:
    """What hangs on a case: how bad it is, the promise, the order's value (major units),
    whether the customer has complained, and whether the parcel has arrived."""

    severity: str
    promise_to: dt.datetime | None = None
    value: float = 0.0
    complained: bool = False
    arrived: bool = False


def case_parts(stakes: CaseStakes, *, now: dt.datetime) -> dict[str, int]:
    """Return the points by reason: ``severity`` 0-70, ``complaint`` 0 or 50, ``promise`` 0-40,
    ``value`` 0-15. The promise of a parcel that has arrived is kept or broken already."""
    return {
        "severity": SEVERITY_POINTS[stakes.severity],
        "complaint": COMPLAINED if stakes.complained else 0,
        "promise": 0 if stakes.arrived else promise_points(stakes.promise_to, now),
        "value": worth_points(stakes.value),
    }


def case_rank(parts: dict[str, int], *, opened_at: dt.datetime) -> int:
    """Return the rank, higher first. An hour of waiting weighs one point, as with flags:
    counted from the other end, so that no row has to be written again as time goes by."""
    return sum(parts.values()) * POINT - int((opened_at - BEGINNING) / HOUR * POINT)


def rank_change(before: str, after: str) -> int:
    """Return what a change of severity adds to a rank."""
    return (SEVERITY_POINTS[after] - SEVERITY_POINTS[before]) * POINT
