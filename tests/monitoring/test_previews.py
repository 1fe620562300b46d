"""A preview says when a rule would have spoken, and opens nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from apps.core import clock
from apps.core.metrics.gauges import record_gauges
from apps.core.models import MetricBucket
from apps.monitoring.models import Alarm, AlertRule
from apps.monitoring.preview import preview_rule

START = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def now(db: None) -> Iterator[dt.datetime]:
    with clock.scripted(START):
        yield START


def test_a_preview_finds_the_moments_a_rule_would_have_spoken(now):
    for back in range(60):
        age = 90.0 if 20 <= back < 30 else 1.0
        record_gauges({("queue.age", "inbox"): age}, at=START - MINUTE * back)
    found = preview_rule(AlertRule.objects.get(slug="inbox_late"), at=START)
    (firing,) = found.firings
    assert START - MINUTE * 30 < firing.since <= START - MINUTE * 28
    assert firing.worst == 90.0
    assert firing.until < START - MINUTE * 15
    assert not Alarm.objects.exists()


def test_a_preview_against_last_week_looks_at_minutes(now):
    MetricBucket.objects.bulk_create(
        MetricBucket(name="request.answered/blame", grain=grain, start=start, label="ok", bucket=40,
                     count=count)
        for grain, start, count in [
            *(("minute", START - back * MINUTE, 100) for back in range(500) if not 60 <= back < 90),
            *(("hour", START - dt.timedelta(days=7, hours=back), 6000) for back in range(10)),
        ]
    )  # fmt: skip
    rule = AlertRule.objects.get(slug="traffic_dropped")
    rule.window_seconds = 600
    found = preview_rule(rule, at=START, back=dt.timedelta(hours=8))
    (firing,) = found.firings
    assert START - 83 * MINUTE <= firing.since <= START - 79 * MINUTE
    assert firing.until <= START - 50 * MINUTE
    assert found.step == MINUTE


def test_a_preview_of_an_absence_finds_the_silence(now):
    MetricBucket.objects.bulk_create(
        MetricBucket(name="callback.answered", grain="minute", start=START - back * MINUTE,
                     label="track/query|stored", bucket=40, count=50)
        for back in range(200) if not 30 <= back < 40
    )  # fmt: skip
    rule = AlertRule.objects.get(slug="callbacks_stopped")
    found = preview_rule(rule, at=START, back=dt.timedelta(hours=2))
    (firing,) = found.firings
    assert START - 41 * MINUTE <= firing.since <= START - 38 * MINUTE
    assert START - 31 * MINUTE <= firing.until <= START - 25 * MINUTE
