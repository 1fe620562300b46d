"""The bucket as values: never more than burst plus what flowed in, whatever the order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.baidiyun.limits import bucket
from apps.baidiyun.limits.bucket import Bucket, Rate
from apps.baidiyun.limits.choices import Priority
from apps.baidiyun.limits.pacing import JITTER, budget_for, jittered, reserve_of

rates = st.builds(
    Rate, st.floats(0.1, 200.0, allow_nan=False), st.integers(min_value=1, max_value=50)
)
gaps = st.lists(st.floats(0.0, 5.0, allow_nan=False), min_size=1, max_size=80)


@given(rates, gaps, st.integers(0, 5))
def test_never_more_is_granted_than_the_burst_and_what_flowed_in(rate, waits, reserve):
    held, now, granted = bucket.full(rate, 1_000.0), 1_000.0, 0
    for wait in waits:
        now += wait
        taken = bucket.take(held, rate, now, reserve=reserve)
        held, granted = taken.bucket, granted + taken.granted
    assert granted <= rate.burst + (now - 1_000.0) * rate.per_second + 1e-6


@given(rates, st.floats(0.0, 50.0), st.integers(0, 5))
def test_waiting_as_long_as_told_brings_a_token(rate, tokens, reserve):
    reserve = min(reserve, rate.burst - 1)
    held = Bucket(min(tokens, float(rate.burst)), 10.0)
    first = bucket.take(held, rate, 10.0, reserve=reserve)
    if first.granted:
        assert first.wait == 0.0
    else:
        later = 10.0 + first.wait * (1 + 1e-9) + 1e-6
        assert bucket.take(first.bucket, rate, later, reserve=reserve).granted


@given(rates, st.floats(0.0, 50.0))
def test_who_is_more_urgent_gets_whatever_the_others_get(rate, tokens):
    held = Bucket(min(tokens, float(rate.burst)), 10.0)
    served = [
        bucket.take(held, rate, 10.0, reserve=reserve_of(rank, rate.burst)).granted
        for rank in Priority
    ]
    assert served == sorted(served, reverse=True)


def test_the_last_tokens_are_kept_for_somebody_who_waits():
    rate = Rate(1.0, 10)
    held = Bucket(5.0, 0.0)
    asked = {
        rank: bucket.take(held, rate, 0.0, reserve=reserve_of(rank, 10)).granted
        for rank in Priority
    }
    assert asked == {
        Priority.WAITING: True,
        Priority.RISKY: True,
        Priority.SILENT: True,
        Priority.ROUTINE: False,
    }


def test_a_bucket_of_one_keeps_nothing_back():
    assert {reserve_of(rank, 1) for rank in Priority} == {0}


@given(st.integers(2, 1_000))
def test_every_priority_is_served_by_a_full_bucket(burst):
    assert all(reserve_of(rank, burst) <= burst - 1 for rank in Priority)


def test_a_closed_bucket_grants_nothing_until_its_time():
    rate = Rate(10.0, 10)
    held = bucket.close(bucket.full(rate, 0.0), 30.0)
    refused = bucket.take(held, rate, 29.0)
    assert (refused.granted, refused.closed, refused.wait) == (False, True, 1.0)
    assert bucket.take(held, rate, 30.0).granted


def test_a_shorter_closing_never_shortens_a_longer_one():
    held = bucket.close(bucket.close(Bucket(1.0, 0.0), 60.0), 5.0)
    assert held.closed_until == 60.0


def test_a_clock_set_back_neither_adds_tokens_nor_freezes_the_bucket():
    rate = Rate(1.0, 10)
    empty = Bucket(0.0, 1_000.0)
    back = bucket.take(empty, rate, 10.0)
    assert (back.granted, back.bucket.tokens) == (False, 0.0)
    assert bucket.take(back.bucket, rate, 11.0).granted


def test_a_days_budget_leaves_a_share_for_the_urgent():
    assert [budget_for(rank, 1_000) for rank in Priority] == [1_000, 900, 700, 500]


@pytest.mark.parametrize("draw", [0.0, 0.5, 0.999])
def test_jitter_stays_within_a_quarter(draw):
    assert (1 - JITTER) * 60 <= jittered(60.0, draw=draw) <= (1 + JITTER) * 60
