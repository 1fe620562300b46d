"""Asking for a number: once in thirty minutes, the answer through the inbox."""

from __future__ import annotations

import datetime as dt
import json
import threading

import pytest
from django.db import connection

from apps.baidiyun import services
from apps.baidiyun.choices import QueryResult
from apps.baidiyun.errors import InvalidRequest, NotConfigured, RefusedByPlatform
from apps.baidiyun.models import ApiCall, InboxRow, NumberQuery
from apps.baidiyun.services.queries import QUERY_SPACING
from apps.core import clock
from tests.baidiyun import payloads
from tests.baidiyun.conftest import NOW

pytestmark = pytest.mark.django_db
NUMBER = "YT7199652228745"
HALF_HOUR = QUERY_SPACING


def ask(at=NOW, subject=7, number=NUMBER, **given):
    wanted = {"carrier": "yuantongkuaiyun", "mode": "sandbox", **given}
    with clock.frozen(at):
        return services.query_tracking(subject=subject, number=number, **wanted)


def test_the_answer_goes_into_the_inbox_as_a_poll(platform):
    platform.will_answer(payloads.QUERY_ANSWER)
    outcome = ask()
    row = InboxRow.objects.get()
    assert (outcome.result, outcome.row_id) == (QueryResult.STORED, row.id)
    assert (row.source, row.subject, row.number, row.carrier) == (
        "poll", 7, NUMBER, "yuantongkuaiyun",
    )  # fmt: skip
    assert (row.param, row.token, row.mode) == (payloads.QUERY_ANSWER, "", "sandbox")
    path, form = platform.asked[0]
    assert (path, form["customer"]) == ("/poll/query.do", "sandCUScus")
    assert json.loads(form["param"])["num"] == NUMBER


def test_asking_again_within_thirty_minutes_sends_nothing(platform):
    platform.will_answer(payloads.QUERY_ANSWER)
    ask()
    outcome = ask(NOW + dt.timedelta(minutes=29), subject=8)
    assert (outcome.result, outcome.permanent) == (QueryResult.TOO_SOON, False)
    assert len(platform.asked) == 1
    assert ask(NOW + HALF_HOUR).result == QueryResult.UNCHANGED
    assert len(platform.asked) == 2


def test_other_numbers_carriers_and_modes_have_turns_of_their_own(platform):
    platform.will_answer(payloads.QUERY_ANSWER)
    ask()
    ask(carrier="ems")
    assert len(platform.asked) == 2


def test_a_world_clock_set_back_does_not_block(platform):
    platform.will_answer(payloads.QUERY_ANSWER)
    ask()
    ask(NOW - dt.timedelta(days=3))
    assert len(platform.asked) == 2


def test_the_same_answer_again_changes_nothing(platform, recorder):
    platform.will_answer(payloads.QUERY_ANSWER)
    ask()
    services.drain_once()
    assert ask(NOW + HALF_HOUR).result == QueryResult.UNCHANGED
    assert InboxRow.objects.get().state == "applied"


def test_an_old_answer_after_newer_news_is_applied_again(platform, recorder):
    platform.will_answer(payloads.QUERY_ANSWER)
    platform.will_answer(payloads.QUERY_ANSWER.replace('"state":"304"', '"state":"5"'))
    platform.will_answer(payloads.QUERY_ANSWER)
    for turn in range(3):
        assert ask(NOW + turn * HALF_HOUR).result == QueryResult.STORED
        services.drain_once()
    assert InboxRow.objects.count() == 2
    assert len(recorder.rows) == 3


@pytest.mark.parametrize(
    ("status", "text", "result", "permanent"),
    [
        (200, payloads.NO_RESULT, QueryResult.NO_RESULT, False),
        (200, '{"result":false,"returnCode":"408","message":"x"}', QueryResult.REFUSED, True),
        (200, '{"result":false,"returnCode":"502","message":"x"}', QueryResult.UNREACHABLE, False),
        (502, "<html>", QueryResult.UNREACHABLE, False),
        (200, "", QueryResult.UNREACHABLE, False),
        (200, '{"status":"200","data":"x","nu":"1"}', QueryResult.UNREACHABLE, False),
        (500, payloads.QUERY_ANSWER, QueryResult.UNREACHABLE, False),
    ],
)  # fmt: skip
def test_what_is_no_track_is_not_stored(platform, status, text, result, permanent):
    platform.will_answer(text, status)
    outcome = ask()
    assert (outcome.result, outcome.permanent) == (result, permanent)
    assert not InboxRow.objects.exists()


def test_a_request_that_never_left_does_not_use_up_the_turn(settings):
    settings.BAIDIYUN = {
        "sandbox": {"base_url": "http://127.0.0.1:1", "key": "k", "customer": "c", "secret": "s"}
    }
    assert ask().result == QueryResult.UNREACHABLE
    assert not NumberQuery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_asking_at_once_ask_once(platform):
    platform.will_answer(payloads.QUERY_ANSWER)
    gate = threading.Barrier(5)
    results = []

    def work():
        gate.wait()
        try:
            results.append(ask().result)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(5)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(results) == [QueryResult.STORED] + [QueryResult.TOO_SOON] * 4
    assert len(platform.asked) == 1


def test_an_impossible_number_is_refused_before_anything_is_sent(platform):
    outcome = ask(number="x")
    assert (outcome.result, outcome.permanent) == (QueryResult.REFUSED, True)
    assert platform.asked == []
    assert not NumberQuery.objects.exists()


def test_live_without_credentials_is_a_permanent_error(platform):
    with pytest.raises(NotConfigured) as caught:
        ask(mode="live")
    assert (caught.value.permanent, str(caught.value)) == (
        True, "live credentials are not configured",
    )  # fmt: skip
    assert not ApiCall.objects.exists()


def test_a_successful_query_settles_the_wanted_poll(platform, token_of):
    platform.will_answer(payloads.QUERY_ANSWER)
    subscription = token_of(poll_wanted_at=NOW)
    ask(subject=subscription.subject)
    subscription.refresh_from_db()
    assert subscription.poll_wanted_at is None


def test_a_failed_query_leaves_the_poll_wanted(platform, token_of):
    platform.will_answer("", 502)
    subscription = token_of(poll_wanted_at=NOW)
    ask(subject=subscription.subject)
    subscription.refresh_from_db()
    assert subscription.poll_wanted_at == NOW


def test_a_carrier_is_detected(platform):
    platform.will_answer(payloads.DETECTED)
    guesses = services.detect_carrier(number="YT1", mode="sandbox")
    assert [guess.carrier for guess in guesses] == ["yuantong"]
    assert platform.asked == [("/autonumber/auto", {"key": "sandKEYkey", "num": "YT1"})]


def test_what_is_no_number_has_no_carrier(platform):
    platform.will_answer('{"returnCode":"201","message":"不是有效的快递单号","result":false}')
    assert services.detect_carrier(number="??", mode="sandbox") == ()


def test_a_refused_detection_says_so(platform):
    platform.will_answer('{"returnCode":"601","message":"KEY 已过期","result":false}')
    with pytest.raises(RefusedByPlatform) as caught:
        services.detect_carrier(number="YT1", mode="sandbox")
    assert (caught.value.code, caught.value.permanent) == ("601", True)
    with pytest.raises(InvalidRequest):
        services.detect_carrier(number="", mode="sandbox")
