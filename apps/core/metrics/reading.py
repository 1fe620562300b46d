"""Reading histograms, rolling them up and letting the old ones go."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db import connection, transaction
from django.db.models import QuerySet, Sum

from apps.core import clock
from apps.core.metrics.histogram import Histogram
from apps.core.models import MetricBucket

KEPT = {
    MetricBucket.MINUTE: dt.timedelta(days=3),
    MetricBucket.HOUR: dt.timedelta(days=92),
}
ROLL_UP = """
INSERT INTO core_metricbucket (name, grain, start, label, bucket, count)
SELECT name, %s, date_trunc(%s, start, 'UTC'), label, bucket, sum(count)
FROM core_metricbucket WHERE grain = %s AND start >= %s AND start < %s
GROUP BY name, date_trunc(%s, start, 'UTC'), label, bucket
ON CONFLICT (name, grain, start, label, bucket) DO UPDATE SET count = EXCLUDED.count
"""


def grain_for(since: dt.datetime) -> str:
    """Return the finest grain that is still kept for all of the time since then."""
    age = clock.real_now() - since
    if age <= dt.timedelta(hours=6):
        return MetricBucket.MINUTE
    return MetricBucket.HOUR if age <= KEPT[MetricBucket.HOUR] else MetricBucket.DAY


def histograms_by_label(*, name: str, since: dt.datetime) -> dict[str, Histogram]:
    """Return the merged histogram of each label since a moment (real time)."""
    rows = _rows(name, since).values_list("label", "bucket").annotate(n=Sum("count"))
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for label, bucket, n in rows.order_by():
        found[label][bucket] = n
    return {label: Histogram(counts) for label, counts in sorted(found.items())}


def histogram(*, name: str, since: dt.datetime, label: str | None = None) -> Histogram:
    """Return one merged histogram since a moment (real time), of one label or of all."""
    rows = _rows(name, since)
    if label is not None:
        rows = rows.filter(label=label)
    counts = rows.order_by().values_list("bucket").annotate(n=Sum("count"))
    return Histogram(dict(counts))


def histograms_by_start(
    *, name: str, since: dt.datetime, step: dt.timedelta
) -> list[tuple[dt.datetime, Histogram]]:
    """Return histograms of equal steps since a moment, the empty ones too, oldest first."""
    rows = _rows(name, since).order_by().values_list("start", "bucket").annotate(n=Sum("count"))
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for start, bucket, n in rows:
        found[int((start - since) // step)][bucket] += n
    steps = int((clock.real_now() - since) / step) + 1
    return [(since + step * i, Histogram(dict(found.get(i, {})))) for i in range(steps)]


def roll_up() -> int:
    """Sum whole minutes into hours and whole hours into days, drop what is no longer kept.

    Summed anew for the last two of each, so it may run as often as it likes. Returns how many
    rows were dropped.
    """
    now = clock.real_now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0)
    hours_back, days_back = dt.timedelta(hours=48), dt.timedelta(days=7)
    with transaction.atomic(), connection.cursor() as cursor:
        for fine, coarse, since, until in (
            (MetricBucket.MINUTE, MetricBucket.HOUR, hour - hours_back, now),
            (MetricBucket.HOUR, MetricBucket.DAY, day - days_back, now),
        ):
            cursor.execute(ROLL_UP, [coarse, coarse, fine, since, until, coarse])
    dropped = 0
    for grain, kept in KEPT.items():
        dropped += MetricBucket.objects.filter(grain=grain, start__lt=now - kept).delete()[0]
    return dropped


def _rows(name: str, since: dt.datetime) -> QuerySet[MetricBucket]:
    rows = MetricBucket.objects.filter(name=name, grain=grain_for(since))
    return rows.filter(start__gte=since.replace(second=0, microsecond=0))
