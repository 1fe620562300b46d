"""The figures of `/metrics` that the portal always has: the way in, jobs, alarms, processes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import connection
from django.db.models import Count
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric

from apps.baidiyun.choices import InboxState, Refusal, SubscriptionState
from apps.baidiyun.limits.choices import LadderStep
from apps.baidiyun.limits.selectors import ladder_row
from apps.baidiyun.models import InboxRow, Quarantine, Subscription
from apps.core import clock
from apps.core.counters import counter_totals
from apps.core.jobs import last_finished
from apps.core.metrics import Histogram, names, upper_edge
from apps.core.metrics.histogram import PER_OCTAVE
from apps.core.metrics.reading import histogram
from apps.exceptions.case_position import case_position
from apps.monitoring.figures import count_rows
from apps.monitoring.models import AlertRule
from apps.monitoring.processes import web_processes
from apps.monitoring.selectors import oldest_undrained_seconds, open_alarms, open_breakers
from apps.webhooks.selectors import outbox_state

HOUR = dt.timedelta(hours=1)
LAST_EDGE = 27 * PER_OCTAVE
LONGEST = 99 * 86_400.0
WAITING = (InboxState.PENDING, InboxState.PARKED, InboxState.ASIDE, InboxState.SKIPPED)
ESTIMATE = "SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = %s::regclass"


def gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    """Return one figure without labels."""
    return GaugeMetricFamily(f"lastmile_{name}", says, value=value)


def gauges(name: str, says: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    """Return one figure for every value of a label."""
    family = GaugeMetricFamily(f"lastmile_{name}", says, labels=[label])
    for of, value in values.items():
        family.add_metric([of], value)
    return family


def way_in() -> Iterator[Metric]:
    """Inbox, quarantine and subscriptions: counted by index, up to 10,001."""
    rows = {
        state.value: float(count_rows(InboxRow.objects.filter(state=state.value)).value)
        for state in WAITING
    }
    yield gauges("inbox_rows", "Callbacks not applied, counted up to 10000", "state", rows)
    yield gauge(
        "inbox_oldest_seconds", "Age of the oldest callback that waits", oldest_undrained_seconds()
    )
    yield gauge("inbox_rows_estimate", "Callbacks held", _estimate("baidiyun_inboxrow"))
    held = dict(Quarantine.objects.order_by().values_list("reason").annotate(n=Count("pk")))
    kept = {reason: float(held.get(reason, 0)) for reason in Refusal.values()}
    yield gauges("quarantine_rows", "Refused callbacks of a day, at most 1000", "reason", kept)
    refused = CounterMetricFamily(
        "lastmile_callbacks_refused", "Callbacks ever refused", labels=["reason"]
    )
    totals = counter_totals(name="callbacks.refused")
    for reason in Refusal.values():
        refused.add_metric([reason], totals.get(reason, 0))
    yield refused
    pending = Subscription.objects.filter(state=SubscriptionState.PENDING.value)
    wanted = Subscription.objects.filter(poll_wanted_at__isnull=False)
    yield gauge("subscriptions_estimate", "Subscriptions", _estimate("baidiyun_subscription"))
    yield gauge(
        "subscriptions_pending", "Subscriptions not sent, up to 10000", count_rows(pending).value
    )
    yield gauge("polls_wanted", "Parcels of refused callbacks to poll", count_rows(wanted).value)


def running() -> Iterator[Metric]:
    """Jobs, alarms and the gateway's service level."""
    now = clock.real_now()
    ages = {job: (now - at).total_seconds() for job, at in sorted(last_finished().items())}
    yield gauges("job_age_seconds", "Since a periodic job last finished", "job", ages)
    open_now = dict.fromkeys(AlertRule.objects.values_list("slug", flat=True), 0.0)
    for alarm in open_alarms():
        open_now[alarm.rule.slug] += 1
    yield gauges("alarms_open", "Alarms that have not ended", "rule", open_now)
    row = ladder_row()
    step = LadderStep(row.step) if row else LadderStep.FULL
    yield gauge("gateway_step", "Service level: 0 is full, higher is less", step.rank)
    yield gauge("gateway_breakers_open", "Interfaces whose calls are held", len(open_breakers()))


def cases() -> Iterator[Metric]:
    """Cases: how many there are, and how many nobody cares for in time."""
    found = case_position()
    yield gauge("cases_open", "Live cases", found.open)
    yield gauge("cases_unacknowledged", "Live cases nobody has acknowledged", found.unacknowledged)
    yield gauge("cases_red", "Live cases that are red", found.red)
    yield gauge("cases_overdue", "Live cases past their time, up to 10000", found.overdue)
    yield gauge("cases_escalated", "Live cases that were escalated, up to 10000", found.escalated)


def delays() -> Iterator[Metric]:
    """Delays of the last hour as histograms, by stage; edges are every eighth of the scale."""
    since = clock.real_now() - HOUR
    family = HistogramMetricFamily(
        "lastmile_delay_seconds", "Delays of the last hour by stage", labels=["stage"]
    )
    for stage in names.STAGES:
        found = histogram(name=stage, since=since)
        seconds = sum(min(upper_edge(b), LONGEST) * n for b, n in found.counts.items())
        family.add_metric([stage.value], list(_cumulated(found)), sum_value=seconds)
    yield family


def way_out() -> Iterator[Metric]:
    """Messages that wait for their receivers."""
    state = outbox_state()
    oldest = state.oldest.total_seconds() if state.oldest else 0.0
    yield gauge("outbox_oldest_seconds", "Age of the oldest unsent message", oldest)
    yield gauge("outbox_waiting", "Messages not acknowledged, up to 10001", state.waiting)


def processes() -> Iterator[Metric]:
    """The web processes of this host, together: which of them answers makes no difference."""
    found = web_processes()
    yield gauge("web_processes", "Web processes of this host", found.count)
    yield gauge("web_resident_bytes", "Memory of the web processes", found.resident_bytes)
    yield gauge("web_threads", "Threads of the web processes", found.threads)
    yield CounterMetricFamily(
        "lastmile_web_cpu_seconds", "CPU of the web processes", value=found.cpu_seconds
    )


def _cumulated(found: Histogram) -> Iterator[tuple[str, float]]:
    """Prometheus' cumulative buckets: one an octave from 1 ms to 36 h, then infinity."""
    for edge in range(0, LAST_EDGE + 1, PER_OCTAVE):
        below = sum(n for bucket, n in found.counts.items() if bucket <= edge)
        yield f"{upper_edge(edge):g}", float(below)
    yield "+Inf", float(found.total)


def _estimate(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(ESTIMATE, [table])
        return float(cursor.fetchone()[0])
