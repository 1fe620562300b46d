"""The look at all rules: what opens, what ends, who is told, and what must never happen."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.core import clock
from apps.monitoring.models import Alarm
from apps.monitoring.services import evaluate_rules
from apps.notifications.models import Notice

START = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)


def look(after=0.0, **probes):
    """Look once, so many seconds after the beginning."""
    with clock.scripted(START + dt.timedelta(seconds=after)):
        return evaluate_rules(probes={name.replace("_", ".", 1): v for name, v in probes.items()})


@pytest.mark.django_db
def test_a_silent_portal_raises_nothing():
    found = look()
    assert (found.opened, found.open, found.failed) == (0, 0, ())
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_a_server_that_is_gone_opens_once_and_recovers_once():
    for second in range(0, 60, 5):
        look(second, redis_silence=float(second))
    alarm = Alarm.objects.get()
    assert alarm.rule.slug == "redis_gone"
    for second in range(60, 120, 5):
        look(second, redis_silence=0.0)
    assert list(Notice.objects.order_by("id").values_list("kind", flat=True)) == [
        "alarm.opened",
        "alarm.recovered",
    ]
