"""Every documented error code of every product, by a request that causes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError

from apps.sandbox import services
from apps.sandbox.gateway import kd100
from apps.sandbox.models import SandboxAccount, SandboxParcel
from tests.sandbox.clients import booking
from tests.sandbox.samples.products import BACK, LANE_ENDS, NUMBER, PRODUCTS
from tests.sandbox.samples.wire import code_of, exchange, tell
from tests.sandbox.test_gateway_newer import LANE
from tests.sandbox.test_gateway_rides import OLDER, ride
from tests.support.vendor_languages import AXIOS, KEY, PHP_QUERY, REQUESTS, Call, Sent

POLL = PRODUCTS["poll"].call.param
QUERY = {"com": "yuantong", "num": NUMBER}
KD100 = {"carrier_id": "yuantong", "tracking_number": NUMBER}
FAR = "西藏自治区拉萨市城关区1号"
TEXT_POST = Sent("/poll/query.do", {"Content-Type": "text/plain"}, b"customer=testCustomer")


def poll(path: str = "/poll", **changes: Any) -> Call:
    return Call(path, {**POLL, **changes}, "none")


def query(path: str = "/poll/query.do", **changes: Any) -> Call:
    return Call(path, {**QUERY, **changes}, "query")


def order(path: str, method: str, param: Any) -> Call:
    return Call(path, param, method=method)


def border(method: str = "bOrder", **changes: str) -> Call:
    return order("/order/borderapi.do", method, booking(**changes))


def reach(**changes: str) -> Call:
    return order("/reachable.do", "reachable", booking(**changes))


def same_city(method: str = "order", **changes: Any) -> Call:
    return order("/sameCity/order", method, {**OLDER, **changes})


def kd(path: str = "tracking/realtime", **changes: Any) -> Call:
    return Call(f"/api/v1/{path}", {**KD100, **changes}, "kd100")


CAUSES: list[tuple[str, str, Call]] = [
    ("poll", "600", poll(key="nobody")),
    ("poll", "700", poll(number="")),
    ("poll", "700", poll(number="1" * 33)),
    ("poll", "700", poll(company="nobody")),
    ("poll", "700", poll(parameters={"callbackurl": "nowhere"})),
    ("poll", "701", poll(company="shansongtongcheng")),
    ("poll", "702", poll(number="XYZ987654321", parameters={"callbackurl": BACK, "autoCom": "1"})),
    ("pollmap", "400", poll("/pollmap", to="")),
    ("pollmap", "400", poll("/pollmap", **{"from": "火星"})),
    ("pollmap", "600", poll("/pollmap", key="")),
    ("pollmap", "700", poll("/pollmap", parameters="")),
    ("query", "400", query(com="nobody")),
    ("query", "400", query(num="")),
    ("query", "408", query(com="shunfeng", num="SF1234567890123")),
    ("query", "500", query(com="kuayue", num="KY1234567890")),
    ("maptrack", "400", query("/poll/maptrack.do")),
    ("autonumber", "201", Call("/autonumber/auto", {"num": "x", "key": KEY}, "plain")),
    ("autonumber", "601", Call("/autonumber/auto", {"num": NUMBER, "key": "nobody"}, "plain")),
    ("autonumber", "701", Call("/autonumber/auto", {"num": NUMBER}, "plain")),
    ("borderapi", "400", border(recManName="")),
    ("borderapi", "400", border("nothing")),
    ("borderapi", "500", border(recManPrintAddr=FAR)),
    ("borderapi", "500", border("cancel", taskId="0" * 32)),
    ("borderapi", "700", border(callBackUrl="x")),
    ("reachable", "201", reach(kuaidicom="nobody")),
    ("reachable", "400", reach(recManPrintAddr="火星基地")),
    ("label", "30001", order("/label/order", "time", {**LANE, "from": ""})),
    ("label", "30005", order("/label/order", "price", {**LANE_ENDS, "recAddr": FAR})),
    ("label", "30005", order("/label/order", "interceptOrder", {
        "kuaidicom": "jd", "kuaidinum": "JD0012345678901", "interceptType": "RETURN_SEND_ADDR"})),
    ("bsamecity", "30001", order("/bsamecity/order", "price", ride(recManLng="116.35"))),
    ("bsamecity", "30001", order("/bsamecity/order", "queryCourier", {"taskId": "T"})),
    ("bsamecity", "30005", order("/bsamecity/order", "price", ride(recManLat="39.002436"))),
    ("sameCity", "400", same_city(com="nobody")),
    ("sameCity", "500", same_city("query", taskId="1", orderId="2")),
    ("kd100", "105", kd(tracking_number="")),
    ("kd100", "405", kd(carrier_id="nobody")),
    ("kd100", "406", kd("carriers/detect", tracking_number="ABCD12345")),
    ("kd100", "60101", kd(tracking_number="XX0000000")),
]  # fmt: skip
CONVERTED = ("label", "bsamecity price", "workorder", "address", "pickupCode", "sendAssistant")
KEYS = {
    "price": "600", "reachable": "600", "label": "30003", "bsamecity order": "30003",
    "workorder": "30003", "sendAssistant": "30003", "pickupCode": "30003", "address": "30003",
}  # fmt: skip
EXPIRED = {
    "poll": "601", "pollmap": "601", "query": "601", "maptrack": "601", "autonumber": "601",
    "bOrder": "601", "reachable": "601", "sameCity": "601", "label": "30004",
    "bsamecity order": "30004", "workorder": "30004", "kd100 realtime": "401",
}  # fmt: skip
EMPTY = {
    "bOrder": "500", "label": "30004", "bsamecity order": "30004", "sendAssistant": "30004",
}  # fmt: skip
TROUBLE = {
    "poll": ("500", "服务器错误"),
    "query": ("501", "服务器错误"),
    "maptrack": ("501", "服务器错误"),
    "bOrder": ("500", "服务器错误"),
    "label": ("500", "提交失败"),
    "bsamecity order": ("500", "提交失败"),
}


@pytest.mark.parametrize(("name", "code", "call"), CAUSES, ids=lambda part: str(part)[:24])
def test_a_documented_cause_has_its_documented_code(gateway, name, code, call):
    assert code_of(tell(gateway, REQUESTS, call)) == code
    assert not SandboxParcel.objects.filter(order__isnull=False).exists()


def test_a_subscription_of_a_number_still_polled_is_501(gateway):
    for path in ("/poll", "/pollmap"):
        assert tell(gateway, AXIOS, poll(path))["returnCode"] == "200"
        assert code_of(tell(gateway, AXIOS, poll(path))) == "501"
    wish = kd("tracking/create", webhook_url=BACK)
    assert tell(gateway, AXIOS, wish)["code"] == 200
    assert code_of(tell(gateway, AXIOS, wish)) == "60201"


def test_the_same_reference_for_another_parcel_is_501(gateway):
    tell(gateway, PHP_QUERY, border())
    assert code_of(tell(gateway, PHP_QUERY, border(recManName="赵六"))) == "501"


@pytest.mark.parametrize("name", CONVERTED)
def test_a_param_that_is_no_object_is_30006(gateway, name):
    call = PRODUCTS[name].call
    for broken in ([], "text", [1]):
        other = Call(call.path, broken, method=call.method)
        assert code_of(tell(gateway, REQUESTS, other)) == "30006"


@pytest.mark.parametrize(("name", "code"), KEYS.items())
def test_a_key_nobody_has_is_told_so(gateway, name, code):
    assert code_of(tell(gateway, REQUESTS, PRODUCTS[name].call, key="nobody")) == code


@pytest.mark.parametrize(("name", "code"), EXPIRED.items())
def test_an_expired_key_is_told_so(gateway, name, code):
    SandboxAccount.objects.update(is_expired=True)
    assert code_of(tell(gateway, REQUESTS, PRODUCTS[name].call)) == code


@pytest.mark.parametrize(("name", "code"), EMPTY.items())
def test_an_account_without_money_is_told_so(gateway, name, code):
    SandboxAccount.objects.update(has_balance=False)
    assert code_of(tell(gateway, REQUESTS, PRODUCTS[name].call)) == code


@pytest.mark.parametrize(("name", "told"), TROUBLE.items())
def test_a_database_that_is_away_is_the_products_own_trouble(gateway, monkeypatch, name, told):
    def away(**_: Any) -> None:
        raise OperationalError("away")

    for service in (
        "accept_subscription", "answer_query", "answer_map_query", "book_order", "order_label",
    ):  # fmt: skip
        monkeypatch.setattr(services, service, away)
    monkeypatch.setattr("apps.sandbox.services.rides.order_ride", away)
    answer = tell(gateway, REQUESTS, PRODUCTS[name].call)
    assert (code_of(answer), answer["message"]) == told


def test_what_is_no_form_is_400_for_a_query(gateway):
    assert code_of(exchange(gateway, TEXT_POST)) == "400"


def test_kd100_tells_method_header_json_signature_and_key_apart(gateway, monkeypatch):
    sent = REQUESTS.send(kd())
    assert code_of(exchange(gateway, sent, "GET")) == "101"
    assert code_of(tell(gateway, REQUESTS, kd(), signature="")) == "102"
    assert code_of(tell(gateway, REQUESTS, Call(kd().path, [1], "kd100"))) == "103"
    assert code_of(tell(gateway, REQUESTS, kd(), signature="0" * 32)) == "104"
    assert code_of(tell(gateway, REQUESTS, kd(), **{"API-Key": "nobody"})) == "404"

    def away(**_: Any) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(kd100.services, "track_overseas", away)
    assert code_of(tell(gateway, REQUESTS, kd())) == "500"
