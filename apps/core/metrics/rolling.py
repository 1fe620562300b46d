"""Summing minutes into hours and hours into days, and letting the old ones go."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

from apps.core import clock
from apps.core.metrics.spans import DAY, HOUR, KEPT, MINUTE, UNITS, floored
from apps.core.models import GaugeSample, Heartbeat, MetricBucket

LATELY = dt.timedelta(hours=3)
"""Hours that every run sums anew; the first run of an hour takes two days."""
WHOLLY = dt.timedelta(hours=48)
DAYS_BACK = dt.timedelta(days=7)
HEARTS_KEPT = dt.timedelta(days=1)
SUM_UP = """
INSERT INTO core_metricbucket (name, grain, start, label, bucket, count)
SELECT name, %(coarse)s, date_trunc(%(coarse)s, start, 'UTC'), label, bucket, sum(count)
FROM core_metricbucket
WHERE grain = %(fine)s AND start >= %(since)s AND start < %(until)s
GROUP BY 1, 3, 4, 5 ORDER BY 1, 3, 4, 5
ON CONFLICT (name, grain, start, label, bucket) DO UPDATE SET count = EXCLUDED.count
WHERE core_metricbucket.count <> EXCLUDED.count
"""
HIGHEST = """
INSERT INTO core_gaugesample (name, grain, start, label, value)
SELECT name, %(coarse)s, date_trunc(%(coarse)s, start, 'UTC'), label, max(value)
FROM core_gaugesample
WHERE grain = %(fine)s AND start >= %(since)s AND start < %(until)s
GROUP BY 1, 3, 4 ORDER BY 1, 3, 4
ON CONFLICT (name, grain, start, label) DO UPDATE SET value = EXCLUDED.value
WHERE core_gaugesample.value <> EXCLUDED.value
"""


def roll_up(*, back: dt.timedelta | None = None) -> int:
    """Sum whole minutes into hours and whole hours into days, drop what is no longer kept.

    Sums are made anew, so it may run as often as it likes: of the last three hours, in the first
    ten minutes of an hour of two days, or of ``back``. What a process could not write for longer
    than that stays in its minutes. Returns how many rows were dropped.
    """
    now = clock.real_now()
    hour, day = floored(now, UNITS[HOUR]), floored(now, UNITS[DAY])
    back = back or (WHOLLY if now.minute < 10 else LATELY)
    stages = ((MINUTE, HOUR, hour - back), (HOUR, DAY, day - max(back, DAYS_BACK)))
    with transaction.atomic(), connection.cursor() as cursor:
        for fine, coarse, since in stages:
            values: dict[str, Any] = {"fine": fine, "coarse": coarse, "since": since, "until": now}
            cursor.execute(SUM_UP, values)
            cursor.execute(HIGHEST, values)
    return _drop(now)


def _drop(now: dt.datetime) -> int:
    dropped = 0
    for grain, kept in KEPT.items():
        for model in (MetricBucket, GaugeSample):
            dropped += model.objects.filter(grain=grain, start__lt=now - kept).delete()[0]
    return dropped + Heartbeat.objects.filter(seen_at__lt=now - HEARTS_KEPT).delete()[0]
