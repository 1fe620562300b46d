"""Periodic work: which jobs fail, which tasks are late."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from apps.core import clock
from apps.core.models import JobRun

JOBS_LOOKED_AT = 200
LOOKED_BACK = dt.timedelta(hours=3)
LAST_RUNS = """
SELECT split_part(label, '|', 1), max(start) + interval '1 minute', min(start)
FROM core_metricbucket
WHERE name = 'task.run' AND grain = 'minute' AND start >= %s AND start <= %s GROUP BY 1
"""


def failing_jobs() -> dict[str, float | None]:
    """Seconds since the newest run of a job began, for the jobs whose newest run failed."""
    now = clock.real_now()
    newest = JobRun.objects.order_by("-id").values("job", "error", "finished_at", "started_at")
    found: dict[str, float | None] = {}
    seen: set[str] = set()
    for run in newest[:JOBS_LOOKED_AT]:
        if run["job"] in seen:
            continue
        seen.add(run["job"])
        if run["error"] and not run["finished_at"]:
            found[run["job"]] = max((now - run["started_at"]).total_seconds(), 0.0)
    return found


def late_tasks() -> dict[str, float | None]:
    """Seconds by which each periodic task is late: since its last run, beyond its period.

    Looks three hours back in what was measured; a task of a longer period, and any while nothing
    was measured before its last change, is not known.
    """
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(LAST_RUNS, [now - LOOKED_BACK, now])
        rows = cursor.fetchall()
    last = {task: min(ended, now) for task, ended, _ in rows}
    measured_since = min((first for *_, first in rows), default=None)
    if measured_since is None:
        return {}
    tasks = PeriodicTask.objects.filter(enabled=True, interval__isnull=False)
    found: dict[str, float | None] = {}
    for row in tasks.select_related("interval"):
        period = _seconds(row.interval)
        if period * 2 > LOOKED_BACK.total_seconds():
            continue
        ran = last.get(row.task) or max(measured_since, row.date_changed or measured_since)
        found[row.task] = max((now - ran).total_seconds() - period, 0.0)
    return found


def _seconds(interval: IntervalSchedule) -> float:
    span: dt.timedelta = dt.timedelta(**{interval.period: interval.every})
    return span.total_seconds()
