"""Second chances and forgetting."""

from __future__ import annotations

import datetime as dt
import threading
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import Error, connection, transaction
from django.db.utils import IntegrityError

from apps.baidiyun import intake, selectors, services, tasks
from apps.baidiyun.models import (
    ApiCall,
    InboxRow,
    NumberQuery,
    Quarantine,
    Subscription,
    UnknownCode,
)
from apps.baidiyun.outcomes import SeenCode
from apps.baidiyun.services.queries import QUERY_SPACING
from apps.core import clock
from tests.baidiyun import payloads
from tests.baidiyun.conftest import NOW, salt

DAY = dt.timedelta(days=1)


def refuse(token: str, body: bytes = b"param=x&sign=y", **given) -> None:
    values = {"reason": "bad_signature", "topic": "tracking", "kid": "k1", "remote": "10.0.0.1"}
    values |= {"size": len(body), "now": clock.real_now(), **given}
    intake.quarantine_push(token=token, body=body, **values)


def inbox(state: str, age_days: float, n: int = 1, **given) -> InboxRow:
    then = clock.real_now() - age_days * DAY
    return InboxRow.objects.create(
        topic="tracking", source="push", token="t", body_hash=f"{state}{age_days}{n}".encode(),
        param="{}", received_at=then, next_at=then, state=state,
        applied_at=then if state == "applied" else None, **given,
    )  # fmt: skip


@pytest.mark.django_db
def test_parked_rows_get_new_attempts(recorder):
    row, other = inbox("parked", 0, attempts=6), inbox("aside", 0)
    assert services.requeue_parked(row_ids=[row.id, other.id]) == 1
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.attempts, other.state) == ("pending", 0, "aside")


@pytest.mark.django_db
def test_parked_rows_can_be_requeued_by_topic():
    inbox("parked", 0)
    assert services.requeue_parked(topic="booking") == 0
    assert services.requeue_parked(topic="tracking") == 1


@pytest.mark.django_db
def test_a_push_refused_for_a_wrong_key_is_replayed_once_the_key_is_right(
    token_of, push, settings, recorder
):
    subscription = token_of()
    right = settings.BAIDIYUN_SALT_KEYS
    settings.BAIDIYUN_SALT_KEYS = {"k1": "mistyped"}
    assert push(subscription).status_code == 403
    assert services.verify_quarantined().refused == 1
    settings.BAIDIYUN_SALT_KEYS = right
    assert services.verify_quarantined().replayed == 1
    assert not Quarantine.objects.exists()
    assert services.drain_once().applied == 1
    assert services.verify_quarantined().replayed == 0


@pytest.mark.django_db
def test_replaying_what_came_again_meanwhile_doubles_nothing(token_of, push, settings):
    subscription = token_of()
    right = settings.BAIDIYUN_SALT_KEYS
    settings.BAIDIYUN_SALT_KEYS = {}
    push(subscription)
    settings.BAIDIYUN_SALT_KEYS = right
    push(subscription)
    services.verify_quarantined()
    assert InboxRow.objects.count() == 1
    assert not Quarantine.objects.exists()


@pytest.mark.django_db
def test_a_forged_push_never_leaves_the_quarantine(token_of, push):
    push(token_of(), body=payloads.push_body(payloads.POLLING, "forged"))
    replay = services.verify_quarantined()
    assert (replay.replayed, replay.refused) == (0, 1)
    assert (InboxRow.objects.count(), Quarantine.objects.count()) == (0, 1)


@pytest.mark.django_db
def test_a_body_that_was_cut_cannot_be_verified_again(token_of):
    subscription = token_of()
    body = payloads.push_body("x" * 70_000, salt(subscription))
    refuse(subscription.token, body)
    assert services.verify_quarantined().truncated == 1


@pytest.mark.django_db
def test_the_quarantine_never_holds_more_than_a_thousand(token_of):
    mine = token_of()
    refuse(mine.token, b"ours")
    for n in range(230):
        refuse(f"stranger{n:012d}")
    assert Quarantine.objects.filter(slot__lt=200).count() == 200
    assert bytes(Quarantine.objects.get(token=mine.token).body) == b"ours"
    for n in range(801):
        refuse(mine.token, str(n).encode())
    assert Quarantine.objects.count() == 1_000
    assert bytes(Quarantine.objects.filter(slot__gte=200).order_by("-id")[0].body) == b"800"
    with pytest.raises(IntegrityError), transaction.atomic():
        Quarantine.objects.create(slot=1_000, reason="malformed", body=b"", size=0, received_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_the_cap_of_the_quarantine_holds_under_concurrency():
    workers, each = 6, 60
    gate = threading.Barrier(workers)
    failures = []

    def work(worker):
        gate.wait()
        try:
            for n in range(each):
                refuse(f"stranger{worker:04d}{n:08d}")
        except Error as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(workers)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert failures == []
    assert Quarantine.objects.count() == 200


@pytest.mark.django_db(transaction=True)
def test_the_same_push_many_times_at_once_is_one_row(token_of):
    subscription = token_of()
    workers = 6
    gate = threading.Barrier(workers)
    stored = []

    def work():
        gate.wait()
        try:
            stored.append(
                intake.store_push(
                    topic="tracking",
                    token=subscription.token,
                    param=payloads.POLLING,
                    raw=payloads.POLLING.encode(),
                    now=clock.real_now(),
                )
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(stored) == [False] * (workers - 1) + [True]
    assert InboxRow.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_push_over_a_connection_that_died_is_stored_over_a_new_one(token_of, push):
    subscription = token_of()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    assert push(subscription).status_code == 200
    assert InboxRow.objects.count() == 1


@pytest.mark.django_db
def test_cleaning_up_forgets_only_what_is_applied_and_old(token_of):
    old = [inbox(state, 91) for state in ("pending", "parked", "aside", "skipped")]
    inbox("applied", 91)
    recent = inbox("applied", 89)
    values = {"product": "query", "mode": "sandbox", "url_path": "/poll", "ok": True}
    ApiCall.objects.create(**values, at=clock.real_now() - 31 * DAY)
    call = ApiCall.objects.create(**values, at=clock.real_now() - 29 * DAY)
    refuse("stranger000000000001", now=clock.real_now() - dt.timedelta(hours=25))
    refuse("stranger000000000002", now=clock.real_now() - dt.timedelta(hours=23))
    with clock.frozen(NOW):
        for n, days in enumerate((1, 3)):
            NumberQuery.objects.create(
                mode="live", carrier="c", number=str(n), last_at=NOW - days * DAY
            )
        assert tasks.clean_up() == {"inbox": 1, "calls": 1, "quarantine": 1, "queries": 1}
    assert set(InboxRow.objects.all()) == {*old, recent}
    assert list(ApiCall.objects.all()) == [call]
    assert Quarantine.objects.get().token == "stranger000000000002"


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "kept"), [("pending", 1), ("parked", 1), ("applied", 0)])
def test_a_call_is_kept_while_what_came_of_it_is_not_applied(state, kept):
    InboxRow.objects.filter(pk=inbox(state, 40).pk).update(subject=77)
    ApiCall.objects.create(
        product="query", mode="sandbox", url_path="/poll", ok=True, subject=77,
        at=clock.real_now() - 40 * DAY,
    )  # fmt: skip
    tasks.clean_up()
    assert ApiCall.objects.count() == kept


@pytest.mark.django_db
def test_an_unsigned_push_is_taken_in_again_once_its_token_is_known(token_of, client):
    path = "/callbacks/baidiyun/pickup_code/k1/tokentokentoken00001"
    code = '{"kuaidinum":"YT6186594166532","pickUpCode":"3-2-8014"}'
    body = urlencode({"param": code}).encode()
    answer = client.generic("POST", path, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 403
    assert services.verify_quarantined().refused == 1
    token_of("pickup_code", number="")
    assert services.verify_quarantined().replayed == 1
    assert InboxRow.objects.get().param == code
    assert not Quarantine.objects.exists()


@pytest.mark.django_db
def test_unknown_codes_are_counted_and_keep_their_first_sample():
    with clock.frozen(NOW):
        services.record_unknown_codes(
            codes=[SeenCode("tracking", "213", "first"), SeenCode("tracking", "213", "second")]
        )
    with clock.frozen(NOW + DAY):
        assert services.record_unknown_codes(codes=[SeenCode("tracking", "213", "third")]) == 1
    code = UnknownCode.objects.get()
    assert (code.count, code.sample) == (3, "first")
    assert (code.first_seen_at, code.last_seen_at) == (NOW, NOW + DAY)
    assert services.record_unknown_codes(codes=[]) == 0


@pytest.mark.django_db
def test_the_state_of_the_way_in_is_counted(token_of):
    inbox("applied", 1)
    inbox("parked", 1)
    inbox("aside", 1)
    inbox("pending", 1)
    inbox("pending", 0.5, n=2)
    refuse("stranger000000000001")
    state = selectors.ingest_state()
    assert state.counts() == {
        "received": 5, "applied": 1, "parked": 1, "quarantined": 1, "aside": 1, "skipped": 0,
        "pending": 2,
    }  # fmt: skip
    assert 86_399 < state.oldest_undrained_seconds < 86_500


@pytest.mark.django_db
def test_an_empty_way_in_has_nothing_waiting():
    assert selectors.ingest_state().oldest_undrained_seconds == 0.0


def wanted_in(subscription) -> dt.timedelta | None:
    """How long until its poll is due."""
    subscription.refresh_from_db()
    due = subscription.poll_wanted_at
    return None if due is None else due - NOW


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "result", "again"),
    [
        (payloads.QUERY_ANSWER, "stored", None),
        (payloads.NO_RESULT, "no_result", QUERY_SPACING),
        ("<html>", "unreachable", QUERY_SPACING),
        ('{"result":false,"returnCode":"400","message":"x"}', "refused", None),
    ],
)
def test_the_parcel_of_a_refused_push_is_polled(token_of, platform, text, result, again):
    platform.will_answer(text)
    subscription = token_of(poll_wanted_at=NOW)
    with clock.frozen(NOW):
        assert tasks.poll_wanted() == {result: 1}
        assert tasks.poll_wanted() == {}
    assert wanted_in(subscription) == again
    assert InboxRow.objects.filter(subject=subscription.subject).exists() == (result == "stored")


@pytest.mark.django_db
def test_a_parcel_polled_just_now_is_polled_half_an_hour_later(token_of, platform):
    subscription = token_of(poll_wanted_at=NOW)
    NumberQuery.objects.create(
        mode="sandbox", carrier=subscription.carrier, number=subscription.number, last_at=NOW
    )
    with clock.frozen(NOW):
        assert tasks.poll_wanted() == {"too_soon": 1}
    assert platform.asked == []
    assert wanted_in(subscription) == QUERY_SPACING


@pytest.mark.django_db
def test_without_credentials_a_wanted_poll_is_given_up(token_of):
    subscription = token_of(mode="live", poll_wanted_at=NOW)
    with clock.frozen(NOW):
        assert tasks.poll_wanted() == {"refused": 1}
    assert wanted_in(subscription) is None


@pytest.mark.django_db
def test_wanted_polls_come_longest_waiting_first(token_of):
    late = token_of(poll_wanted_at=NOW)
    early = token_of(poll_wanted_at=NOW - DAY)
    token_of()
    token_of("booking", poll_wanted_at=NOW)
    token_of(poll_wanted_at=NOW + DAY)
    with clock.frozen(NOW):
        assert list(selectors.wanted_polls(limit=5)) == [early, late]
    assert services.store_poll_request(token="nobodysnobodysnobody") is False


@pytest.mark.django_db
def test_open_subscriptions_are_found(token_of):
    subscription = token_of()
    wanted = {"carrier": subscription.carrier, "number": subscription.number}
    assert selectors.has_open_subscription(subject=subscription.subject, **wanted)
    assert not selectors.has_open_subscription(subject=1, **wanted)
    assert list(selectors.subscriptions_of(subject=subscription.subject)) == [subscription]


@pytest.mark.django_db
def test_a_subject_has_one_open_subscription_for_a_number(token_of):
    first = token_of()
    with pytest.raises(IntegrityError), transaction.atomic():
        token_of(subject=first.subject)
    token_of(subject=first.subject, state="aborted")
    assert Subscription.objects.count() == 2


@pytest.mark.django_db
def test_the_task_sends_what_is_due(platform):
    platform.will_answer(payloads.SUBSCRIBED)
    services.subscribe_tracking(
        subject=1, carrier="yuantong", number="YT6186594166532", mode="sandbox"
    )
    assert tasks.send_subscriptions() == {"sent": 1, "active": 1, "failed": 0, "postponed": 0}


@pytest.mark.django_db(transaction=True)
def test_the_migrations_go_back_and_forth():
    call_command("migrate", "baidiyun", "0001", verbosity=0)
    call_command("migrate", verbosity=0)
    refuse("stranger000000000001")
    assert Quarantine.objects.count() == 1
