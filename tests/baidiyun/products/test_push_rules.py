"""What a push means for its subscription, by the vendor's rules."""

from __future__ import annotations

import datetime as dt
import json

from apps.baidiyun.products.push_rules import (
    AbortReason,
    PushOutcome,
    judge_push,
    may_resubscribe,
)
from apps.baidiyun.products.tracking import parse_push
from tests.baidiyun import payloads

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)


def judged(**change):
    return judge_push(parse_push(json.dumps(json.loads(payloads.ABORT) | change)))


def test_polling_and_updateall_are_followed():
    for status in ("polling", "updateall", "somethingnew"):
        assert judged(status=status).outcome == PushOutcome.FOLLOWED


def test_shutdown_is_the_end():
    found = judged(status="shutdown")
    assert (found.outcome, found.resubscribe_after) == (PushOutcome.FINISHED, None)


def test_an_abort_with_another_carrier_moves_and_is_not_subscribed_again():
    found = judged(comNew="zhongtong")
    assert (found.outcome, found.carrier, found.original_carrier) == (
        PushOutcome.MOVED, "zhongtong", "yunda",
    )  # fmt: skip
    assert found.resubscribe_after is None


def test_pushes_after_a_correction_go_on_with_the_new_carrier():
    found = judged(status="polling", autoCheck="1", comOld="yunda", comNew="zhongtong")
    assert (found.outcome, found.carrier, found.original_carrier) == (
        PushOutcome.MOVED, "zhongtong", "yunda",
    )  # fmt: skip


def test_a_corrected_number_can_still_be_given_up():
    found = judged(autoCheck="1", comOld="yunda", comNew="zhongtong", message="60天无变化")
    assert (found.outcome, found.reason) == (PushOutcome.ABORTED, AbortReason.UNCHANGED)


def test_an_abort_may_be_subscribed_again_after_half_an_hour():
    found = judged()
    assert (found.outcome, found.reason) == (PushOutcome.ABORTED, AbortReason.NO_RECORD)
    assert found.resubscribe_after == dt.timedelta(minutes=30)
    assert judged(message="x").reason == AbortReason.OTHER


def test_four_subscriptions_a_month_and_half_an_hour_between():
    early, late = NOW - dt.timedelta(minutes=29), NOW - dt.timedelta(minutes=30)
    assert not may_resubscribe(aborted_at=early, now=NOW, subscribed_this_month=1)
    assert may_resubscribe(aborted_at=late, now=NOW, subscribed_this_month=3)
    assert not may_resubscribe(aborted_at=late, now=NOW, subscribed_this_month=4)
