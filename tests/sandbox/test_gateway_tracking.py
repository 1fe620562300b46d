"""poll, query.do and autonumber over real HTTP."""

from __future__ import annotations

import pytest
import requests

from apps.sandbox.models import SandboxAccount, SandboxParcel, SandboxSubscription
from tests.sandbox import clients
from tests.sandbox.clients import booking, border, poll, query, query_form, subscription

URL = "http://127.0.0.1:1/cb?orderId=123"
NUMBER = "YT6186594166532"


def test_a_subscription_is_accepted_in_the_vendors_words(gateway):
    answer = poll(gateway, subscription(NUMBER, URL))
    assert answer == {"result": True, "returnCode": "200", "message": "提交成功"}
    saved = SandboxSubscription.objects.get()
    assert saved.callback_url == URL
    assert saved.salt == "salt123"


def test_a_second_subscription_of_a_polled_number_is_501(gateway):
    poll(gateway, subscription(NUMBER, URL))
    answer = poll(gateway, subscription(NUMBER, URL))
    assert answer == {"result": False, "returnCode": "501", "message": "重复订阅"}
    assert SandboxSubscription.objects.count() == 1


def test_a_number_may_be_subscribed_again_half_an_hour_after_its_end(gateway, moving):
    poll(gateway, subscription(NUMBER, URL))
    SandboxSubscription.objects.update(state="abort", closed_at=moving.at)
    moving.forward(minutes=29)
    assert poll(gateway, subscription(NUMBER, URL))["returnCode"] == "501"
    moving.forward(minutes=1)
    assert poll(gateway, subscription(NUMBER, URL))["returnCode"] == "200"


def test_the_fifth_subscription_in_a_month_is_501_and_the_next_month_is_free(gateway, moving):
    for _ in range(4):
        assert poll(gateway, subscription(NUMBER, URL))["returnCode"] == "200"
        SandboxSubscription.objects.update(state="shutdown", closed_at=moving.at)
        moving.forward(hours=1)
    assert poll(gateway, subscription(NUMBER, URL))["returnCode"] == "501"
    moving.forward(days=11)
    assert poll(gateway, subscription(NUMBER, URL))["returnCode"] == "200"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": "nobody"}, "600"),
        ({"key": ""}, "600"),
        ({"number": ""}, "700"),
        ({"number": "YT123"}, "700"),
        ({"number": "1" * 33}, "700"),
        ({"company": ""}, "700"),
        ({"company": "nobody"}, "700"),
        ({"parameters": None}, "700"),
        ({"parameters": {"callbackurl": ""}}, "700"),
        ({"parameters": {"callbackurl": "not a url"}}, "700"),
        ({"parameters": {"callbackurl": URL, "salt": "x" * 33}}, "700"),
        ({"parameters": {"callbackurl": URL, "resultv2": "99"}}, "700"),
        ({"company": "shunfeng", "number": "SF1234567890123"}, "700"),
    ],
)
def test_each_bad_subscription_has_its_documented_code(gateway, changes, code):
    answer = poll(gateway, {**subscription(NUMBER, URL), **changes})
    assert answer["result"] is False
    assert answer["returnCode"] == code
    assert SandboxSubscription.objects.count() == 0


def test_an_expired_key_is_601_in_polls_own_words(gateway):
    SandboxAccount.objects.update(is_expired=True)
    answer = poll(gateway, subscription(NUMBER, URL))
    assert answer == {"result": False, "returnCode": "601", "message": "POLL:KEY已过期"}


def test_auto_detection_names_the_carrier_or_says_702(gateway):
    param = subscription(NUMBER, URL, company="", autoCom="1")
    assert poll(gateway, param)["returnCode"] == "200"
    assert SandboxSubscription.objects.get().carrier == "yuantong"
    param = subscription("XYZ987654321", URL, company="", autoCom="1")
    assert poll(gateway, param)["returnCode"] == "702"


@pytest.mark.parametrize("form", [{}, {"param": "{"}, {"schema": "xml", "param": "{}"}])
def test_what_is_no_subscription_at_all_is_700(gateway, form):
    assert requests.post(f"{gateway}/poll", data=form, timeout=10).json()["returnCode"] == "700"


@pytest.mark.parametrize("spell", [clients.compact, clients.python_json, clients.php_json])
def test_a_query_is_verified_on_the_bytes_of_every_language(gateway, spell):
    form = query_form(spell({"com": "yuantong", "num": NUMBER, "resultv2": "4", "from": "广东"}))
    answer = requests.post(f"{gateway}/poll/query.do", data=form, timeout=10).json()
    assert answer["message"] == "ok"
    assert answer["status"] == "200"
    assert "result" not in answer


def test_a_signature_over_other_bytes_is_503(gateway):
    param = {"com": "yuantong", "num": NUMBER}
    form = query_form(clients.compact(param)) | {"param": clients.python_json(param)}
    answer = requests.post(f"{gateway}/poll/query.do", data=form, timeout=10).json()
    assert answer == {"result": False, "returnCode": "503", "message": "验证签名失败"}


@pytest.mark.parametrize(
    ("param", "code"),
    [
        ({"com": "nobody", "num": NUMBER}, "400"),
        ({"com": "yuantong", "num": ""}, "400"),
        ({"com": "yuantong", "num": "YT1"}, "400"),
        ({"com": "yuantong", "num": NUMBER, "resultv2": "8"}, "400"),
        ({"com": "zhongtong", "num": "73123456789012"}, "408"),
        ({"com": "shunfeng", "num": "SF1234567890123", "phone": "12"}, "408"),
        ({"com": "yunda", "num": NUMBER}, "500"),
        ({"com": "kuayue", "num": "KY1234567890"}, "500"),
    ],
)
def test_each_bad_query_has_its_documented_code(gateway, param, code):
    answer = query(gateway, param)
    assert answer["result"] is False
    assert answer["returnCode"] == code


def test_a_missing_signature_or_an_unknown_customer_is_refused(gateway):
    url = f"{gateway}/poll/query.do"
    form = query_form('{"com":"yuantong","num":"YT6186594166532"}')
    unsigned = {**form, "sign": ""}
    assert requests.post(url, data=unsigned, timeout=10).json()["returnCode"] == "400"
    stranger = {**form, "customer": "nobody"}
    assert requests.post(url, data=stranger, timeout=10).json()["returnCode"] == "503"


def test_a_booked_zhongtong_parcel_shows_itself_only_to_who_knows_a_phone(gateway, moving):
    number = border(gateway, "bOrder", booking(kuaidicom="zhongtong"))["data"]["kuaidinum"]
    moving.forward(days=1)
    param = {"com": "zhongtong", "num": number}
    assert query(gateway, {**param, "phone": "13800138000"})["message"] == "ok"
    assert query(gateway, {**param, "phone": "9000"})["message"] == "ok"
    assert query(gateway, {**param, "phone": "13811112222"})["returnCode"] == "408"


def test_a_parcel_that_just_was_booked_has_no_result_yet(gateway):
    number = border(gateway, "bOrder", booking())["data"]["kuaidinum"]
    assert query(gateway, {"com": "yuantong", "num": number})["returnCode"] == "500"


def test_asking_again_within_half_an_hour_shows_what_was_known(gateway, moving):
    number = border(gateway, "bOrder", booking())["data"]["kuaidinum"]
    param = {"com": "yuantong", "num": number, "resultv2": "4"}
    parcel = SandboxParcel.objects.get()
    moving.at = parcel.picked_up_at.replace(microsecond=0)
    moving.forward(minutes=-5)
    before = query(gateway, param)
    moving.forward(minutes=20)
    assert query(gateway, param) == before
    moving.forward(minutes=15)
    assert len(query(gateway, param)["data"]) > len(before["data"])


def test_more_than_48_queries_a_day_lock_a_number_for_a_day(gateway, moving):
    number = border(gateway, "bOrder", booking())["data"]["kuaidinum"]
    param = {"com": "yuantong", "num": number}
    moving.forward(hours=1)
    for _ in range(49):
        known = query(gateway, param)
        moving.forward(minutes=1)
    moving.forward(hours=20)
    assert query(gateway, param) == known
    moving.forward(hours=25)
    assert query(gateway, param) != known


def test_order_and_courier_are_given_when_asked(gateway, moving):
    number = border(gateway, "bOrder", booking())["data"]["kuaidinum"]
    moving.forward(days=6)
    param = {"com": "yuantong", "num": number, "order": "asc", "needCourierInfo": True}
    answer = query(gateway, param)
    times = [row["time"] for row in answer["data"]]
    assert times == sorted(times)
    assert answer["courierInfo"]["pickupManName"]


@pytest.mark.parametrize("verb", ["get", "post", "both"])
def test_detection_reads_url_body_or_both_and_answers_a_bare_array(gateway, verb):
    url, fields = f"{gateway}/autonumber/auto", {"num": NUMBER, "key": "testKey"}
    if verb == "get":
        answer = requests.get(url, params=fields, timeout=10)
    elif verb == "post":
        answer = requests.post(url, data=fields, timeout=10)
    else:
        answer = requests.post(url, params=fields, data=fields, timeout=10)
    assert answer.json() == [{"lengthPre": 15, "comCode": "yuantong", "name": "圆通速递"}]


def test_a_number_nobody_knows_is_an_empty_array(gateway):
    fields = {"num": "XYZ987654321", "key": "testKey"}
    assert requests.get(f"{gateway}/autonumber/auto", params=fields, timeout=10).json() == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"num": NUMBER}, "701"),
        ({"num": NUMBER, "key": "nobody"}, "601"),
        ({"num": "abc", "key": "testKey"}, "201"),
        ({"num": "", "key": "testKey"}, "201"),
    ],
)
def test_detection_refuses_in_its_own_codes(gateway, fields, code):
    answer = requests.get(f"{gateway}/autonumber/auto", params=fields, timeout=10).json()
    assert answer["result"] is False
    assert answer["returnCode"] == code


def test_paths_of_the_portal_do_not_exist_here(gateway):
    assert requests.get(f"{gateway}/admin/", timeout=10).status_code == 404
