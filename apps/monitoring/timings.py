"""What `/metrics` says of how long things took and what became of them: counters of the day.

Prometheus' histograms only ever grow; ours are rows by the minute. So a counter here is the sum
since midnight (UTC), which begins again at zero every day: `rate()` and `increase()` know that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping

from prometheus_client.core import (
    CounterMetricFamily,
    HistogramMetricFamily,
    SummaryMetricFamily,
)
from prometheus_client.metrics_core import Metric

from apps.core import clock
from apps.core.metrics import Histogram, names, upper_edge
from apps.core.metrics.histogram import OVERFLOW
from apps.core.metrics.reading import measure

EDGES = (32, 40, 48, 56, 61, 64, 72, 80, 88, 96, 104, 112, 128)
"""Steps of our scale from 16 ms to 65 s, one of them just below the promised 200 ms."""
LONGEST = 99 * 86_400.0
OF_THE_DAY = "since midnight UTC"
Where = Mapping[str, Collection[str]]


def calls() -> Iterator[Metric]:
    """Calls to the platform, by mode and interface."""
    modes = _read(names.Metric.CALL_ANSWERED, by="mode")
    family = _histograms("call_seconds", "Calls to the platform", ["mode", "product"])
    total = _totals("calls", "Calls to the platform by whose fault", ["mode", "blame"])
    for mode in modes:
        where = {"mode": [mode]}
        for product, found in _read(names.Metric.CALL_ANSWERED, by="product", where=where).items():
            _add(family, [mode, product], found)
        for blame, found in _read(names.Metric.CALL_ANSWERED, by="blame", where=where).items():
            total.add_metric([mode, blame], found.total)
    yield family
    yield total


def requests() -> Iterator[Metric]:
    """Requests of the API by endpoint, pages of the admin together."""
    family = _histograms("request_seconds", "Requests of the API", ["endpoint"])
    for endpoint, found in _read(names.Metric.REQUEST_ANSWERED, by="endpoint").items():
        _add(family, [endpoint], found)
    yield family
    yield _by("requests", "Requests of the API by whose fault", names.Metric.REQUEST_ANSWERED)


def pages() -> Iterator[Metric]:
    """Pages of the admin, all together: there are too many for a histogram of each."""
    family = _histograms("page_seconds", "Pages of the admin", [])
    for found in _read(names.Metric.PAGE_ANSWERED).values():
        _add(family, [], found)
    yield family
    yield _by("pages", "Pages of the admin by whose fault", names.Metric.PAGE_ANSWERED)


def door() -> Iterator[Metric]:
    """Callbacks at the door by topic, and what was answered."""
    family = _histograms("callback_seconds", "Callbacks answered", ["topic"])
    for topic, found in _read(names.Metric.CALLBACK_ANSWERED, by="topic").items():
        _add(family, [topic], found)
    yield family
    yield _by(
        "callbacks", "Callbacks by what became of them", names.Metric.CALLBACK_ANSWERED, "verdict"
    )


def tasks() -> Iterator[Metric]:
    """Tasks of the workers: how many and how long together, and how they ended."""
    family = SummaryMetricFamily(
        "lastmile_task_seconds", f"Runs of tasks, {OF_THE_DAY}", labels=["task"]
    )
    for task, found in _read(names.Metric.TASK_RUN, by="task").items():
        family.add_metric([task], found.total, _seconds(found))
    yield family
    yield _by("tasks", "Runs of tasks by how they ended", names.Metric.TASK_RUN, "outcome")


def _read(
    metric: names.Metric, *, by: str | None = None, where: Where | None = None
) -> dict[str, Histogram]:
    now = clock.real_now()
    midnight = now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return measure(name=metric.value, since=midnight, until=now, by=by, where=where)


def _histograms(name: str, says: str, labels: list[str]) -> HistogramMetricFamily:
    return HistogramMetricFamily(f"lastmile_{name}", f"{says}, {OF_THE_DAY}", labels=labels)


def _totals(name: str, says: str, labels: list[str]) -> CounterMetricFamily:
    return CounterMetricFamily(f"lastmile_{name}", f"{says}, {OF_THE_DAY}", labels=labels)


def _by(name: str, says: str, metric: names.Metric, dim: str = "blame") -> CounterMetricFamily:
    """Return how often, by a dimension that has few values."""
    family = _totals(name, says, [dim])
    for value, found in _read(metric, by=dim).items():
        family.add_metric([value], found.total)
    return family


def _add(family: HistogramMetricFamily, labels: list[str], found: Histogram) -> None:
    """Add a histogram in Prometheus' cumulative buckets."""
    below = [
        (f"{upper_edge(edge):.4g}", float(sum(n for b, n in found.counts.items() if b <= edge)))
        for edge in EDGES
    ]
    buckets = [*below, ("+Inf", float(found.total))]
    family.add_metric(labels, buckets, sum_value=_seconds(found))


def _seconds(found: Histogram) -> float:
    """Return how long all of it took, at most 9 % too much (each counts as its bucket's end)."""
    return sum(
        (LONGEST if bucket >= OVERFLOW else upper_edge(bucket)) * n
        for bucket, n in found.counts.items()
    )
