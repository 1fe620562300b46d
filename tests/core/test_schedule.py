"""The rows of beat's schedule follow the table of ticks, and leave what is somebody else's."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from config.schedule import TICKS

pytestmark = pytest.mark.django_db


def plant(name: str, task: str) -> PeriodicTask:
    every, _ = IntervalSchedule.objects.get_or_create(every=2, period=IntervalSchedule.SECONDS)
    return PeriodicTask.objects.create(name=name, task=task, interval=every)


def sync() -> str:
    out = StringIO()
    call_command("sync_schedule", stdout=out)
    return out.getvalue()


def test_rows_of_vanished_ticks_go_and_beat_hears_of_it():
    sync()
    before = PeriodicTasks.last_change()
    plant("notifications.send", "notifications.send")
    plant("by hand", "notifications.send")
    assert "1 removed, 1 switched off" in sync()
    assert not PeriodicTask.objects.filter(name="notifications.send").exists()
    assert not PeriodicTask.objects.get(name="by hand").enabled
    assert PeriodicTasks.last_change() > before
    assert "0 new, 0 removed, 0 switched off" in sync()


def test_what_staff_edited_or_made_and_what_is_not_ours_stays():
    sync()
    tick = PeriodicTask.objects.get(name=TICKS[0].task)
    tick.enabled, tick.expire_seconds = False, 7
    tick.save()
    mine = plant("twice as often", TICKS[1].task)
    foreign = plant("celery.backend_cleanup", "celery.backend_cleanup")
    other = plant("someone.else", "someone.else")
    assert "0 new, 0 removed, 0 switched off" in sync()
    tick.refresh_from_db()
    assert (tick.enabled, tick.expire_seconds) == (False, 7)
    for row in (mine, foreign, other):
        row.refresh_from_db()
        assert row.enabled
