"""Subscribing: queue, claim, send, settle, within the platform's limits."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
from django.db import connection

from apps.baidiyun import services
from apps.baidiyun.errors import InvalidRequest
from apps.baidiyun.models import ApiCall, Subscription
from apps.baidiyun.outcomes import SendResult
from apps.baidiyun.salts import derive_salt
from apps.baidiyun.services.subscriptions import phone_tail
from apps.core import clock
from tests.baidiyun import payloads
from tests.baidiyun.conftest import KEYS, NOW

pytestmark = pytest.mark.django_db
BEFORE = '{"result":false,"returnCode":"501","message":"重复订阅"}'
BUSY = '{"result":false,"returnCode":"500","message":"服务器错误"}'
REJECTED = '{"result":false,"returnCode":"701","message":"拒绝订阅的快递公司"}'


def subscribe(subject=7, number="YT6186594166532", **given) -> Subscription:
    return services.subscribe_tracking(
        subject=subject, carrier="yuantong", number=number, mode="sandbox", **given
    )


def send(at=NOW) -> SendResult:
    with clock.frozen(at):
        return services.send_due_subscriptions(limit=10)


def due_again() -> None:
    Subscription.objects.update(retry_at=clock.real_now() - dt.timedelta(seconds=1))


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


def test_subscribing_only_queues(platform):
    subscription = subscribe(phone="13800131234", from_="浙江-杭州", to="广东-深圳")
    assert (subscription.state, subscription.created_at) == ("pending", NOW)
    assert subscription.phone_tail == "1234"
    assert platform.asked == []


def test_an_open_subscription_is_returned_not_doubled():
    assert subscribe().id == subscribe().id
    assert subscribe(subject=8).id != subscribe().id


def test_what_is_sent_binds_the_push_to_the_token(platform):
    platform.will_answer(payloads.SUBSCRIBED)
    subscription = subscribe(phone="13800131234")
    assert send() == SendResult(sent=1, active=1)
    path, form = platform.asked[0]
    param = json.loads(form["param"])
    assert (path, param["key"], param["number"]) == ("/poll", "sandKEYkey", subscription.number)
    assert param["parameters"]["callbackurl"] == (
        f"http://127.0.0.1:8000/callbacks/baidiyun/tracking/k2/{subscription.token}"
    )
    assert param["parameters"]["salt"] == derive_salt(KEYS["k2"], subscription.token)
    assert param["parameters"]["phone"] == "1234"
    subscription.refresh_from_db()
    assert (subscription.state, subscription.subscribed_at) == ("active", NOW)


def test_subscribed_before_counts_as_subscribed(platform):
    platform.will_answer(BEFORE)
    subscription = subscribe()
    assert send().active == 1
    subscription.refresh_from_db()
    assert (subscription.state, subscription.return_code) == ("active", "501")


def test_a_permanent_refusal_fails_with_the_platforms_words(platform):
    platform.will_answer(REJECTED)
    subscription = subscribe()
    assert send() == SendResult(sent=1, failed=1)
    subscription.refresh_from_db()
    assert (subscription.state, subscription.return_code) == ("failed", "701")
    assert subscription.message == "拒绝订阅的快递公司"
    assert send() == SendResult()


@pytest.mark.parametrize(("status", "text"), [(200, BUSY), (502, "<html>"), (200, ""), (200, "{")])
def test_trouble_of_the_platform_is_tried_again_later(platform, status, text):
    platform.will_answer(text, status)
    subscription = subscribe()
    assert send() == SendResult(sent=1, postponed=1)
    assert send() == SendResult()
    subscription.refresh_from_db()
    assert (subscription.state, subscription.attempts) == ("pending", 1)
    assert 20 < (subscription.retry_at - clock.real_now()).total_seconds() <= 30
    due_again()
    platform.answers = [(200, payloads.SUBSCRIBED)]
    assert send().active == 1


def test_an_unreachable_platform_is_tried_again(settings):
    settings.BAIDIYUN = {
        "sandbox": {"base_url": "http://127.0.0.1:1", "key": "k", "customer": "c", "secret": "s"}
    }
    subscription = subscribe()
    assert send() == SendResult(sent=1, postponed=1)
    subscription.refresh_from_db()
    assert subscription.state == "pending"
    assert ApiCall.objects.get().ok is False


def test_a_silent_platform_is_left_alone_after_three(settings):
    settings.BAIDIYUN = {
        "sandbox": {"base_url": "http://127.0.0.1:1", "key": "k", "customer": "c", "secret": "s"}
    }
    for subject in range(5):
        subscribe(subject=subject)
    assert send() == SendResult(sent=3, postponed=3)
    assert ApiCall.objects.count() == 3
    attempts = Subscription.objects.order_by("id").values_list("attempts", flat=True)
    assert list(attempts) == [1, 1, 1, 0, 0]
    assert send() == SendResult()


def test_live_without_credentials_fails_and_sends_nothing(platform):
    subscription = services.subscribe_tracking(
        subject=1, carrier="yuantong", number="YT6186594166532", mode="live"
    )
    assert send() == SendResult(sent=1, failed=1)
    subscription.refresh_from_db()
    assert subscription.message == "live credentials are not configured"
    assert platform.asked == []
    assert not ApiCall.objects.exists()


def test_a_fifth_subscription_of_a_number_in_a_month_is_not_sent(platform):
    platform.will_answer(payloads.SUBSCRIBED)
    for subject in range(5):
        subscribe(subject=subject)
    assert send() == SendResult(sent=5, active=4, failed=1)
    assert len(platform.asked) == 4
    assert Subscription.objects.get(state="failed").return_code == "month_limit"


def test_the_month_ends_at_midnight_of_business_time(platform):
    platform.will_answer(payloads.SUBSCRIBED)
    for subject in range(4):
        subscribe(subject=subject)
    send()
    subscribe(subject=9)
    first_of_december_in_china = dt.datetime(2026, 11, 30, 16, 0, tzinfo=dt.UTC)
    assert send(first_of_december_in_china).active == 1


def test_after_an_abort_the_next_waits_thirty_minutes(platform, token_of):
    platform.will_answer(payloads.SUBSCRIBED)
    token_of(state="aborted", closed_at=NOW - dt.timedelta(minutes=10))
    subscription = subscribe()
    assert subscription.next_at == NOW + dt.timedelta(minutes=20)
    assert send(NOW + dt.timedelta(minutes=19)) == SendResult()
    assert send(NOW + dt.timedelta(minutes=20)).active == 1


def test_a_cancelled_subscription_is_not_sent(platform):
    subscribe()
    assert services.cancel_subscription(subject=7) == 1
    assert send() == SendResult()


def test_an_answer_never_undoes_what_a_push_settled_meanwhile(platform, monkeypatch):
    subscription = subscribe()
    platform.will_answer(REJECTED)
    from apps.baidiyun.services import sending

    real_call = sending.call

    def overtaken(**given):
        Subscription.objects.filter(id=subscription.id).update(state="active")
        return real_call(**given)

    monkeypatch.setattr(sending, "call", overtaken)
    send()
    subscription.refresh_from_db()
    assert (subscription.state, subscription.return_code) == ("active", "")


def test_a_failed_subscription_can_be_tried_once_more(platform):
    platform.will_answer(REJECTED)
    subscription = subscribe()
    send()
    assert services.retry_subscription(subscription_id=subscription.id) is True
    assert services.retry_subscription(subscription_id=subscription.id) is False
    subscription.refresh_from_db()
    assert (subscription.state, subscription.closed_at) == ("pending", None)


def test_retrying_gives_way_to_a_newer_open_one(token_of):
    failed = token_of(state="failed")
    subscribe(subject=failed.subject)
    assert services.retry_subscription(subscription_id=failed.id) is False


def test_a_vanished_salt_key_is_replaced_before_sending(platform, token_of):
    platform.will_answer(payloads.SUBSCRIBED)
    subscription = token_of(state="pending", kid="old")
    send()
    subscription.refresh_from_db()
    assert subscription.kid == "k2"
    salt = json.loads(platform.asked[0][1]["param"])["parameters"]["salt"]
    assert salt == derive_salt(KEYS["k2"], subscription.token)


@pytest.mark.parametrize(
    ("phone", "tail"),
    [
        ("13800131234", "1234"), ("0755-12345678", "5678"), ("17000000000-8765", "8765"),
        ("+86 138 0013 1234", "1234"), ("", ""), ("12", "12"),
    ],
)  # fmt: skip
def test_only_the_last_four_digits_of_a_phone_are_kept(phone, tail):
    assert phone_tail(phone) == tail


@pytest.mark.parametrize("given", [{"mode": "manual"}, {"number": ""}])
def test_what_cannot_be_followed_is_refused(given):
    wanted = {"subject": 1, "carrier": "ems", "number": "EA12345678", "mode": "sandbox"}
    with pytest.raises(InvalidRequest):
        services.subscribe_tracking(**{**wanted, **given})
    assert not Subscription.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_every_row_once(platform):
    platform.will_answer(payloads.SUBSCRIBED)
    for subject in range(12):
        subscribe(subject=subject, number=f"YT618659416{subject:04d}")
    gate = threading.Barrier(2)

    def work():
        gate.wait()
        try:
            with clock.frozen(NOW):
                services.send_due_subscriptions(limit=12)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    numbers = [json.loads(form["param"])["number"] for _, form in platform.asked]
    assert len(numbers) == len(set(numbers)) == 12
    assert Subscription.objects.filter(state="active").count() == 12
