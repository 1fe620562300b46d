"""What people do to cases: from which state, into which, and what it does to the clock. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from apps.exceptions.case_clock import Target
from apps.exceptions.choices import (
    LIVE_CASE_STATES,
    CaseMove,
    CaseState,
    Closer,
    CloseReason,
    StepKind,
    StepState,
)
from apps.exceptions.rulebook.business_time import WorkCalendar

OPEN, ACKNOWLEDGED = CaseState.OPEN.value, CaseState.ACKNOWLEDGED.value
WAITING = CaseState.WAITING.value
LIVE = frozenset(LIVE_CASE_STATES)
FROM: Mapping[CaseMove, frozenset[str]] = {
    CaseMove.ACKNOWLEDGE: frozenset({OPEN}),
    CaseMove.WAIT: LIVE,
    CaseMove.WAKE: frozenset({WAITING}),
    CaseMove.RESOLVE: LIVE,
    CaseMove.DISMISS: LIVE,
    CaseMove.ASSIGN: LIVE,
    CaseMove.STEP: LIVE,
}
"""The states a case may be in for each move."""
RESOLVES = (
    CloseReason.MOVED_ON, CloseReason.DELIVERED, CloseReason.CARRIER_FIXED,
    CloseReason.CUSTOMER_INFORMED, CloseReason.SENT_AGAIN, CloseReason.COMPENSATED,
    CloseReason.RETURNED, CloseReason.CANCELLED, CloseReason.OTHER,
)  # fmt: skip
DISMISSES = (
    CloseReason.FALSE_ALARM, CloseReason.DUPLICATE, CloseReason.RULE_CHANGED, CloseReason.OTHER,
)  # fmt: skip
"""Reasons of the two ends in the order of their keys: the first is 1."""
HELPED_BY: Mapping[str, frozenset[str]] = {
    StepKind.URGE.value: frozenset({"moved_on", "delivered", "carrier_fixed"}),
    StepKind.WORK_ORDER.value: frozenset({"moved_on", "delivered", "carrier_fixed"}),
    StepKind.INTERCEPT.value: frozenset({"delivered", "returned", "carrier_fixed"}),
    StepKind.RESEND.value: frozenset({"sent_again", "delivered"}),
    StepKind.COMPENSATE.value: frozenset({"compensated", "customer_informed"}),
}
"""The ends of a case that speak for a step of a kind, where nobody said whether it helped."""
SAYS_NOTHING = frozenset({"false_alarm", "duplicate", "rule_changed", "incident_over", ""})
"""Ends that say nothing about the steps taken."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands on its way and its clock; the fields are the case's own."""

    state: str
    acknowledge_by: dt.datetime
    resolve_by: dt.datetime
    acknowledged_at: dt.datetime | None = None
    waiting_for: str = ""
    waiting_since: dt.datetime | None = None
    wakes_at: dt.datetime | None = None
    waited_seconds: int = 0
    closed_at: dt.datetime | None = None
    closer: str = ""
    close_reason: str = ""


def acknowledged(held: Standing, *, now: dt.datetime) -> Standing:
    """Somebody has seen it and cares for it."""
    return replace(held, state=ACKNOWLEDGED, acknowledged_at=held.acknowledged_at or now)


def waiting(held: Standing, *, whom: str, until: dt.datetime | None, now: dt.datetime) -> Standing:
    """It waits for somebody else; the clock stops. One that waits already goes on doing so,
    for somebody else or for longer. Whoever lets it wait has acknowledged it."""
    return replace(
        held,
        state=WAITING,
        acknowledged_at=held.acknowledged_at or now,
        waiting_for=whom,
        waiting_since=held.waiting_since or now,
        wakes_at=until,
    )


def woken(held: Standing, *, target: Target, office: WorkCalendar, now: dt.datetime) -> Standing:
    """The wait is over: what is due moves on by the time waited, as the target counts it."""
    since = held.waiting_since
    if since is None:
        return held
    return replace(
        held,
        state=ACKNOWLEDGED,
        acknowledge_by=moved_on(held.acknowledge_by, target, since, now, office),
        resolve_by=moved_on(held.resolve_by, target, since, now, office),
        waiting_for="",
        waiting_since=None,
        wakes_at=None,
        waited_seconds=held.waited_seconds + max(0, int((now - since).total_seconds())),
    )


def closed(
    held: Standing, *, state: CaseState, closer: Closer, reason: CloseReason, now: dt.datetime
) -> Standing:
    """It is over; a wait must have ended before."""
    return replace(
        held,
        state=state.value,
        acknowledged_at=held.acknowledged_at or now,
        closed_at=now,
        closer=closer.value,
        close_reason=reason.value,
    )


def moved_on(
    due: dt.datetime, target: Target, since: dt.datetime, until: dt.datetime, office: WorkCalendar
) -> dt.datetime:
    """Return a due moment moved by the time between two others, as the target counts time.

    What was due before the wait began was missed already and stays.
    """
    if due <= since or until <= since:
        return due
    if target.business:
        return office.add(due, office.between(since, until))
    return due + (until - since)


def has_helped(*, kind: str, state: str, said: bool | None, reason: str) -> bool | None:
    """Tell whether a step of a closed case helped; None where that cannot be known.

    What a person said counts. Otherwise a step that was refused or lost did not, and the end of
    the case speaks for the steps that lead there.
    """
    if said is not None:
        return said
    if reason in SAYS_NOTHING:
        return None
    if state == StepState.REFUSED.value:
        return False
    return reason in HELPED_BY[kind]
