"""Measurements are asked by their dimensions, whole or step by step; gauges by their highest."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection

from apps.core import clock
from apps.core.metrics.book import MOST_LABELS, Book
from apps.core.metrics.gauges import gauge_course, latest_gauges, record_gauges
from apps.core.metrics.names import Metric, label_of, lumped, narrowest
from apps.core.metrics.reading import counts, course, measure
from apps.core.metrics.rolling import roll_up
from apps.core.models import MetricBucket

NOW = dt.datetime(2026, 11, 11, 6, 0, 30, tzinfo=dt.UTC)
HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
CALL = Metric.CALL_ANSWERED


@pytest.fixture
def now(db):
    with time_machine.travel(NOW, tick=False):
        yield clock.real_now()


def write(name: str, at: dt.datetime, **labels: int) -> None:
    """Count observations of 0.1 s under labels (``__`` stands for the separator)."""
    one = Book()
    with time_machine.travel(at, tick=False):
        for label, count in labels.items():
            one.add(name, label.replace("__", "|"), [0.1] * count)
        one.flush()


@pytest.fixture
def calls(now) -> None:
    write(CALL, now - 2 * MINUTE, live__query__sf__1__ok=5, live__query__sf__2__vendor=1)
    write(CALL, now - MINUTE, live__book__yuantong__1__ours=2, sandbox__book__sf__1__ok=9)


def totals(**asked) -> dict[str, int]:
    asked.setdefault("since", NOW - HOUR)
    return {key: part.total for key, part in measure(name=CALL, **asked).items()}


def test_a_measurement_is_asked_by_any_of_its_dimensions(calls) -> None:
    assert totals() == {"": 17}
    assert totals(where={"mode": ["live"]}) == {"": 8}
    assert totals(where={"mode": ["live"]}, by="carrier") == {"sf": 6, "yuantong": 2}
    assert totals(where={"mode": ["live"], "blame": ["ours", "vendor"]}, by="merchant") == {
        "1": 2,
        "2": 1,
    }
    assert totals(where={"carrier": ["sf"], "product": ["query"]}, by="merchant") == {
        "1": 5,
        "2": 1,
    }
    assert totals(where={"carrier": []}) == {}


def test_every_view_adds_up_to_the_whole(calls) -> None:
    assert all(sum(totals(by=dim).values()) == 17 for dim in CALL.dims)


def test_a_dimension_nobody_has_is_refused_and_not_empty(now) -> None:
    with pytest.raises(ValueError, match="colour"):
        measure(name=CALL, since=NOW, by="colour")


def test_sums_and_minutes_tell_the_same(now) -> None:
    for hours in range(0, 60, 7):
        write(CALL, now - hours * HOUR - 5 * MINUTE, live__query__sf__1__ok=1 + hours)
    expected = sum(1 + hours for hours in range(0, 60, 7))
    since = now - 60 * HOUR
    MetricBucket.objects.filter(grain="hour").delete()
    roll_up(back=dt.timedelta(days=3))
    assert totals(since=since) == {"": expected}
    assert totals(since=since, where={"carrier": ["sf"], "product": ["query"]}) == {"": expected}
    per_hour = course(name=CALL, since=since, step=6 * HOUR, where={"mode": ["live"]})
    assert sum(point.whole.total for point in per_hour) == expected
    assert {point.start.minute for point in per_hour} == {0}


def test_a_course_has_every_step_and_each_key_in_its_own(calls) -> None:
    steps = course(name=CALL, since=NOW - 4 * MINUTE, step=MINUTE, by="mode")
    found = [{key: part.total for key, part in point.values.items()} for point in steps]
    assert found == [{}, {}, {"live": 6}, {"live": 2, "sandbox": 9}, {}]


def test_counts_say_what_a_course_says_and_which_are_bad(calls) -> None:
    asked = {"name": CALL, "since": NOW - 4 * MINUTE, "until": NOW, "step": MINUTE}
    steps = counts(**asked, by="mode", bad={"blame": ["ours", "vendor"]})
    told = [{key: part.total for key, part in point.values.items()}
            for point in course(**asked, by="mode")]  # fmt: skip
    assert [{key: total for key, (total, _) in found.items()} for _, found in steps] == told
    worst = [bucket for point in course(**asked) for bucket in point.whole.counts]
    beyond = [found.get("", (0, 0))[1] for _, found in counts(**asked, beyond=min(worst) - 1)]
    assert beyond == [point.whole.total for point in course(**asked)]
    assert not any(
        bad for _, found in counts(**asked, beyond=max(worst)) for _, bad in found.values()
    )
    assert sum(bad for _, found in steps for _, bad in found.values()) == totals(
        since=NOW - 4 * MINUTE, where={"blame": ["ours", "vendor"]}
    ).get("", 0)


def test_last_weeks_hour_is_still_there_by_the_minute(now) -> None:
    write(CALL, now - dt.timedelta(days=7), live__query__sf__1__ok=3)
    since = now - dt.timedelta(days=7) - 5 * MINUTE
    steps = course(name=CALL, since=since, until=since + 10 * MINUTE, step=MINUTE)
    assert [point.whole.total for point in steps if point.whole.total] == [3]


def test_labels_beyond_the_limit_lose_what_is_open_and_keep_whose_fault_it_was(now) -> None:
    assert lumped(CALL, "live|query|evil|99|vendor") == "live|query|other|other|vendor"
    one = Book()
    for n in range(MOST_LABELS + 3):
        one.add_one(CALL, f"live|query|carrier-{n}|1|ok", 0.1)
    one.flush()
    assert totals(by="carrier")["other"] == 3
    assert totals(by="mode") == {"live": MOST_LABELS + 3}


def test_what_somebody_sends_cannot_pose_as_another_dimension() -> None:
    assert label_of("a|b", "ok") == "a/b|ok"
    assert len(label_of("x" * 500, "y" * 500)) <= 120


def test_the_question_of_the_home_page_reads_the_smallest_rows_by_the_index(now) -> None:
    assert narrowest(CALL, {"mode", "blame"})[0] == "call.answered/mode|blame"
    rows = [
        MetricBucket(name=name, grain="hour", start=NOW - n * HOUR, label="a|ok", bucket=1, count=1)
        for n in range(300)
        for name in ("call.answered", "call.answered/mode|blame", "request.answered")
    ]
    MetricBucket.objects.bulk_create(rows)
    asked = []

    def listen(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        course(name=CALL, since=NOW - 20 * HOUR, step=HOUR, where={"blame": ["ok"]})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE core_metricbucket")
        cursor.execute(f"EXPLAIN {asked[0][0]}", asked[0][1])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "core_metric_once" in plan
    assert "Seq Scan" not in plan


def test_gauges_keep_the_last_of_a_minute_and_the_highest_of_an_hour(now) -> None:
    for minutes, value in ((200, 7.0), (190, 50.0), (2, 3.0), (2, 4.0)):
        record_gauges({("queue.age", "inbox"): value}, at=now - minutes * MINUTE)
    roll_up()
    recent = gauge_course(name="queue.age", since=now - 3 * MINUTE, step=MINUTE)
    assert [point.value for point in recent["inbox"]] == [None, 4.0, None, None]
    whole_day = gauge_course(name="queue.age", since=now - 24 * HOUR, step=HOUR)
    assert max(point.value or 0 for point in whole_day["inbox"]) == 50.0
    assert latest_gauges(name="queue.age") == {"inbox": 4.0}
    assert latest_gauges(name="queue.age", within=MINUTE) == {}
