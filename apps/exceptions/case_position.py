"""How the cases stand in a few numbers, for the status, for metrics and for whoever looks."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core import clock
from apps.core.paging import COUNT_CAP, capped_count
from apps.exceptions.case_selectors import case_counts
from apps.exceptions.choices import LIVE_CASE_STATES, CaseState, Severity
from apps.exceptions.models import Case
from apps.exceptions.models.case import IS_RUNNING


@dataclass(frozen=True, slots=True)
class CasePosition:
    """Live cases: all, unacknowledged and red are exact, from the tallies; overdue (past the
    time to resolve, not waiting) and escalated are counted up to 10,000."""

    open: int
    unacknowledged: int
    red: int
    overdue: int
    escalated: int


def case_position() -> CasePosition:
    """Return the numbers; their cost does not grow with the cases that are closed."""
    counts = case_counts()
    live = Case.objects.filter(state__in=LIVE_CASE_STATES)
    late = Case.objects.filter(IS_RUNNING, resolve_by__lt=clock.now())
    return CasePosition(
        open=counts.total(),
        unacknowledged=counts.by(3).get(CaseState.OPEN.value, 0),
        red=counts.by(2).get(Severity.RED.value, 0),
        overdue=min(COUNT_CAP, capped_count(late, COUNT_CAP)),
        escalated=min(COUNT_CAP, capped_count(live.filter(escalated_at__isnull=False), COUNT_CAP)),
    )
