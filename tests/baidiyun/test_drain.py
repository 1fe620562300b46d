"""The drain: every row applied once, poison alone, nothing lost, subscriptions kept up to date."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from apps.baidiyun import hints, intake, services, topics
from apps.baidiyun.drainer import Drainer
from apps.baidiyun.models import InboxRow, Subscription
from apps.baidiyun.outcomes import DrainResult
from apps.baidiyun.topics import Applied
from apps.core import clock
from apps.core.errors import PortalError
from tests.baidiyun import payloads
from tests.baidiyun.conftest import NOW, Recorder

POLLING = json.loads(payloads.POLLING)


def store(subscription, param=payloads.POLLING, at=None) -> InboxRow:
    """A verified push, waiting."""
    now = at or clock.real_now()
    intake.store_push(
        topic=subscription.topic, token=subscription.token, param=param, raw=param.encode(), now=now
    )
    return InboxRow.objects.latest("id")


def variant(**fields) -> str:
    """The polling push with other values."""
    return json.dumps(POLLING | fields, ensure_ascii=False)


def due_again() -> None:
    """Let the delays pass."""
    InboxRow.objects.update(next_at=clock.real_now() - dt.timedelta(seconds=1))


@pytest.mark.django_db
def test_a_row_reaches_its_applier_with_its_subject_and_is_marked(token_of, recorder):
    subscription = token_of()
    row = store(subscription)
    assert services.drain_once(limit=10) == DrainResult(claimed=1, applied=1)
    given = recorder.rows[0]
    assert (given.id, given.subject, given.number) == (
        row.id, subscription.subject, subscription.number,
    )  # fmt: skip
    row.refresh_from_db()
    assert (row.state, row.subject, row.carrier) == ("applied", subscription.subject, "yuantong")
    assert (row.mode, row.applied_at is not None, row.attempts) == ("sandbox", True, 0)
    assert services.drain_once(limit=10) == DrainResult()
    assert len(recorder.rows) == 1


@pytest.mark.django_db
def test_the_applier_reads_the_same_snapshot_the_drain_parsed(token_of, recorder):
    store(token_of())
    services.drain_once(limit=10)
    row = recorder.rows[0]
    assert topics.snapshot_of(row) is topics.snapshot_of(row)
    assert topics.snapshot_of(row).number == "YT6186594166532"


@pytest.mark.django_db
def test_rows_of_a_topic_nobody_owns_wait(token_of):
    store(token_of())
    assert services.drain_once(limit=10) == DrainResult()
    topics.register("booking", Recorder())
    assert services.drain_once(limit=10) == DrainResult()
    assert InboxRow.objects.get().state == "pending"


@pytest.mark.django_db
def test_a_push_about_another_number_is_kept_aside_and_never_applied(token_of, recorder):
    subscription = token_of(number="YT0000000000001")
    store(subscription)
    assert services.drain_once(limit=10) == DrainResult(claimed=1, aside=1)
    assert recorder.rows == []
    row = InboxRow.objects.get()
    assert (row.state, row.error) == ("aside", "about another number: YT6186594166532")
    subscription.refresh_from_db()
    assert subscription.last_push_at is None


@pytest.mark.django_db
def test_a_number_differing_only_in_case_is_the_same(token_of, recorder):
    store(token_of(number="yt6186594166532"))
    assert services.drain_once(limit=10).applied == 1


@pytest.mark.django_db
def test_a_push_whose_token_is_gone_is_kept_aside(token_of, recorder):
    subscription = token_of()
    store(subscription)
    subscription.delete()
    assert services.drain_once(limit=10).aside == 1
    assert InboxRow.objects.get().error == "unknown token"


@pytest.mark.django_db
def test_a_booking_token_cannot_speak_about_tracking(token_of, recorder):
    subscription = token_of("booking")
    intake.store_push(
        topic="tracking", token=subscription.token, param=payloads.POLLING, raw=b"x",
        now=clock.real_now(),
    )  # fmt: skip
    assert services.drain_once(limit=10).aside == 1


@pytest.mark.django_db
def test_an_unreadable_row_is_parked_at_once_and_the_rest_goes_on(token_of, recorder):
    bad = store(token_of(), '{"lastResult":[]}')
    store(token_of())
    assert services.drain_once(limit=10) == DrainResult(claimed=2, applied=1, parked=1)
    bad.refresh_from_db()
    assert (bad.state, bad.error.startswith("malformed")) == ("parked", True)


@pytest.mark.django_db
def test_one_poison_row_does_not_hold_up_the_batch(token_of, recorder):
    rows = [store(token_of()) for _ in range(9)]
    recorder.poison = {rows[4].id}
    assert services.drain_once(limit=10) == DrainResult(claimed=9, applied=8, retried=1)
    assert sorted(row.id for row in recorder.rows) == [r.id for i, r in enumerate(rows) if i != 4]
    rows[4].refresh_from_db()
    assert (rows[4].state, rows[4].attempts, rows[4].error) == (
        "pending", 1, "ValueError: poison",
    )  # fmt: skip


@pytest.mark.django_db
def test_what_a_poison_row_wrote_is_rolled_back(token_of):
    rows = [store(token_of()) for _ in range(2)]

    def writes_then_fails(batch):
        for row in batch:
            Subscription.objects.filter(subject=row.subject).update(message=f"seen {row.id}")
        if any(row.id == rows[1].id for row in batch):
            raise ValueError("after writing")
        return [Applied(row.id) for row in batch]

    topics.register("tracking", writes_then_fails)
    services.drain_once(limit=10)
    messages = list(Subscription.objects.order_by("id").values_list("message", flat=True))
    assert messages == [f"seen {rows[0].id}", ""]


@pytest.mark.django_db
def test_a_failing_row_waits_longer_each_time_and_is_parked_after_six(token_of, recorder):
    row = store(token_of())
    recorder.poison = {row.id}
    delays = []
    for _ in range(6):
        before = clock.real_now()
        services.drain_once(limit=10)
        row.refresh_from_db()
        delays.append(round((row.next_at - before).total_seconds()))
        due_again()
    assert delays[:5] == [1, 4, 16, 64, 256]
    assert (row.state, row.attempts) == ("parked", 6)
    assert services.drain_once(limit=10).claimed == 0


@pytest.mark.django_db
def test_a_row_that_waits_is_not_claimed_before_its_time(token_of, recorder):
    row = store(token_of())
    recorder.poison = {row.id}
    services.drain_once(limit=10)
    assert services.drain_once(limit=10).claimed == 0


@pytest.mark.django_db
def test_a_permanent_error_parks_at_once(token_of, recorder):
    row = store(token_of())
    recorder.poison = {row.id}
    recorder.error = PortalError("never", permanent=True)
    assert services.drain_once(limit=10).parked == 1


@pytest.mark.django_db
def test_a_database_error_of_the_applier_is_pinned_on_its_row(token_of):
    rows = [store(token_of()) for _ in range(3)]

    def divides(batch):
        with connection.cursor() as cursor:
            for row in batch:
                cursor.execute("SELECT 1 / %s", [0 if row.id == rows[1].id else 1])
        return [Applied(row.id) for row in batch]

    topics.register("tracking", divides)
    assert services.drain_once(limit=10) == DrainResult(claimed=3, applied=2, retried=1)


@pytest.mark.django_db
def test_an_applier_that_forgets_a_row_loses_nothing(token_of):
    row = store(token_of())
    topics.register("tracking", lambda rows: [])
    assert services.drain_once(limit=10).retried == 1
    row.refresh_from_db()
    assert row.state == "pending"


@pytest.mark.django_db
def test_an_applier_may_set_rows_aside_or_skip_them(token_of, recorder):
    store(token_of())
    recorder.state = "skipped"
    assert services.drain_once(limit=10).skipped == 1
    assert InboxRow.objects.get().state == "skipped"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"status": "polling"}, "active"),
        ({"status": "updateall"}, "active"),
        ({"status": "shutdown"}, "shutdown"),
        ({"status": "abort", "message": "60天无变化"}, "aborted"),
        ({"status": "abort", "comNew": "zhongtong"}, "active"),
    ],
)
def test_a_push_tells_how_its_subscription_stands(token_of, recorder, fields, state):
    subscription = token_of(state="pending", poll_wanted_at=clock.now())
    store(subscription, variant(**fields))
    with clock.frozen(NOW):
        services.drain_once(limit=10)
    subscription.refresh_from_db()
    assert (subscription.state, subscription.last_push_at) == (state, NOW)
    assert subscription.poll_wanted_at is None
    assert (subscription.closed_at == NOW) == (state != "active")


@pytest.mark.django_db
def test_a_late_push_never_opens_a_closed_subscription(token_of, recorder):
    subscription = token_of(state="shutdown", closed_at=NOW)
    store(subscription)
    services.drain_once(limit=10)
    subscription.refresh_from_db()
    assert (subscription.state, subscription.closed_at) == ("shutdown", NOW)


@pytest.mark.django_db
def test_shutdown_wins_over_an_older_push_in_the_same_batch_in_any_order(token_of, recorder):
    subscription = token_of()
    store(subscription, variant(status="shutdown"))
    store(subscription)
    services.drain_once(limit=10)
    subscription.refresh_from_db()
    assert subscription.state == "shutdown"


@pytest.mark.django_db
def test_a_polls_answer_is_applied_like_a_push_but_moves_no_subscription(token_of, recorder):
    subscription = token_of(number="YT7199652228745", carrier="yuantongkuaiyun")
    intake.store_poll(
        topic="tracking", subject=subscription.subject, carrier="yuantongkuaiyun",
        number="YT7199652228745", mode="sandbox", param=payloads.QUERY_ANSWER,
        now=clock.real_now(),
    )  # fmt: skip
    assert services.drain_once(limit=10).applied == 1
    assert topics.snapshot_of(recorder.rows[0]).push_status == ""
    subscription.refresh_from_db()
    assert subscription.last_push_at is None


@pytest.mark.django_db(transaction=True)
def test_readers_get_their_hint_after_the_commit_only(token_of, recorder):
    store(token_of())
    heard = []

    def listener(sender, topics, **rest):
        heard.append((topics, connection.in_atomic_block))

    hints.inbox_applied.connect(listener)
    try:
        services.drain_once(limit=10)
    finally:
        hints.inbox_applied.disconnect(listener)
    assert heard == [(["tracking"], False)]


@pytest.mark.django_db(transaction=True)
def test_two_drains_at_once_apply_every_row_exactly_once(token_of):
    subscriptions = [token_of() for _ in range(40)]
    for subscription in subscriptions:
        store(subscription)
    seen, gate = [], threading.Barrier(2)

    def applier(rows):
        seen.extend(row.id for row in rows)
        return [Applied(row.id) for row in rows]

    topics.register("tracking", applier)

    def work():
        gate.wait()
        try:
            while services.drain_once(limit=7).claimed:
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(seen) == 40
    assert len(set(seen)) == 40
    assert InboxRow.objects.filter(state="applied").count() == 40


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_in_the_middle_blames_no_row(token_of):
    row = store(token_of())

    def cut(rows):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return []

    topics.register("tracking", cut)
    with pytest.raises(OperationalError):
        services.drain_once(limit=10)
    connection.close()
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("pending", 0)


@pytest.mark.django_db(transaction=True)
def test_the_loop_survives_a_lost_connection(token_of, monkeypatch):
    monkeypatch.setattr("apps.baidiyun.drainer.RECONNECT_SECONDS", 0.01)
    row = store(token_of())
    calls = []

    def cut_once(rows):
        calls.append(1)
        if len(calls) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return [Applied(found.id) for found in rows]

    topics.register("tracking", cut_once)

    class StopWhenIdle:
        def wait(self, seconds):
            drainer.stop()
            return False

    drainer = Drainer(listener=StopWhenIdle())
    drainer.run()
    row.refresh_from_db()
    assert (row.state, len(calls)) == ("applied", 2)


@pytest.mark.django_db
def test_a_batch_in_hand_is_finished_when_told_to_stop(token_of):
    for _ in range(3):
        store(token_of())
    drainer = Drainer()

    def stopped_meanwhile(rows):
        drainer.stop()
        return [Applied(row.id) for row in rows]

    topics.register("tracking", stopped_meanwhile)
    drainer.run()
    assert InboxRow.objects.filter(state="applied").count() == 3


@pytest.mark.django_db
def test_a_drain_that_stands_still_in_a_transaction_is_ended_by_the_database(token_of):
    store(token_of())
    shown = []
    drainer = Drainer()

    def look(rows):
        drainer.stop()
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            shown.append(cursor.fetchone()[0])
        return [Applied(row.id) for row in rows]

    topics.register("tracking", look)
    drainer.run()
    assert shown == ["15s"]


@pytest.mark.django_db
def test_an_unexpected_error_is_logged_and_the_loop_goes_on(monkeypatch):
    monkeypatch.setattr("apps.baidiyun.drainer.RECONNECT_SECONDS", 0.01)
    rounds = []

    def fails_once(*, limit):
        rounds.append(limit)
        if len(rounds) == 1:
            raise KeyError("a bug")
        drainer.stop()
        return DrainResult()

    monkeypatch.setattr("apps.baidiyun.drainer.drain_once", fails_once)
    drainer = Drainer()
    drainer.run()
    assert len(rounds) == 2


@pytest.mark.django_db
def test_the_batch_grows_with_a_backlog_and_shrinks_without_one(monkeypatch):
    claims = iter([50, 100, 200, 400, 500, 500, 10])
    asked = []

    def fake(*, limit):
        asked.append(limit)
        return DrainResult(claimed=next(claims))

    monkeypatch.setattr("apps.baidiyun.drainer.drain_once", fake)
    drainer = Drainer()
    for _ in range(7):
        drainer.step()
    assert asked == [50, 100, 200, 400, 500, 500, 500]
    assert drainer.batch == 50


@pytest.mark.django_db
def test_the_command_drains_once(token_of, recorder, capsys):
    from django.core.management import call_command

    store(token_of())
    call_command("drain", "--once")
    assert capsys.readouterr().out == "1 rows\n"
    assert timezone.is_aware(InboxRow.objects.get().applied_at)


def test_a_dead_redis_costs_a_listener_no_more_than_its_wait(settings, monkeypatch):
    import time

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    listener = hints.Listener()
    started = time.monotonic()
    assert listener.wait(0.05) is False
    assert time.monotonic() - started < 1.0
