"""The scheduler of the `beat` process, where the clock was ahead and is put right."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from celery.schedules import schedstate
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from django_celery_beat.schedulers import ModelEntry

from apps.core import clock
from apps.core.metrics.recorder import name_process, recorder
from config.beat import HeartScheduler
from config.celery import app

DAY = dt.timedelta(days=1)


@pytest.fixture
def beat(db, monkeypatch):
    """The scheduler with two hourly rows; what it would send stands in ``sent``."""
    every, _ = IntervalSchedule.objects.get_or_create(every=1, period="hours")
    rows = [PeriodicTask.objects.create(name=name, task=name, interval=every) for name in "ab"]
    entries = {row.name: ModelEntry(row, app=app) for row in rows}
    monkeypatch.setattr(HeartScheduler, "schedule", property(lambda self: entries))
    monkeypatch.setattr(recorder, "begin", lambda: None)
    scheduler = HeartScheduler(app=app, lazy=True)
    scheduler.sent, scheduler.__dict__["producer"] = [], None
    monkeypatch.setattr(
        scheduler, "apply_entry", lambda entry, producer=None: scheduler.sent.append(entry.name)
    )
    monkeypatch.setattr(scheduler, "should_sync", lambda: False)
    yield scheduler
    name_process("")


def test_rows_that_ran_in_what_is_the_future_again_do_not_wait_for_it(beat, monkeypatch) -> None:
    for entry in beat.schedule.values():
        entry.last_run_at = entry.model.last_run_at = clock.real_now() + DAY
    beat.tick()
    later = time.time() + 3 * 3600
    monkeypatch.setattr(ModelEntry, "is_due", lambda entry: schedstate(True, 3600))
    monkeypatch.setattr(beat, "_when", lambda entry, delay: later + delay)
    for _ in range(4):
        beat.tick()
    assert sorted(beat.sent) == ["a", "b"]
    assert all(entry.last_run_at <= clock.real_now() for entry in beat.schedule.values())
