"""What the charts draw: a figure step by step, now and a week ago, told apart by a dimension."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from apps.core import clock
from apps.core.metrics import Histogram
from apps.core.metrics.blame import ERRORS
from apps.core.metrics.names import DIMS, Metric
from apps.core.metrics.reading import Point, course, measure
from apps.monitoring.home.reach import WEEK, By, Reach, Shown, window

MOST_LINES = 6
SCANS = "SELECT set_config('enable_seqscan', %s, true)"
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
    (None where nothing was measured; no values at all where nobody asked for them), and how much
    it counts over the whole time."""

    key: str
    now: tuple[Value, ...]
    before: tuple[Value, ...] | None
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


def draw(
    *, shown: Shown, reach: Reach, by: By = By.ALL, mode: str = "", key: str | None = None
) -> Drawn:
    """Return a chart; ``mode`` keeps the calls of one platform. All times are real.

    The keys that count most are drawn, the rest is counted only; one that was there a week ago and
    is silent now is one of them (silence is no error). What was a week ago is drawn where one line
    stands alone: that of everything together, or that of ``key``. A dimension the metric does not
    have is taken as none.
    """
    kind = KINDS[shown]
    by = by if kind.allows(by) else By.ALL
    where = {"mode": [mode]} if mode and "mode" in DIMS[kind.metric.value] else {}
    if key is not None and by is not By.ALL:
        where[by.value] = [key]
    since, until, step = window(reach, clock.real_now())
    question = _Question(kind, by, where, step)
    is_alone = by is By.ALL or key is not None
    with by_index():
        now = question.ask(since, until)
        before = question.ask(since - WEEK, until - WEEK) if is_alone else None
        silent = not (is_alone or kind.of_errors)
        usual = question.count(since - WEEK, until - WEEK) if silent else {}
    counts = dict.fromkeys(usual, 0) | _counts(now.whole)
    if is_alone:
        counts.setdefault(key or "", 0)
    chosen = sorted(counts, key=lambda one: (-counts[one], -usual.get(one, 0), one))[:MOST_LINES]
    return Drawn(
        shown=shown,
        reach=reach,
        by=by,
        unit=kind.unit,
        step=step,
        steps=tuple(point.start for point in now.whole),
        lines=tuple(
            Line(one, now.line(kind, one), before.line(kind, one) if before else None, counts[one])
            for one in chosen
        ),
        left_out=max(len(counts) - MOST_LINES, 0),
    )


@contextmanager
def by_index() -> Iterator[None]:
    """Keep the planner from reading all measurements for those of a week.

    It takes them to be scattered; they were written in the order of time and lie together.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SCANS, ["off"])
        yield
        cursor.execute(SCANS, ["on"])


@dataclass(frozen=True)
class _Measured:
    """A course of everything and, where it is asked for, one of the errors among it."""

    whole: Sequence[Point]
    wrong: Sequence[Point]

    def line(self, kind: Kind, key: str) -> tuple[Value, ...]:
        nothing = Histogram()
        wrong: Sequence[Point | None] = self.wrong or [None] * len(self.whole)
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

    def count(self, since: dt.datetime, until: dt.datetime) -> dict[str, int]:
        """Return how much each key counts in a stretch of time."""
        found = measure(
            name=self.kind.metric.value,
            since=since,
            until=until,
            where=self.where,
            by=self.by.value or None,
        )
        return {key: histogram.total for key, histogram in found.items()}

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
