"""Rates: counted for each key in Redis, told on every answer, open when Redis is gone."""

from __future__ import annotations

import threading

import pytest
import redis
from django.db import connections
from structlog.testing import capture_logs

from apps.accounts.api import rate
from apps.accounts.api.rate import count_request
from tests.support.people import client_of, client_with, make_key, make_merchant

pytestmark = pytest.mark.django_db
URL = "/api/v1/shipments"


@pytest.fixture(autouse=True)
def _ask_redis():
    rate.forget_outage()
    yield
    rate.forget_outage()


def test_every_answer_tells_what_is_left(settings):
    settings.API_RATE_PER_MINUTE = 5
    client = client_of(make_merchant())
    left = [int(client.get(URL)["RateLimit-Remaining"]) for _ in range(3)]
    answer = client.get(f"{URL}/unknown")
    assert left == [4, 3, 2]
    assert (answer.status_code, answer["RateLimit-Remaining"]) == (404, "1")
    assert answer["RateLimit-Limit"] == "5"
    assert 1 <= int(answer["RateLimit-Reset"]) <= 60


def test_one_request_too_many_is_a_problem_that_says_when_to_come_back(settings):
    settings.API_RATE_PER_MINUTE = 2
    client = client_of(make_merchant())
    statuses = [client.get(URL).status_code for _ in range(2)]
    answer = client.get(URL)
    assert statuses == [200, 200]
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert answer["Retry-After"] == answer["RateLimit-Reset"]
    assert answer["RateLimit-Remaining"] == "0"


def test_requests_a_key_may_not_make_are_counted_too(settings):
    settings.API_RATE_PER_MINUTE = 2
    client = client_of(make_merchant(), scopes=[])
    assert [client.get(URL).status_code for _ in range(3)] == [403, 403, 429]


def test_keys_of_one_merchant_are_counted_apart(settings):
    settings.API_RATE_PER_MINUTE = 1
    merchant = make_merchant()
    first, second = client_of(merchant), client_of(merchant)
    assert [first.get(URL).status_code, second.get(URL).status_code] == [200, 200]
    assert first.get(URL).status_code == 429


def test_no_request_is_lost_when_many_count_at_once():
    key, _plain = make_key(make_merchant())
    used = []

    def count():
        found = count_request(caller=None, credential=key)
        used.append(found.used)
        connections.close_all()

    threads = [threading.Thread(target=count) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(used) == list(range(1, 21))


def test_the_counter_expires(settings):
    key, _plain = make_key(make_merchant())
    count_request(caller=None, credential=key)
    name = rate._name_of(None, key)
    assert 0 < redis.Redis.from_url(settings.REDIS_URL).ttl(name) <= rate.WINDOW_SECONDS


def test_without_redis_everybody_passes_and_the_log_says_so(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    _key, plain = make_key(make_merchant())
    client = client_with(plain)
    with capture_logs() as lines:
        answers = [client.get(URL) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not answers[0].has_header("RateLimit-Limit")
    events = [line["event"] for line in lines]
    assert events.count("api.rate_not_counted") == 1


def test_redis_is_asked_again_after_the_pause(settings, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(rate.time, "monotonic", lambda: now)
    client = client_of(make_merchant())
    good, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    client.get(URL)
    settings.REDIS_URL = good
    assert not client.get(URL).has_header("RateLimit-Limit")
    now += rate.PAUSE_SECONDS + 1
    assert client.get(URL).has_header("RateLimit-Limit")
