"""What processes observe is written by a thread of their own, and never at anybody's cost."""

from __future__ import annotations

import datetime as dt
import os
import threading

import pytest
import time_machine
from django.db import DatabaseError, connection

from apps.core import clock
from apps.core.heartbeat import heartbeats
from apps.core.metrics import book, observe_one
from apps.core.metrics.book import MOST_KEPT, Book
from apps.core.metrics.names import Metric
from apps.core.metrics.reading import measure
from apps.core.metrics.recorder import Recorder, recorder
from apps.core.models import Heartbeat, MetricBucket

NOW = dt.datetime(2026, 11, 11, 6, 0, 30, tzinfo=dt.UTC)
PROCESSES, EACH = 4, 250
FULL = """
CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER is_full BEFORE INSERT ON core_metricbucket EXECUTE FUNCTION is_full();
"""


@pytest.fixture(autouse=True)
def empty_book():
    book.forget()
    yield
    book.forget()


@pytest.fixture
def recorded(settings):
    settings.METRICS_RECORDED = True
    yield recorder
    recorder.end()
    recorder.process = ""


def in_children(work, count: int) -> list[int]:
    """Run ``work`` in forked processes at once; return their exit codes."""
    pids = []
    for number in range(count):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                work(number)
                code = 0
            finally:
                os._exit(code)
        pids.append(pid)
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]


def an_hour_ago() -> dt.datetime:
    return clock.real_now() - dt.timedelta(hours=1)


@pytest.mark.django_db(transaction=True)
def test_several_processes_write_the_same_minute_and_nothing_is_lost_or_doubled(recorded) -> None:
    recorded.begin()
    observe_one(Metric.TASK_RUN, "parent|done", 0.1)

    def observes(number: int) -> None:
        for n in range(EACH):
            observe_one(Metric.TASK_RUN, f"task-{n % 5}|done", 0.01 * (number + 1))
        recorder.end()

    assert in_children(observes, PROCESSES) == [0] * PROCESSES
    recorded.end()
    found = measure(name=Metric.TASK_RUN, since=an_hour_ago(), by="task")
    assert {task: part.total for task, part in found.items()} == {
        "parent": 1,
        **{f"task-{n}": EACH // 5 * PROCESSES for n in range(5)},
    }


@pytest.mark.django_db(transaction=True)
def test_a_fork_in_the_middle_of_an_observation_does_not_hang_the_child(recorded) -> None:
    with book._lock:
        codes = in_children(lambda _n: observe_one(Metric.TASK_RUN, "a|done", 1.0), 1)
    assert codes == [0]


class Refusing:
    """A connection whose every statement is refused as on a full disk."""

    def cursor(self):
        raise DatabaseError("could not extend file")


def test_a_store_that_refuses_keeps_the_counts_in_their_minutes(db) -> None:
    one = Book()
    with time_machine.travel(NOW, tick=False):
        one.add_one("task.run", "a|done", 1.0)
        assert one.flush(Refusing()) == 0
    assert one.unwritten_seconds > 0
    with time_machine.travel(NOW + dt.timedelta(minutes=7), tick=False):
        one.add_one("task.run", "a|done", 1.0)
        assert one.flush() == 2
    assert one.unwritten_seconds == 0
    starts = list(MetricBucket.objects.order_by("start").values_list("start", "count"))
    assert starts == [(NOW.replace(second=0), 1), (NOW.replace(minute=7, second=0), 1)]


def test_a_store_that_refuses_for_ever_costs_the_oldest_minutes_and_bounded_memory() -> None:
    one = Book()
    minute = int(NOW.replace(second=0).timestamp())
    one._kept = {(minute, "task.run", f"t-{n}|done", 0): 1 for n in range(MOST_KEPT)}
    with time_machine.travel(NOW + dt.timedelta(minutes=1), tick=False):
        for n in range(10):
            one.add_one("task.run", f"n-{n}|done", 0.5)
        one.flush(Refusing())
    assert (one.kept, one.lost) == (MOST_KEPT, 10)
    assert sum(row[0] > minute for row in one._kept) == 10


def test_the_log_says_once_a_minute_that_nothing_is_written(caplog) -> None:
    one = Book()
    for _again in range(5):
        one.add_one("task.run", "a|done", 0.5)
        one.flush(Refusing())
    assert sum("metrics.not_written" in line for line in caplog.messages) == 1


@pytest.mark.parametrize("label", ["", "a\x00b|done", "a\x1fb|done", "\ud800|done", "圆通|done"])
def test_no_label_whatever_it_holds_stops_the_writing(db, label) -> None:
    one = Book()
    one.add_one("message.told", label, 0.5)
    assert one.flush() == 1
    assert MetricBucket.objects.get().label.isprintable()


def test_a_clock_that_jumps_back_adds_to_minutes_that_are_there(db) -> None:
    one = Book()
    for moment in (NOW, NOW - dt.timedelta(minutes=3), NOW - dt.timedelta(minutes=3)):
        with time_machine.travel(moment, tick=False):
            one.add_one("task.run", "a|done", 0.5)
            one.flush()
    counts = list(MetricBucket.objects.order_by("start").values_list("count", flat=True))
    assert counts == [2, 1]


def test_nothing_is_begun_where_the_settings_forbid_it() -> None:
    observe_one(Metric.TASK_RUN, "a|done", 1.0)
    assert not recorder.is_running
    assert "recorder" not in {thread.name for thread in threading.enumerate()}


@pytest.fixture
def own(db):
    """A recorder that writes over the test's own connection."""
    made = Recorder()
    made._connection = connection
    made.process, made.has_loop = "drain", True
    return made


def test_a_loop_that_hangs_stops_the_heart_of_its_process(own: Recorder) -> None:
    own.touch()
    own._beat()
    first = Heartbeat.objects.get(process="drain").seen_at
    own._beaten = float("-inf")
    own._beat()
    assert Heartbeat.objects.get(process="drain").seen_at == first
    own.touch()
    own._beat()
    assert Heartbeat.objects.get(process="drain").seen_at > first


@pytest.fixture
def full_store(transactional_db):
    """A table of figures that takes no more rows."""
    with connection.cursor() as cursor:
        cursor.execute(FULL)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION is_full() CASCADE")


def test_a_heart_beats_on_and_says_so_while_the_figures_cannot_be_written(full_store) -> None:
    one = Recorder()
    one.process = "drain"
    book.add_one("task.run", "a|done", 0.5)
    one._turn()
    one._close()
    assert Heartbeat.objects.get(process="drain").detail["kept"] == 1
    assert not MetricBucket.objects.exists()


def test_what_must_run_and_was_never_seen_is_listed_as_not_living(db, settings) -> None:
    settings.EXPECTED_PROCESSES = ("web", "beat")
    Heartbeat.objects.create(
        process="web", host="a", pid=1, started_at=NOW, seen_at=NOW - dt.timedelta(seconds=60)
    )
    Heartbeat.objects.create(process="web", host="b", pid=1, started_at=NOW, seen_at=NOW)
    Heartbeat.objects.create(process="soak", host="b", pid=2, started_at=NOW, seen_at=NOW)
    web, beat, soak = heartbeats(at=NOW + dt.timedelta(seconds=5))
    assert (web.process, web.alive, web.host, web.is_alive) == ("web", 1, "b", True)
    assert (beat.process, beat.seen_at, beat.is_alive) == ("beat", None, False)
    assert (soak.process, soak.is_expected) == ("soak", False)
    assert not heartbeats(at=NOW + dt.timedelta(seconds=30))[0].is_alive


def test_a_heart_from_before_the_clock_was_put_back_is_no_sign_of_life(db, settings) -> None:
    settings.EXPECTED_PROCESSES = ("watch",)
    ahead = NOW + dt.timedelta(days=1)
    Heartbeat.objects.create(process="watch", host="a", pid=1, started_at=NOW, seen_at=ahead)
    (watch,) = heartbeats(at=NOW)
    assert (watch.seen_at, watch.alive) == (None, 0)
    Heartbeat.objects.create(process="watch", host="a", pid=2, started_at=NOW, seen_at=NOW)
    (watch,) = heartbeats(at=NOW)
    assert (watch.pid, watch.alive) == (2, 1)
