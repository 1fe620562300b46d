"""What the charts draw: a figure step by step, now and a week ago, told apart by a dimension."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.core import clock
from apps.core.metrics import Histogram
from apps.core.metrics.blame import ERRORS
from apps.core.metrics.names import DIMS, Metric
from apps.core.metrics.reading import Point, course
from apps.monitoring.home.reach import WEEK, By, Reach, Shown, window

MOST_LINES = 6
Value = float | None
Reading = Callable[[Histogram, Histogram], Value]


@dataclass(frozen=True)
class Kind:
    """How a chart reads its metric: what of it, in which unit (seconds, share or count)."""

    metric: Metric
    unit: str
    read: Reading
    of_errors: bool = False

    def allows(self, by: By) -> bool:
        """Whether the metric can be told apart so."""
        return by is By.ALL or by.value in DIMS[self.metric.value]


@dataclass(frozen=True)
class Line:
    """One line: its key ("" for everything together), its values in steps now and a week ago
    (None where nothing was measured), and how much it counts over the whole time."""

    key: str
    now: tuple[Value, ...]
    before: tuple[Value, ...]
    count: int


@dataclass(frozen=True)
class Drawn:
    """A chart: its steps (real time), its lines, the weightiest first, how many were left out."""

    shown: Shown
    reach: Reach
    by: By
    unit: str
    step: dt.timedelta
    steps: tuple[dt.datetime, ...]
    lines: tuple[Line, ...]
    left_out: int


def p95(whole: Histogram, wrong: Histogram) -> Value:
    """The duration 95 of 100 stay within, in seconds."""
    return whole.percentile(0.95)


def p99(whole: Histogram, wrong: Histogram) -> Value:
    """The duration 99 of 100 stay within, in seconds."""
    return whole.percentile(0.99)


def error_share(whole: Histogram, wrong: Histogram) -> Value:
    """The share of all that was our fault or the vendor's, 0 to 1."""
    return wrong.total / whole.total if whole.total else None


def how_many(whole: Histogram, wrong: Histogram) -> Value:
    """How many there were."""
    return float(whole.total)


KINDS = {
    Shown.RESPONSE: Kind(Metric.CALL_ANSWERED, "seconds", p95),
    Shown.ERRORS: Kind(Metric.CALL_ANSWERED, "share", error_share, of_errors=True),
    Shown.DELAY: Kind(Metric.CALLBACK_VISIBLE, "seconds", p99),
    Shown.TOLD: Kind(Metric.MESSAGE_TOLD, "seconds", p99),
    Shown.OWN: Kind(Metric.REQUEST_ANSWERED, "seconds", p95),
    Shown.CALLS: Kind(Metric.CALL_ANSWERED, "count", how_many),
}


def draw(*, shown: Shown, reach: Reach, by: By = By.ALL, mode: str = "") -> Drawn:
    """Return a chart; ``mode`` keeps the calls of one platform. All times are real.

    The keys that count most are drawn, the rest is counted only; one that was there a week ago and
    is silent now is one of them. A dimension the metric does not have is taken as none.
    """
    kind = KINDS[shown]
    by = by if kind.allows(by) else By.ALL
    where = {"mode": [mode]} if mode and "mode" in DIMS[kind.metric.value] else {}
    since, until, step = window(reach, clock.real_now())
    question = _Question(kind, by, where, step)
    now = question.ask(since, until)
    before = question.ask(since - WEEK, until - WEEK)
    usual, counts = _counts(before.whole), _counts(now.whole)
    if by is By.ALL:
        counts.setdefault("", 0)
    counts = dict.fromkeys(usual, 0) | counts
    chosen = sorted(counts, key=lambda key: (-counts[key], -usual.get(key, 0), key))[:MOST_LINES]
    lines = (Line(key, now.line(kind, key), before.line(kind, key), counts[key]) for key in chosen)
    return Drawn(
        shown=shown,
        reach=reach,
        by=by,
        unit=kind.unit,
        step=step,
        steps=tuple(point.start for point in now.whole),
        lines=tuple(lines),
        left_out=max(len(counts) - MOST_LINES, 0),
    )


@dataclass(frozen=True)
class _Measured:
    """A course of everything and, where it is asked for, one of the errors among it."""

    whole: Sequence[Point]
    wrong: Sequence[Point]

    def line(self, kind: Kind, key: str) -> tuple[Value, ...]:
        nothing = Histogram()
        wrong = self.wrong or [None] * len(self.whole)
        return tuple(
            kind.read(
                point.values.get(key, nothing),
                error.values.get(key, nothing) if error else nothing,
            )
            for point, error in zip(self.whole, wrong, strict=True)
        )


@dataclass(frozen=True)
class _Question:
    kind: Kind
    by: By
    where: dict[str, list[str]]
    step: dt.timedelta

    def ask(self, since: dt.datetime, until: dt.datetime) -> _Measured:
        """Read a stretch of time; errors only where the chart is of them."""
        wrong = self._course(since, until, {"blame": sorted(ERRORS)}) if self.kind.of_errors else []
        return _Measured(self._course(since, until, {}), wrong)

    def _course(
        self, since: dt.datetime, until: dt.datetime, more: dict[str, list[str]]
    ) -> list[Point]:
        return course(
            name=self.kind.metric.value,
            since=since,
            until=until,
            step=self.step,
            where={**self.where, **more},
            by=self.by.value or None,
        )


def _counts(points: Sequence[Point]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for point in points:
        for key, found in point.values.items():
            counts[key] = counts.get(key, 0) + found.total
    return counts
