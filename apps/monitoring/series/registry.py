"""The table of series."""

from __future__ import annotations

import structlog
from django.db import Error, transaction
from django.utils.translation import gettext_lazy as _

from apps.baidiyun.limits.selectors import watched_mode
from apps.core.metrics.blame import ERRORS
from apps.core.metrics.names import Metric
from apps.monitoring.choices import Unit
from apps.monitoring.series import business, jobs, refused, sources
from apps.monitoring.series.arrivals import Arrivals
from apps.monitoring.series.base import Probes, Series, Where, once, one_look, probing
from apps.monitoring.series.gauge import Gauge, Probe, Windowed
from apps.monitoring.series.measured import Number, Percentile, Share
from apps.monitoring.series.slowly import slowly

log = structlog.get_logger(__name__)

CALLS, REQUESTS = Metric.CALL_ANSWERED.value, Metric.REQUEST_ANSWERED.value
PAGES, TASKS = Metric.PAGE_ANSWERED.value, Metric.TASK_RUN.value
VISIBLE, TOLD = Metric.CALLBACK_VISIBLE.value, Metric.MESSAGE_TOLD.value
TEN_MINUTES = 600.0


def _watched() -> Where:
    """Only the mode the ladder looks at: what happens to test parcels never alarms real ones."""
    return {"mode": [once("watched_mode", watched_mode)]}


_ALL: tuple[Series, ...] = (
    Percentile(
        "platform.p95", _("Platform: response, p95"), Unit.SECONDS, CALLS, share=0.95,
        always=_watched,
    ),
    Share(
        "platform.errors", _("Platform: share of errors"), Unit.SHARE, CALLS, split="blame",
        bad=ERRORS, always=_watched,
    ),
    Number("platform.count", _("Platform: calls"), Unit.COUNT, CALLS, always=_watched),
    Percentile("api.p95", _("Our API: response, p95"), Unit.SECONDS, REQUESTS, share=0.95),
    Share(
        "api.errors", _("Our API: share of errors"), Unit.SHARE, REQUESTS, split="blame",
        bad=ERRORS,
    ),
    Number("api.count", _("Our API: requests"), Unit.COUNT, REQUESTS),
    Percentile("page.p95", _("Pages: response, p95"), Unit.SECONDS, PAGES, share=0.95),
    Share(
        "page.errors", _("Pages: share of errors"), Unit.SHARE, PAGES, split="blame", bad=ERRORS
    ),
    Percentile("sync.visible", _("Received → visible, p99"), Unit.SECONDS, VISIBLE, share=0.99),
    Percentile("sync.told", _("Known → told, p99"), Unit.SECONDS, TOLD, share=0.99),
    Arrivals("callbacks.count", _("Callbacks taken in")),
    Share(
        "task.failed", _("Tasks: share that failed"), Unit.SHARE, TASKS, split="outcome",
        bad=["failed"],
    ),
    Gauge(
        "task.late", _("Periodic tasks: late by"), Unit.SECONDS, jobs.late_tasks, dim="task"
    ),
    Gauge(
        "job.failing", _("Jobs: failing for"), Unit.SECONDS, jobs.failing_jobs, dim="job",
        stands_for=0.0,
    ),
    Gauge(
        "process.silence", _("Processes: silent for"), Unit.SECONDS, sources.process_silence,
        dim="process",
    ),
    Gauge(
        "process.count", _("Processes: how many live"), Unit.COUNT, sources.process_count,
        dim="process",
    ),
    Probe("postgres.silence", _("PostgreSQL: silent for"), Unit.SECONDS),
    Probe("postgres.answer", _("PostgreSQL: answers after"), Unit.SECONDS),
    Probe("redis.silence", _("Redis: silent for"), Unit.SECONDS),
    Gauge(
        "queue.age", _("Queues: the oldest waits"), Unit.SECONDS, sources.queue_age, dim="queue"
    ),
    Gauge(
        "queue.size", _("Queues: how many wait"), Unit.COUNT, sources.queue_size, dim="queue",
        adds=True,
    ),
    Gauge("ladder.step", _("Gateway: steps below full service"), Unit.COUNT, sources.ladder_step),
    Gauge(
        "breaker.open", _("Gateway: interfaces held back"), Unit.COUNT, sources.open_breaker,
        dim="product", adds=True, stands_for=0.0,
    ),
    Gauge(
        "robot.dead", _("Robots switched off"), Unit.COUNT, sources.dead_robots, dim="robot",
        adds=True, stands_for=0.0,
    ),
    Gauge(
        "metrics.refused", _("Metrics: tables that take nothing"), Unit.COUNT,
        sources.metrics_refused,
    ),
    Gauge(
        "disk.free", _("Disk: share that is free"), Unit.SHARE, sources.disk_free,
        worst_is_low=True,
    ),
    Windowed("refusals.ours", _("Our own callbacks refused"), **refused.of(True)),
    Windowed("refusals.strangers", _("Strangers refused"), **refused.of(False)),
    Gauge(
        "reconciliation.share", _("Completeness of pushes"), Unit.SHARE,
        slowly(business.completeness, seconds=60), worst_is_low=True,
    ),
    Gauge(
        "promise.share", _("Promises kept"), Unit.SHARE,
        slowly(business.promises_kept, seconds=TEN_MINUTES), worst_is_low=True,
    ),
)  # fmt: skip

SERIES: dict[str, Series] = {series.key: series for series in _ALL}
"""Every series by its key."""


def series_of(key: str) -> Series:
    """Return a series. Raises KeyError for a key nobody has."""
    return SERIES[key]


def sample_gauges(probes: Probes | None = None) -> dict[tuple[str, str], float]:
    """Return (series, label) → value of every figure that stands somewhere now, for
    `core.metrics.gauges.record_gauges`, once a minute. ``probes`` as `evaluate_rules` takes them.

    Unknown ones are left out, and so is a series whose reading fails.
    """
    found: dict[tuple[str, str], float] = {}
    with one_look(), probing(probes):
        for series in _ALL:
            if not isinstance(series, Gauge):
                continue
            try:
                with transaction.atomic():
                    stands = series.stands()
            except Error as error:
                log.warning("gauge not readable", key=series.key, reason=type(error).__name__)
                continue
            found |= {(series.key, label): v for label, v in stands.items() if v is not None}
    return found
