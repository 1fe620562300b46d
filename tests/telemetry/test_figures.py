"""What `/metrics` says of the day: what took how long, who lives, what is promised."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from apps.core import clock
from apps.core.heartbeat import beat_heart
from apps.core.metrics.gauges import record_gauges
from apps.core.metrics.histogram import bucket_of
from apps.core.metrics.names import label_of, view_name
from apps.core.metrics.rolling import roll_up
from apps.core.models import MetricBucket
from apps.monitoring import timings
from apps.monitoring.exposition import exposition
from apps.monitoring.models import Objective, ObjectiveReading

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 12, 0, 30, tzinfo=dt.UTC)
BLAMES = (("ok", 95), ("vendor", 4), ("caller", 1))


@pytest.fixture
def noon(monkeypatch):
    monkeypatch.setattr(clock, "real_now", lambda: NOON)
    return NOON


def observed(name: str, label: str, seconds: float, count: int, at: dt.datetime) -> None:
    """A row as the recorder leaves it."""
    MetricBucket.objects.create(
        name=name,
        grain=MetricBucket.MINUTE,
        start=at.replace(second=0),
        label=label,
        bucket=bucket_of(seconds),
        count=count,
    )


@pytest.fixture
def day(noon):
    """Calls of the morning, of just now and of yesterday."""
    for at, seconds in (
        (noon - dt.timedelta(hours=5), 0.15),
        (noon - dt.timedelta(minutes=2), 1.0),
        (noon - dt.timedelta(hours=13), 9.0),
    ):
        for blame, count in BLAMES:
            parts = {"mode": "live", "product": "query", "carrier": "yuantong", "merchant": "1"}
            for view in (("mode", "blame"), ("mode", "product", "blame")):
                label = label_of(*({**parts, "blame": blame}[dim] for dim in view))
                observed(view_name("call.answered", view), label, seconds, count, at)
            observed("call.answered", label_of(*parts.values(), blame), seconds, count, at)
    observed("task.run", label_of("monitoring.watch", "done"), 0.02, 7, noon)
    roll_up()


def figures() -> dict[tuple[str, ...], float]:
    """Name and labels, these in alphabetical order of their names."""
    text = exposition().decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_calls_since_midnight_are_a_histogram_by_interface_and_counted_by_blame(day):
    found = figures()
    assert found["lastmile_call_seconds_count", "live", "query"] == 200
    assert found["lastmile_call_seconds_bucket", "0.1974", "live", "query"] == 100
    assert found["lastmile_call_seconds_bucket", "1.024", "live", "query"] == 200
    assert found["lastmile_call_seconds_bucket", "+Inf", "live", "query"] == 200
    assert 115 <= found["lastmile_call_seconds_sum", "live", "query"] <= 1.0905 * 115
    assert found["lastmile_calls_total", "vendor", "live"] == 8
    assert found["lastmile_tasks_total", "done"] == 7
    assert found["lastmile_task_seconds_count", "monitoring.watch"] == 7


def test_a_counter_begins_again_at_midnight_and_never_falls_in_between(day, monkeypatch):
    monkeypatch.setattr(clock, "real_now", lambda: NOON + dt.timedelta(hours=3))
    roll_up()
    assert figures()["lastmile_calls_total", "ok", "live"] == 190
    monkeypatch.setattr(clock, "real_now", lambda: NOON + dt.timedelta(hours=12))
    assert ("lastmile_calls_total", "ok", "live") not in figures()


def test_labels_come_from_closed_lists_no_merchant_among_them(day):
    assert not [key for key in figures() if {"yuantong", "1"} & set(key[1:])]


def test_hearts_objectives_and_gauges_are_shown(settings):
    settings.EXPECTED_PROCESSES = ("web", "drain")
    now = clock.real_now()
    beat_heart("drain", seen_at=now - dt.timedelta(seconds=90))
    record_gauges({("queue.age", "inbox"): 7.5})
    objective = Objective.objects.order_by("position")[0]
    ObjectiveReading.objects.update_or_create(
        objective=objective, defaults={"value": 0.31, "burn_fast": 14.4, "missed_since": now}
    )
    found = figures()
    assert 90 <= found["lastmile_process_silent_seconds", "drain"] < 100
    assert found["lastmile_process_alive", "drain"] == 0
    assert found["lastmile_process_expected", "web"] == 1
    assert ("lastmile_process_silent_seconds", "web") not in found
    assert found["lastmile_gauge", "queue.age", "inbox"] == 7.5
    assert found["lastmile_objective_value", objective.key] == 0.31
    assert found["lastmile_objective_missed", objective.key] == 1
    assert found["lastmile_objective_burn", objective.key, "fast"] == 14.4
    assert ("lastmile_objective_budget_left", objective.key) not in found


def test_timings_cost_a_fixed_number_of_statements(day):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for source in (timings.requests, timings.pages, timings.door, timings.tasks):
            list(source())
    assert len(asked) == 8
