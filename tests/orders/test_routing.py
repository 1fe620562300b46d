"""Which way a parcel goes: pure, sticky, monotone, and never a test merchant live."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.orders.routing import STEPS, Share, bucket_of, decide_route, next_step, share_for

MERCHANTS = st.integers(1, 5)
CARRIERS = st.sampled_from(["yuantong", "shunfeng", "zhongtong"])
SHARES = st.lists(
    st.builds(
        Share,
        merchant_id=st.none() | MERCHANTS,
        carrier=st.just("") | CARRIERS,
        percent=st.sampled_from(STEPS),
    ),
    unique_by=lambda share: (share.merchant_id, share.carrier),
    max_size=8,
)


def route(order: str, merchant: int = 1, carrier: str = "yuantong", shares=(), **given_) -> str:
    values = {"test_merchant": False, "sandbox_key": False, **given_}
    return decide_route(
        merchant_id=merchant, carrier=carrier, order_uid=order, shares=shares, **values
    ).route.value


@given(order=st.text(min_size=1), merchant=MERCHANTS, carrier=CARRIERS, shares=SHARES)
def test_a_test_merchant_and_a_sandbox_key_are_the_sandbox_always(order, merchant, carrier, shares):
    for flags in ({"test_merchant": True}, {"sandbox_key": True}):
        assert route(order, merchant, carrier, shares, **flags) == "sandbox"


@given(order=st.text(min_size=1), merchant=MERCHANTS, carrier=CARRIERS, shares=SHARES)
def test_a_real_parcel_is_never_the_sandboxs(order, merchant, carrier, shares):
    assert route(order, merchant, carrier, shares) in {"live", "manual"}


@given(
    order=st.text(min_size=1), merchant=MERCHANTS, carrier=CARRIERS, shares=SHARES, data=st.data()
)
def test_raising_any_share_moves_no_parcel_out_of_live(order, merchant, carrier, shares, data):
    place = data.draw(st.tuples(st.none() | MERCHANTS, st.just("") | CARRIERS))
    now = share_for(shares, merchant_id=place[0], carrier=place[1])
    after = data.draw(st.sampled_from([step for step in STEPS if step >= now.percent]))
    raised = replace(now, merchant_id=place[0], carrier=place[1], percent=after)
    others = [share for share in shares if (share.merchant_id, share.carrier) != place]
    if route(order, merchant, carrier, shares) == "live":
        assert route(order, merchant, carrier, [*others, raised]) == "live"


@given(order=st.text(min_size=1), merchant=MERCHANTS, carrier=CARRIERS, shares=SHARES)
def test_the_same_order_gets_the_same_route_in_any_order_of_rows(order, merchant, carrier, shares):
    first = route(order, merchant, carrier, shares)
    assert route(order, merchant, carrier, list(reversed(shares))) == first


@pytest.mark.parametrize("percent", STEPS)
def test_the_share_of_many_orders_is_the_percentage(percent):
    shares = [Share(None, "", percent)]
    live = sum(route(f"ord_{n}", shares=shares) == "live" for n in range(20_000))
    expected = 20_000 * percent / 100
    spread = (20_000 * percent / 100 * (1 - percent / 100)) ** 0.5
    assert abs(live - expected) <= 4 * spread


def test_the_buckets_of_two_merchants_are_not_the_same():
    same = sum(bucket_of(1, f"ord_{n}") == bucket_of(2, f"ord_{n}") for n in range(2_000))
    assert same < 10


@pytest.mark.parametrize(
    ("merchant", "carrier", "percent"),
    [(1, "yuantong", 50), (1, "shunfeng", 10), (2, "yuantong", 25), (2, "shunfeng", 1)],
)
def test_the_most_specific_share_counts(merchant, carrier, percent):
    shares = [
        Share(None, "", 1),
        Share(None, "yuantong", 25),
        Share(1, "", 10),
        Share(1, "yuantong", 50),
    ]
    assert share_for(shares, merchant_id=merchant, carrier=carrier).percent == percent


def test_nothing_is_live_before_anything_was_raised():
    assert {route(f"ord_{n}") for n in range(500)} == {"manual"}


def test_the_steps():
    assert [next_step(percent) for percent in STEPS] == [1, 5, 10, 25, 50, 100, None]
