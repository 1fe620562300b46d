"""Histograms merge exactly, and their percentiles are never too small nor 10 % too large."""

from __future__ import annotations

import datetime as dt
import math

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from apps.core import clock
from apps.core.metrics import Histogram, bucket_of, upper_edge
from apps.core.metrics.book import MOST_LABELS, Book
from apps.core.metrics.histogram import OVERFLOW
from apps.core.metrics.names import OTHER
from apps.core.metrics.reading import histogram, histograms_by_label, histograms_by_start
from apps.core.metrics.rolling import roll_up
from apps.core.models import MetricBucket

durations = st.lists(st.floats(0.001, 1e6), min_size=1, max_size=60)
NOW = dt.datetime(2026, 11, 11, 6, 0, 30, tzinfo=dt.UTC)


def of(seconds: list[float]) -> Histogram:
    found = Histogram()
    for duration in seconds:
        found += Histogram({bucket_of(duration): 1})
    return found


@given(durations, st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_percentile_is_never_too_small_and_at_most_a_tenth_too_large(seconds, share) -> None:
    exact = sorted(seconds)[max(1, math.ceil(len(seconds) * share - 1e-9)) - 1]
    said = of(seconds).percentile(share)
    assert said is not None
    assert exact * (1 - 1e-9) <= said <= max(exact * 2 ** (1 / 8), 0.001) * (1 + 1e-9)


@given(durations, durations, durations)
def test_the_order_of_merging_does_not_matter(a, b, c) -> None:
    one, other = of(a) + (of(b) + of(c)), (of(c) + of(a)) + of(b)
    assert one == other == of(a + b + c)


@given(st.floats(0.001, 8e6))
def test_a_duration_lies_in_its_bucket(seconds) -> None:
    bucket = bucket_of(seconds)
    assert seconds <= upper_edge(bucket) * (1 + 1e-9)
    assert bucket == 0 or seconds > upper_edge(bucket - 1) * (1 - 1e-9)


@pytest.mark.parametrize("absurd", [float("nan"), float("inf"), 1e12])
def test_the_absurd_is_counted_and_seen(absurd) -> None:
    assert bucket_of(absurd) == OVERFLOW
    assert of([absurd]).percentile(0.5) == math.inf


def test_what_a_clock_turned_back_counts_as_nothing() -> None:
    assert bucket_of(-5.0) == 0


def test_nothing_has_no_percentile() -> None:
    assert Histogram().percentile(0.99) is None
    assert Histogram().share_within(5) is None


@pytest.fixture
def now(db):
    with time_machine.travel(NOW, tick=False):
        yield clock.real_now()


def test_two_processes_add_up_to_one(now) -> None:
    first, second = Book(), Book()
    first.add("callback.applied", "yuantong", [0.1, 0.2])
    second.add("callback.applied", "yuantong", [0.1])
    second.add("callback.applied", "shunfeng", [9.0])
    assert (first.flush(), second.flush()) == (2, 2)
    since = now - dt.timedelta(hours=1)
    found = histograms_by_label(name="callback.applied", since=since)
    assert {label: part.total for label, part in found.items()} == {"shunfeng": 1, "yuantong": 3}
    assert histogram(name="callback.applied", since=since).total == 4
    assert first.flush() == 0


def test_labels_beyond_the_list_are_lumped_together(now) -> None:
    one = Book()
    for n in range(MOST_LABELS + 50):
        one.add("callback.applied", f"carrier-{n}", [1.0])
    one.flush()
    labels = set(MetricBucket.objects.values_list("label", flat=True))
    assert OTHER in labels
    assert len(labels) == MOST_LABELS + 1


def test_minutes_become_hours_and_days_and_are_let_go(now) -> None:
    old = now - dt.timedelta(hours=3)
    with time_machine.travel(old, tick=False):
        one = Book()
        one.add("message.told", "", [1.0] * 5)
        one.flush()
    for _again in range(2):
        roll_up()
    count = dict(MetricBucket.objects.values_list("grain", "count"))
    assert count == {"minute": 5, "hour": 5, "day": 5}
    with time_machine.travel(now + dt.timedelta(days=9), tick=False):
        assert roll_up() == 1
    assert histogram(name="message.told", since=old - dt.timedelta(days=1)).total == 5


def test_a_course_has_a_step_for_every_stretch_of_time(now) -> None:
    one = Book()
    one.add("callback.visible", "", [0.05])
    one.flush()
    since = now.replace(second=0) - dt.timedelta(minutes=10)
    steps = histograms_by_start(name="callback.visible", since=since, step=dt.timedelta(minutes=1))
    assert [part.total for _start, part in steps] == [0] * 10 + [1]
