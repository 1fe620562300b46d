"""Every call passes the gate: ladder, breaker, buckets, the day's budget, and reports back."""

from __future__ import annotations

import datetime as dt
import importlib
import threading

import pytest
from django.apps import apps
from django.db import connection
from redis import Redis

from apps.baidiyun.choices import Product, QueryResult
from apps.baidiyun.client import call
from apps.baidiyun.errors import CallFailed
from apps.baidiyun.limits import gate, rates
from apps.baidiyun.limits.choices import BreakerState, Priority
from apps.baidiyun.limits.errors import BreakerOpen, SteppedBack, Throttled
from apps.baidiyun.limits.models import DailySpend, ProductBreaker, ProductLimit
from apps.baidiyun.limits.overview import gateway_state, recent_figures
from apps.baidiyun.limits.redis_store import RedisStore
from apps.baidiyun.models import ApiCall, InboxRow, NumberQuery
from apps.baidiyun.services import query_tracking
from apps.core import clock
from tests.baidiyun import payloads
from tests.baidiyun.conftest import NOW

pytestmark = pytest.mark.django_db
FIELDS = {"param": "{}", "customer": "c", "sign": "s"}
TROUBLE = '{"result":false,"returnCode":"502","message":"服务器繁忙"}'
NO_QUOTA = '{"result":false,"returnCode":"601","message":"KEY已过期"}'


def query(priority: Priority = Priority.WAITING) -> None:
    """One call through the client."""
    call(product=Product.QUERY, mode="sandbox", fields=FIELDS, priority=priority)


def spent(product: str = "query") -> int:
    """Calls of the day by the rows."""
    return sum(DailySpend.objects.filter(product=product).values_list("spent", flat=True))


def ask(number: str = "YT7199652228745", **given):
    """A number's track for somebody who waits."""
    values = {"subject": 7, "carrier": "yuantongkuaiyun", "number": number, "mode": "sandbox"}
    return query_tracking(**{**values, **given})


def test_the_published_rates_are_rows():
    importlib.import_module("apps.baidiyun.migrations.0007_ladder").seed(apps, None)
    found = ProductLimit.objects.filter(mode="live").values_list("product", "per_second")
    assert {("query", 1.0), ("subscribe", 20.0)} <= set(found)


def test_a_call_beyond_the_burst_is_not_sent(platform, script, limit):
    platform.will_answer(payloads.QUERY_ANSWER)
    limit("query", 1.0, 2)
    query()
    query()
    with pytest.raises(Throttled) as held:
        query()
    assert (held.value.sent, held.value.permanent) == (False, False)
    assert 0.5 < held.value.retry_after < 1.5
    assert (len(platform.asked), spent(), ApiCall.objects.count()) == (2, 2, 2)


def test_the_overall_bucket_holds_for_the_sum(platform, script, limit):
    platform.will_answer(payloads.QUERY_ANSWER)
    limit("all", 1.0, 1)
    query()
    with pytest.raises(Throttled):
        call(product=Product.DETAIL, mode="sandbox", fields=FIELDS)


def test_routine_leaves_the_last_tokens_to_others(platform, script, limit):
    platform.will_answer(payloads.QUERY_ANSWER)
    limit("query", 1.0, 2)
    query(Priority.ROUTINE)
    with pytest.raises(Throttled):
        query(Priority.ROUTINE)
    query(Priority.WAITING)
    assert len(platform.asked) == 2


def test_a_days_budget_is_never_exceeded_and_keeps_a_share_for_those_who_wait(
    platform, script, limit
):
    platform.will_answer(payloads.QUERY_ANSWER)
    limit("query", 1_000.0, 1_000, budget=10)
    for _ in range(5):
        query(Priority.ROUTINE)
    with pytest.raises(Throttled):
        query(Priority.ROUTINE)
    for _ in range(5):
        query(Priority.WAITING)
    with pytest.raises(Throttled):
        query(Priority.WAITING)
    assert (len(platform.asked), spent()) == (10, 10)


def test_a_new_business_day_has_a_budget_of_its_own(platform, script, limit):
    platform.will_answer(payloads.QUERY_ANSWER)
    limit("query", 1_000.0, 1_000, budget=1)
    with clock.frozen(NOW):
        query()
        with pytest.raises(Throttled):
            query()
    with clock.frozen(NOW.replace(day=23)):
        query()
    assert len(platform.asked) == 2


def test_a_call_that_never_left_is_given_back(script, limit, settings):
    settings.BAIDIYUN = {
        "sandbox": {
            "base_url": "http://127.0.0.1:9",
            "key": "k",
            "customer": "c",
            "secret": "s",
        }
    }
    with pytest.raises(CallFailed):
        query()
    assert spent() == 0


def test_too_many_requests_close_the_bucket_for_as_long_as_asked(platform, script, limit):
    platform.will_answer("slow down", status=429)
    query()
    with pytest.raises(Throttled) as held:
        query()
    assert 40 < held.value.retry_after < 80
    script.now += 61
    query()
    assert len(platform.asked) == 2


def test_an_empty_account_closes_the_product_but_not_the_others(platform, script, limit):
    platform.will_answer(NO_QUOTA)
    query()
    with pytest.raises(Throttled):
        query()
    call(product=Product.DETAIL, mode="sandbox", fields=FIELDS)
    assert len(platform.asked) == 2


def test_a_failing_product_is_left_alone_and_shown(platform, script):
    platform.will_answer(TROUBLE)
    for _ in range(10):
        query()
    with pytest.raises(BreakerOpen):
        query()
    row = ProductBreaker.objects.get()
    assert (row.product, row.state, row.opened) == ("query", BreakerState.OPEN.value, 1)
    assert "502" in row.reason
    assert len(platform.asked) == 10


def test_after_its_pause_a_product_that_works_again_is_used_again(platform, script):
    platform.answers = [(200, TROUBLE)] * 10 + [(200, payloads.QUERY_ANSWER)]
    for _ in range(10):
        query()
    script.now += 5
    for _ in range(4):
        query()
    assert ProductBreaker.objects.get().state == BreakerState.CLOSED.value
    assert len(platform.asked) == 14


@pytest.mark.parametrize(
    "text",
    [
        '{"result":false,"returnCode":"500","message":"查询无结果，请隔段时间再查"}',
        '{"result":false,"returnCode":"408","message":"验证码错误"}',
    ],
)
def test_a_refusal_about_the_parcel_does_not_count_against_the_platform(platform, script, text):
    platform.will_answer(text)
    for _ in range(20):
        query()
    assert recent_figures(mode="sandbox")["query"].error_rate == 0.0


def test_at_intake_only_nothing_goes_out(platform, script, stand_at):
    stand_at("intake_only")
    with pytest.raises(SteppedBack):
        call(product=Product.BOOK, mode="sandbox", fields=FIELDS)
    assert platform.asked == []


def test_somebody_waiting_gets_the_last_known_with_its_date(platform, script, stand_at):
    platform.will_answer(payloads.QUERY_ANSWER)
    first = ask()
    stand_at("cached")
    with clock.frozen(clock.now() + dt.timedelta(hours=1)):
        outcome = ask()
    assert (outcome.result, outcome.row_id) == (QueryResult.CACHED, first.row_id)
    assert outcome.data_as_of == InboxRow.objects.get().received_at
    assert len(platform.asked) == 1


def test_at_cached_a_number_nobody_knows_is_held_back_and_keeps_its_turn(
    platform, script, stand_at
):
    stand_at("cached")
    outcome = ask()
    assert (outcome.result, outcome.permanent) == (QueryResult.HELD_BACK, False)
    assert outcome.retry_after is not None
    assert not NumberQuery.objects.exists()


def test_a_poll_is_held_back_without_an_answer(platform, script, stand_at):
    platform.will_answer(payloads.QUERY_ANSWER)
    ask()
    stand_at("only_risky")
    with clock.frozen(clock.now() + dt.timedelta(hours=1)):
        outcome = ask(priority=Priority.SILENT)
    assert (outcome.result, outcome.data_as_of) == (QueryResult.HELD_BACK, None)


def test_without_redis_a_small_share_is_used_and_routine_polls_stop(platform, limit):
    platform.will_answer(payloads.QUERY_ANSWER)
    limit("query", 10.0, 20)
    dead = Redis.from_url("redis://127.0.0.1:9/0", socket_connect_timeout=0.2)
    with gate.using(RedisStore(dead, prefix="lastmile-test"), patient=False):
        for rank in (Priority.ROUTINE, Priority.SILENT):
            with pytest.raises(Throttled):
                query(rank)
        query()
        with pytest.raises(Throttled) as held:
            query()
        assert 1.0 < held.value.retry_after < 3.0
        assert gateway_state().shared is False
    assert len(platform.asked) == 1


def test_the_state_of_the_gateway_is_one_answer(platform, script, limit, stand_at):
    platform.will_answer(payloads.QUERY_ANSWER)
    limit("query", 1.0, 4, budget=100)
    stand_at("widened")
    query()
    state = gateway_state()
    bucket = next(view for view in state.buckets if view.product == "query")
    assert (state.step.value, state.pinned, state.shared) == ("widened", False, True)
    assert (bucket.tokens, bucket.spent_today, bucket.daily_budget) == (3.0, 1, 100)
    assert state.spent_today == {"query": 1}


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_spend_more_than_the_days_budget(limit):
    limit("query", 1_000.0, 1_000, budget=20)
    rates.limits()
    granted: list[bool] = []

    def take() -> None:
        for _ in range(10):
            day = dt.date(2026, 11, 22)
            granted.append(
                rates.spend(
                    mode="sandbox", product=Product.QUERY, priority=Priority.WAITING, day=day
                )
            )
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(granted), sum(granted), spent()) == (60, 20, 20)
