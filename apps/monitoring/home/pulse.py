"""Heartbeats: of every process that must run, and of every periodic job by its own period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import PeriodicTask

from apps.core import clock
from apps.core.choices import LabelledEnum
from apps.core.heartbeat import Heart, heartbeats
from apps.core.metrics.names import SEPARATOR, Metric
from apps.core.metrics.spans import MINUTE

MISSED_PERIODS = 3
GRACE = dt.timedelta(minutes=2)
"""Runs are kept by the minute, so a job of two seconds is late when two minutes brought none."""
LOOK_BACK = dt.timedelta(hours=4)
DONE = "done"
NAMED = 4
LAST_RUNS = """
SELECT label, max(start) FROM core_metricbucket
WHERE name = %s AND grain = %s AND start >= %s GROUP BY label
"""


class Pulse(LabelledEnum):
    """How a periodic job does, the worst first."""

    FAILING = "failing", _("fails"), "danger"
    LATE = "late", _("overdue"), "danger"
    UNSEEN = "unseen", _("not seen yet"), "warning"
    PAUSED = "paused", _("switched off"), "default"
    FINE = "fine", _("on time"), "success"


@dataclass(frozen=True)
class Job:
    """A periodic job: every how many seconds, the minute it last went well (real time, None if
    not within four hours), and how it does."""

    name: str
    every: float | None
    last: dt.datetime | None
    state: Pulse


@dataclass(frozen=True)
class Beats:
    """All hearts and jobs; ``wrong`` are the jobs that need somebody."""

    hearts: tuple[Heart, ...]
    jobs: tuple[Job, ...]

    @property
    def dead(self) -> tuple[Heart, ...]:
        """Processes that must run and do not; nothing is known while none ever beat."""
        if not any(heart.seen_at for heart in self.hearts):
            return ()
        return tuple(heart for heart in self.hearts if heart.is_expected and not heart.is_alive)

    @property
    def wrong(self) -> tuple[Job, ...]:
        """Jobs that fail or are overdue."""
        return tuple(job for job in self.jobs if job.state in {Pulse.FAILING, Pulse.LATE})

    @property
    def named(self) -> tuple[Job, ...]:
        """The first of those: where the worker is dead all of them are, which helps nobody."""
        return self.wrong[:NAMED]


def beats() -> Beats:
    """Return the heart of every kind of process and the pulse of every periodic job.

    Three statements at any size: hearts, the schedule's rows, and the runs of four hours by the
    minute.
    """
    now = clock.real_now()
    rows = PeriodicTask.objects.select_related("interval").exclude(task="celery.backend_cleanup")
    seen = _last_runs(now - LOOK_BACK)
    jobs = [_job(row, seen, now) for row in rows.order_by("task")]
    order = list(Pulse)
    jobs.sort(key=lambda job: (order.index(job.state), job.name))
    return Beats(tuple(heartbeats()), tuple(jobs))


def judge(
    *, enabled: bool, every: float | None, good: dt.datetime | None, bad: dt.datetime | None,
    now: dt.datetime, began: dt.datetime | None = None,
) -> Pulse:  # fmt: skip
    """Say how a job does from the minutes of its last good and last failed run (real time).

    ``began`` is when its row was last changed: one that is younger than its patience has had no
    chance yet. A job without an interval (a crontab's) is only judged by its failures.
    """
    if not enabled:
        return Pulse.PAUSED
    if bad and (good is None or bad > good):
        return Pulse.FAILING
    if every is None:
        return Pulse.FINE if good else Pulse.UNSEEN
    patience = dt.timedelta(seconds=MISSED_PERIODS * every) + GRACE
    if good and now - good <= patience:
        return Pulse.FINE
    if good is None and (patience > LOOK_BACK or (began and now - began <= patience)):
        return Pulse.UNSEEN
    return Pulse.LATE


def _job(row: PeriodicTask, seen: Mapping[str, dict[bool, dt.datetime]], now: dt.datetime) -> Job:
    every = row.interval.schedule.run_every.total_seconds() if row.interval else None
    runs = seen.get(row.task, {})
    good, bad = runs.get(True), runs.get(False)
    state = judge(
        enabled=row.enabled, every=every, good=good, bad=bad, now=now, began=row.date_changed
    )
    return Job(row.task, every, good, state)


def _last_runs(since: dt.datetime) -> dict[str, dict[bool, dt.datetime]]:
    """Return for every task the minute of its last good and of its last failed run."""
    found: dict[str, dict[bool, dt.datetime]] = {}
    with connection.cursor() as cursor:
        cursor.execute(LAST_RUNS, [Metric.TASK_RUN.value, MINUTE, since])
        for label, start in cursor.fetchall():
            task, _sep, outcome = label.partition(SEPARATOR)
            runs = found.setdefault(task, {})
            went_well = outcome == DONE
            runs[went_well] = max(start, runs.get(went_well, start))
    return found
