"""Subscriptions that the gateway holds back were not sent and do not count."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.baidiyun.models import Subscription
from apps.baidiyun.services import poll_wanted, send_due_subscriptions, subscribe_tracking
from apps.core import clock

pytestmark = pytest.mark.django_db
DONE = '{"result":true,"returnCode":"200","message":"提交成功"}'


def queue(number: int) -> None:
    """Some numbers to follow."""
    for n in range(number):
        subscribe_tracking(subject=n + 1, carrier="yuantong", number=f"YT{n:08d}", mode="sandbox")


def test_what_the_bucket_does_not_hold_waits_without_an_attempt(platform, script, limit):
    platform.will_answer(DONE)
    limit("subscribe", 1.0, 3)
    queue(5)
    result = send_due_subscriptions(limit=10)
    assert (result.active, result.postponed) == (2, 3)
    waiting = Subscription.objects.filter(state="pending")
    assert set(waiting.values_list("attempts", flat=True)) == {0}
    assert len(platform.asked) == 2


def test_what_waited_is_sent_when_its_time_has_come(platform, script, limit, monkeypatch):
    platform.will_answer(DONE)
    limit("subscribe", 1.0, 3)
    queue(3)
    send_due_subscriptions(limit=10)
    script.now += 10
    later = clock.real_now() + dt.timedelta(seconds=10)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    send_due_subscriptions(limit=10)
    assert not Subscription.objects.filter(state="pending").exists()


def test_what_a_round_has_no_time_for_is_left_to_the_next(platform, script, monkeypatch):
    platform.will_answer(DONE)
    queue(3)
    monkeypatch.setattr("apps.baidiyun.services.sending.ROUND_SECONDS", -1.0)
    assert send_due_subscriptions(limit=10).sent == 0
    assert set(Subscription.objects.values_list("state", "attempts")) == {("pending", 0)}


def test_at_intake_only_every_subscription_waits(platform, script, stand_at):
    stand_at("intake_only")
    queue(3)
    assert send_due_subscriptions(limit=10).postponed == 3
    assert platform.asked == []
    assert set(Subscription.objects.values_list("state", "attempts")) == {("pending", 0)}


def test_a_wanted_poll_that_is_held_back_stays_wanted_and_comes_soon(
    platform, script, stand_at, token_of
):
    subscription = token_of(poll_wanted_at=clock.now())
    stand_at("cached")
    assert poll_wanted() == {"held_back": 1}
    subscription.refresh_from_db()
    wait = subscription.poll_wanted_at - clock.now()
    assert 0 < wait.total_seconds() < 60
