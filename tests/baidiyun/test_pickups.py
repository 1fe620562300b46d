"""Booking a pickup: one call, one token, every way it can end."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import pytest

from apps.baidiyun import services
from apps.baidiyun.choices import BookingOutcome, BookingProblem, PickupState
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.models import ApiCall, Subscription
from apps.baidiyun.salts import derive_salt
from tests.baidiyun import payloads
from tests.baidiyun.conftest import KEYS
from tests.baidiyun.products.test_pickup import REQUEST

pytestmark = pytest.mark.django_db


def refusal(code: str, message: str) -> str:
    return json.dumps({"result": False, "returnCode": code, "message": message})


def book(**changes):
    return services.book_pickup(request=replace(REQUEST, **changes), mode="sandbox")


def test_a_booked_pickup_brings_its_references(platform):
    platform.will_answer(payloads.BOOKED)
    answer = book()
    assert answer.ok
    assert (answer.task_id, answer.order_id, answer.number) == (
        "9FC293CA417E431F33046E64F4C4EC20", "20066771", "YT2213099035201",
    )  # fmt: skip
    subscription = Subscription.objects.get()
    assert (subscription.topic, subscription.subject, subscription.state) == (
        "booking",
        1,
        "active",
    )
    path, form = platform.asked[0]
    sent = json.loads(form["param"])
    assert (path, form["method"], form["key"]) == ("/order/borderapi.do", "bOrder", "sandKEYkey")
    assert sent["callBackUrl"].endswith(f"/callbacks/baidiyun/booking/k2/{subscription.token}")
    assert sent["salt"] == derive_salt(KEYS["k2"], subscription.token)
    assert form["t"].isdigit()
    assert len(form["t"]) == 13


def test_booking_again_uses_the_same_token(platform):
    platform.will_answer(refusal("500", "服务器错误"))
    platform.will_answer(payloads.BOOKED)
    book()
    book()
    urls = {json.loads(form["param"])["callBackUrl"] for _, form in platform.asked}
    assert len(urls) == 1
    assert Subscription.objects.get().attempts == 2


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        (200, refusal("500", "当前线路未设置价格"), ("refused", "refused", True)),
        (200, refusal("500", "账户余额不足"), ("refused", "no_balance", True)),
        (200, refusal("400", "收件人地址错误"), ("refused", "bad_address", True)),
        (200, refusal("501", "重复提交"), ("unknown", "duplicate", False)),
        (200, refusal("500", "服务器错误"), ("unknown", "unavailable", False)),
        (502, "<html>", ("unknown", "unavailable", False)),
        (500, payloads.BOOKED, ("unknown", "unavailable", False)),
        (200, "", ("unknown", "unavailable", False)),
        (200, payloads.BOOKED[:40], ("unknown", "unavailable", False)),
        (200, '{"result":true,"returnCode":"200","data":[]}', ("unknown", "unavailable", False)),
    ],
)
def test_every_other_end_is_told_apart(platform, status, text, expected):
    platform.will_answer(text, status)
    answer = book()
    assert (answer.outcome, answer.problem, answer.permanent) == expected
    assert not answer.ok
    assert len(platform.asked) == 1


def test_a_timeout_is_unknown_and_not_repeated(platform, settings):
    settings.BAIDIYUN_TIMEOUT_SECONDS = 0.05
    platform.will_answer(payloads.BOOKED)
    platform.silent = threading.Event()
    answer = book()
    platform.silent.set()
    assert (answer.outcome, answer.code) == (BookingOutcome.UNKNOWN, "call_failed")
    assert len(platform.asked) == 1
    assert Subscription.objects.filter(topic="booking").exists()


def test_what_never_left_is_not_sent(settings):
    settings.BAIDIYUN = {
        "sandbox": {"base_url": "http://127.0.0.1:1", "key": "k", "customer": "c", "secret": "s"}
    }
    assert book().outcome == BookingOutcome.NOT_SENT


def test_a_broken_limit_is_a_refusal_that_names_the_field(platform):
    answer = book(recipient=replace(REQUEST.recipient, address="路" * 101))
    assert (answer.outcome, answer.problem) == (BookingOutcome.REFUSED, BookingProblem.BAD_ADDRESS)
    assert answer.code == "invalid_request:recipient.address"
    assert platform.asked == []
    assert not ApiCall.objects.exists()


def test_live_without_credentials_leaves_nothing_behind(platform):
    with pytest.raises(NotConfigured):
        services.book_pickup(request=REQUEST, mode="live")
    assert not Subscription.objects.exists()
    assert platform.asked == []


def test_the_call_log_holds_no_secret_and_no_person(platform):
    platform.will_answer(refusal("400", "王超 13900139000 地址错误"))
    book()
    entry = ApiCall.objects.get()
    logged = json.dumps(entry.request, ensure_ascii=False) + entry.response + entry.error
    form = platform.asked[0][1]
    sent = json.loads(form["param"])
    hidden = [
        "sandKEYkey", "sandSECsec", "sandCUScus", form["sign"], sent["salt"], "王超",
        "13900139000", "科技南", "仓库", "13700137000", "文一西路",
        Subscription.objects.get().token,
    ]  # fmt: skip
    assert [word for word in hidden if word in logged] == []
    assert (entry.product, entry.return_code, entry.ok, entry.subject) == ("book", "400", False, 1)
    assert (entry.method, entry.url_path, entry.permanent) == (
        "bOrder", "/order/borderapi.do", True,
    )  # fmt: skip


def cancel(**given):
    wanted = {"subject": 1, "task_id": "T", "order_id": "O", "reason": "不要了", "mode": "sandbox"}
    return services.cancel_pickup(**{**wanted, **given})


def test_a_pickup_is_cancelled(platform):
    platform.will_answer(payloads.CANCELLED)
    assert cancel().ok
    path, form = platform.asked[0]
    assert (path, form["method"]) == ("/order/borderapi.do", "cancel")
    assert json.loads(form["param"]) == {"taskId": "T", "orderId": "O", "cancelMsg": "不要了"}


def test_a_refused_cancellation_says_why(platform):
    platform.will_answer(refusal("500", "订单已取件，不能取消"))
    answer = cancel()
    assert (answer.outcome, answer.message) == (BookingOutcome.REFUSED, "订单已取件，不能取消")


def test_cancelling_without_references_sends_nothing(platform):
    assert cancel(task_id="").outcome == BookingOutcome.REFUSED
    assert platform.asked == []


def test_details_tell_what_became_of_an_unknown_booking(platform):
    platform.will_answer(
        '{"result":true,"returnCode":"200","message":"成功","data":{"status":"1","taskId":"T",'
        '"orderId":"O","kuaidiNum":"YT1"}}'
    )
    answer = services.pickup_detail(subject=1, mode="sandbox", third_order_id="shp1-1")
    assert answer.outcome == BookingOutcome.DONE
    assert answer.update is not None
    assert (answer.update.known, answer.update.number) == (PickupState.ACCEPTED, "YT1")
    assert json.loads(platform.asked[0][1]["param"]) == {"thirdOrderId": "shp1-1"}


@pytest.mark.parametrize(
    ("text", "outcome", "permanent"),
    [
        (refusal("500", "订单不存在"), "refused", True),
        (refusal("500", "服务器繁忙"), "unknown", False),
        ('{"result":true,"returnCode":"200","data":{}}', "unknown", False),
        ("<html>", "unknown", False),
    ],
)
def test_details_that_cannot_be_had_are_told_apart(platform, text, outcome, permanent):
    platform.will_answer(text)
    answer = services.pickup_detail(subject=1, mode="sandbox", task_id="T")
    assert (answer.outcome, answer.permanent, answer.update) == (outcome, permanent, None)
