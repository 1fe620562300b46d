"""The store in Redis: it does what the pure models say, and many processes share one bucket."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from redis import Redis

from apps.baidiyun.bench.bucket import measure_bucket
from apps.baidiyun.limits.bucket import Rate
from apps.baidiyun.limits.choices import BreakerState, Health
from apps.baidiyun.limits.redis_store import RedisStore
from apps.baidiyun.limits.store import MemoryStore, Quota, Report, StoreUnavailable

SHARED = Quota("query", Rate(400.0, 40))


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    client = Redis.from_url(settings.REDIS_URL)
    yield client
    client.close()


@pytest.fixture
def scope(redis: Redis) -> Iterator[str]:
    name = f"test-{uuid.uuid4().hex}"
    yield name
    RedisStore(redis, prefix="lastmile-test").forget(name)


class Script:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


quotas = st.lists(
    st.builds(
        Quota,
        st.sampled_from(["query", "all"]),
        st.builds(Rate, st.sampled_from([0.5, 1.0, 3.7, 50.0]), st.integers(1, 12)),
        st.integers(0, 4),
    ),
    min_size=1,
    max_size=2,
    unique_by=lambda quota: quota.name,
)
asking = st.tuples(st.just("admit"), quotas)
telling = st.tuples(
    st.just("report"),
    st.builds(
        Report,
        st.sampled_from([Health.FAILED, Health.FAILED, *Health]),
        st.integers(0, 3),
        st.floats(0, 20),
        st.sampled_from([0.0, 0.0, 0.0, 2.5, 60.0]),
    ),
)
stories = st.lists(
    st.tuples(st.sampled_from([0.0, 0.01, 0.3, 1.7, 6.0, 31.0]), st.one_of(asking, telling)),
    min_size=5,
    max_size=60,
)


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories)
def test_the_scripts_do_exactly_what_the_models_say(redis, story):
    time_now, name = Script(), f"test-{uuid.uuid4().hex}"
    shared = RedisStore(redis, prefix="lastmile-test", now=time_now)
    model = MemoryStore(now=time_now)
    for wait, (what, given_) in story:
        time_now.now += wait
        if what == "admit":
            assert shared.admit(name, "query", given_) == model.admit(name, "query", given_)
        else:
            assert shared.report(name, "query", given_) == model.report(name, "query", given_)
    assert shared.figures(name, 120) == model.figures(name, 120)
    assert shared.view(name, [SHARED]) == model.view(name, [SHARED])
    shared.forget(name)


def test_a_run_of_failures_opens_the_breaker_for_everybody(redis, scope):
    here = RedisStore(redis, prefix="lastmile-test")
    there = RedisStore(Redis.from_url(settings.REDIS_URL), prefix="lastmile-test")
    for _ in range(10):
        admitted = here.admit(scope, "query", [SHARED])
        here.report(scope, "query", Report(Health.FAILED, admitted.epoch))
    refused = there.admit(scope, "query", [SHARED])
    assert (refused.reason, refused.state) == ("breaker", BreakerState.OPEN)
    assert there.admit(scope, "book", [Quota("book", Rate(1.0, 1))]).allowed


def test_a_closed_bucket_is_closed_for_everybody(redis, scope):
    here = RedisStore(redis, prefix="lastmile-test")
    there = RedisStore(Redis.from_url(settings.REDIS_URL), prefix="lastmile-test")
    admitted = here.admit(scope, "query", [SHARED])
    here.report(scope, "query", Report(Health.LIMITED, admitted.epoch, close_for=60.0))
    refused = there.admit(scope, "query", [SHARED])
    assert refused.reason == "closed"
    assert 59.0 < refused.wait <= 60.0


def test_a_refusal_by_one_bucket_takes_nothing_from_the_other(redis, scope):
    store = RedisStore(redis, prefix="lastmile-test", now=Script())
    narrow, wide = Quota("query", Rate(1.0, 1)), Quota("all", Rate(1.0, 10))
    store.admit(scope, "query", [narrow, wide])
    assert store.admit(scope, "query", [narrow, wide]).reason == "throttled"
    assert store.view(scope, [wide])["all"].tokens == 9.0


def test_a_dead_redis_is_said_at_once():
    dead = Redis.from_url("redis://127.0.0.1:9/0", socket_connect_timeout=0.2)
    with pytest.raises(StoreUnavailable):
        RedisStore(dead, prefix="lastmile-test").admit("x", "query", [SHARED])


def test_two_hundred_connections_of_eight_processes_stay_within_the_shared_bucket():
    figures = measure_bucket(settings.REDIS_URL)
    assert figures.overshoot <= 0.01
    assert figures.granted >= 0.8 * figures.allowed
