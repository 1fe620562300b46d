"""Delays as they were measured: by stage, by carrier and over time, and what waits right now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.choices import LabelledEnum
from apps.core.metrics import Histogram
from apps.core.metrics.names import STAGES, Metric
from apps.core.metrics.reading import histogram, histograms_by_label, histograms_by_start
from apps.shipments.carriers import carrier_name

OBJECTIVE_SECONDS = 5.0
"""Data are visible at most this long after they were received (p99)."""
SHARES = (0.5, 0.95, 0.99)
PROMISED = frozenset({Metric.CALLBACK_APPLIED, Metric.CALLBACK_VISIBLE, Metric.MESSAGE_TOLD})


class Span(LabelledEnum):
    """How far back the page looks."""

    HOUR = "hour", _("Last hour"), "default"
    DAY = "day", _("Last day"), "default"
    WEEK = "week", _("Last week"), "default"


LENGTHS = {
    Span.HOUR: (dt.timedelta(hours=1), dt.timedelta(minutes=1)),
    Span.DAY: (dt.timedelta(days=1), dt.timedelta(hours=1)),
    Span.WEEK: (dt.timedelta(days=7), dt.timedelta(hours=6)),
}


@dataclass(frozen=True, slots=True)
class Delay:
    """Percentiles of one stage, in seconds; None where nothing was measured."""

    label: Any
    count: int
    p50: float | None
    p95: float | None
    p99: float | None
    is_late: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured."""
        return not self.count


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage with its carriers, the slowest first."""

    metric: Metric
    whole: Delay
    carriers: tuple[Delay, ...]


def stages(span: Span) -> list[Stage]:
    """Return every stage of the way with its percentiles since the span began."""
    since = clock.real_now() - LENGTHS[span][0]
    return [_stage(metric, since) for metric in STAGES]


def recent_delays() -> list[Delay]:
    """Return every stage's percentiles of the last hour."""
    since = clock.real_now() - LENGTHS[Span.HOUR][0]
    return [
        delay_of(metric, metric.label, histogram(name=metric, since=since)) for metric in STAGES
    ]


def course(metric: Metric, span: Span) -> list[tuple[dt.datetime, Delay]]:
    """Return a stage's percentiles in equal steps since the span began."""
    length, step = LENGTHS[span]
    now = clock.real_now()
    since = now - length
    since -= dt.timedelta(seconds=since.timestamp() % step.total_seconds())
    found = histograms_by_start(name=metric, since=since, step=step)
    return [(start, delay_of(metric, "", part)) for start, part in found]


def delay_of(metric: Metric, label: Any, found: Histogram) -> Delay:
    """Return the percentiles of a histogram, judged against the objective where it has one."""
    p50, p95, p99 = (found.percentile(share) for share in SHARES)
    late = metric in PROMISED and p99 is not None and p99 > OBJECTIVE_SECONDS * 1.0905
    return Delay(label, found.total, p50, p95, p99, late)


def delays_as_json() -> dict[str, dict[str, float | int | None]]:
    """Return the last hour's percentiles by metric, for ``status``."""
    since = clock.real_now() - LENGTHS[Span.HOUR][0]
    found = {metric: histogram(name=metric, since=since) for metric in STAGES}
    return {
        metric.value: {
            "count": part.total,
            **{f"p{share * 100:.0f}": _finite(part.percentile(share)) for share in SHARES},
        }
        for metric, part in found.items()
    }


def _finite(seconds: float | None) -> float | None:
    return None if seconds is None or seconds == float("inf") else round(seconds, 4)


def _stage(metric: Metric, since: dt.datetime) -> Stage:
    by_carrier = histograms_by_label(name=metric, since=since)
    whole = sum(by_carrier.values(), Histogram())
    rows = [
        delay_of(metric, carrier_name(label, get_language() or "zh") if label else "—", part)
        for label, part in by_carrier.items()
    ]
    rows.sort(key=lambda row: (-(row.p99 or 0.0), str(row.label)))
    return Stage(metric, delay_of(metric, metric.label, whole), tuple(rows))
