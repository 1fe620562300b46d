"""When an alarm begins and ends. Pure: no table, no clock of its own.

A judge looks again and again; between two looks it remembers a `Standing`. Durations are seconds
of looking: each step between two looks counts at most :data:`LONGEST_STEP` and never less than
nothing, so that a clock that jumps, or a watch that stood still, opens and ends nothing by itself.

What is not measured is not known: it neither begins nor ends an alarm, until an hour of looking
has found nothing, when an alarm ends as not measured any more. An alarm that comes back needs
twice the calm to end, every time, up to an hour; so whatever a series does, it cannot make more
alarms in a row than :data:`MOST_IN_A_ROW` without an hour's calm between.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from enum import StrEnum

from apps.monitoring.choices import Comparison, RuleKind

LONGEST_STEP = 15.0
LONGEST_CALM = 3600.0
UNMEASURED_AFTER = 3600.0
LEAST_CALM = 30.0
MOST_IN_A_ROW = 9
"""30 s doubled until an hour: 30, 60, … 1920, 3600 are eight calms; after the ninth beginning an
alarm ends only after an hour, which is when the row is forgotten."""


class Verdict(StrEnum):
    """What one look found."""

    WRONG = "wrong"
    RIGHT = "right"
    UNKNOWN = "unknown"


class Move(StrEnum):
    """What a look changes."""

    NOTHING = "nothing"
    BEGINS = "begins"
    RECOVERS = "recovers"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rule says, as `models.AlertRule` has it."""

    kind: RuleKind
    comparison: Comparison = Comparison.ABOVE
    limit: float | None = None
    ends_at: float | None = None
    factor: float | None = None
    least: int = 0
    for_seconds: float = 0.0
    calm_seconds: float = LEAST_CALM


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look measured: the value (None: nothing), of how many observations, and what is
    usual (None: not known). For an absence ``value`` is the seconds since the last observation,
    ``usual`` how many a second there were before and ``gap`` the longest gap among them.
    For a burn ``value`` is the lower of the two windows' rates."""

    value: float | None
    count: int = 0
    usual: float | None = None
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What is remembered between two looks. ``usual`` is that of the alarm's beginning."""

    judged_at: dt.datetime
    verdict: Verdict = Verdict.UNKNOWN
    is_open: bool = False
    wrong_seconds: float = 0.0
    right_seconds: float = 0.0
    unknown_seconds: float = 0.0
    usual: float | None = None
    times: int = 0

    @property
    def is_forgettable(self) -> bool:
        """Whether nothing of it is worth keeping: it is right, and has been long enough."""
        if self.is_open or self.verdict is Verdict.WRONG:
            return False
        if self.verdict is Verdict.UNKNOWN:
            return not (self.times or self.wrong_seconds)
        return not self.times


def judge(
    terms: Terms,
    before: Standing | None,
    seen: Seen,
    *,
    at: dt.datetime,
    may_begin: bool = True,
    longest: float = LONGEST_STEP,
) -> tuple[Standing, Move]:
    """Return what is remembered from now on and what changes.

    ``may_begin`` False holds a beginning back for this look (a cause may be about to speak).
    The same moment twice changes nothing. ``longest`` is another length of step for whoever
    looks at steps that are known to be whole.
    """
    was = before or Standing(at)
    step = min(max((at - was.judged_at).total_seconds(), 0.0), longest)
    found = verdict_of(terms, seen, is_open=was.is_open, usual=was.usual)
    now = _counted(was, found, step, at)
    if not now.is_open:
        if found is Verdict.WRONG and may_begin and now.wrong_seconds >= terms.for_seconds:
            times = min(now.times + 1, MOST_IN_A_ROW)
            begun = replace(now, is_open=True, usual=seen.usual, times=times, right_seconds=0.0)
            return begun, Move.BEGINS
        return now, Move.NOTHING
    if found is Verdict.RIGHT and now.right_seconds >= calm_needed(terms, now.times):
        return replace(now, is_open=False, usual=None, wrong_seconds=0.0), Move.RECOVERS
    if now.unknown_seconds >= UNMEASURED_AFTER:
        return replace(now, is_open=False, usual=None, wrong_seconds=0.0), Move.UNMEASURED
    return now, Move.NOTHING


def calm_needed(terms: Terms, times: int) -> float:
    """Return for how many seconds it must be right before the ``times``-th alarm in a row ends."""
    first = max(terms.calm_seconds, LEAST_CALM)
    return float(min(first * 2 ** max(times - 1, 0), max(LONGEST_CALM, first)))


def verdict_of(terms: Terms, seen: Seen, *, is_open: bool, usual: float | None = None) -> Verdict:
    """Return what one look says. An open alarm is wrong until it is well on the right side;
    what is usual is then that of its beginning, or a long outage would come to look usual."""
    if seen.value is None or math.isnan(seen.value):
        return Verdict.UNKNOWN
    if terms.kind is RuleKind.ABSENCE:
        return _absent(terms, seen, is_open=is_open)
    limit = terms.limit
    if not _enough(terms, seen):
        return Verdict.UNKNOWN
    if terms.kind is RuleKind.RELATIVE:
        limit = _relative_limit(terms, seen.usual if not is_open else _first(usual, seen.usual))
        if limit is None:
            return Verdict.UNKNOWN
        if is_open:
            limit = limit * _back(terms)
    elif is_open and terms.ends_at is not None:
        limit = terms.ends_at
    return _sided(terms.comparison, seen.value, limit if limit is not None else 0.0)


def _enough(terms: Terms, seen: Seen) -> bool:
    """Whether there were enough observations; for a drop, whether enough would be usual."""
    if terms.kind is RuleKind.RELATIVE and terms.comparison is Comparison.BELOW:
        return seen.usual is not None and seen.usual >= terms.least
    return seen.count >= terms.least


def _sided(comparison: Comparison, value: float, limit: float) -> Verdict:
    wrong = value > limit if comparison is Comparison.ABOVE else value < limit
    return Verdict.WRONG if wrong else Verdict.RIGHT


def _relative_limit(terms: Terms, usual: float | None) -> float | None:
    """Return ``factor`` times what is usual, never nearer than ``limit``; None if unknown."""
    if usual is None or terms.factor is None:
        return None
    asked = terms.factor * usual
    if terms.limit is None:
        return asked
    return max(asked, terms.limit) if terms.comparison is Comparison.ABOVE else min(
        asked, terms.limit
    )  # fmt: skip


def _back(terms: Terms) -> float:
    """Return how far back an open relative alarm must come: half its way, up or down."""
    return 0.5 if terms.comparison is Comparison.ABOVE else 1.5


def _absent(terms: Terms, seen: Seen, *, is_open: bool) -> Verdict:
    """Nothing came for the limit, although ``least`` should have, and no gap before was half as
    long. Open, it is wrong until something comes: what was usual fades while nothing does."""
    silence, limit = seen.value or 0.0, terms.limit or 0.0
    if silence <= limit:
        return Verdict.RIGHT
    if is_open:
        return Verdict.WRONG
    if seen.usual is None:
        return Verdict.UNKNOWN
    expected = seen.usual * silence
    due = expected >= max(terms.least, 1) and silence > 2 * seen.gap
    return Verdict.WRONG if due else Verdict.RIGHT


def _counted(was: Standing, found: Verdict, step: float, at: dt.datetime) -> Standing:
    """Add the step to what both its ends agree on; the first look of a kind adds nothing."""
    lasted = step if found is was.verdict else 0.0
    if found is Verdict.UNKNOWN:
        seconds = (was.wrong_seconds, was.right_seconds, was.unknown_seconds + lasted)
        return Standing(at, found, was.is_open, *seconds, was.usual, was.times)
    wrong = found is Verdict.WRONG
    wrong_seconds = was.wrong_seconds + lasted if wrong else 0.0
    right_seconds = 0.0 if wrong else was.right_seconds + lasted
    calm = not wrong and not was.is_open and right_seconds >= LONGEST_CALM
    times = 0 if calm else was.times
    return Standing(at, found, was.is_open, wrong_seconds, right_seconds, 0.0, was.usual, times)


def _first(one: float | None, other: float | None) -> float | None:
    return other if one is None else one
