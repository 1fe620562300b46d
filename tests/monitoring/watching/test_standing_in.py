"""While the watch is silent the worker judges in its place, and only then."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.core import clock
from apps.core.heartbeat import beat_heart
from apps.monitoring.models import Alarm
from apps.monitoring.services import stand_in_for_watch
from apps.monitoring.tasks import watch_task

pytestmark = pytest.mark.django_db


def seen(process: str, seconds_ago: float) -> None:
    beat_heart(process, seen_at=clock.real_now() - dt.timedelta(seconds=seconds_ago))


def test_nothing_is_judged_twice_while_the_watch_lives() -> None:
    seen("watch", 3)
    assert stand_in_for_watch() == {"stood_in": 0}


def test_a_silent_watch_is_said_by_the_worker() -> None:
    now = clock.real_now()
    for look in range(5):
        with clock.scripted(now + dt.timedelta(seconds=10 * look)):
            for process in ("web", "worker", "beat", "drain"):
                seen(process, 1)
            if look == 0:
                seen("watch", 12)
            watch_task()
    alarm = Alarm.objects.get(rule__slug="watch_dead")
    assert alarm.told_at is not None
    assert alarm.until is None


def test_a_watch_that_never_beat_is_stood_in_for() -> None:
    assert stand_in_for_watch()["stood_in"] == 1
