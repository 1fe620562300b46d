"""Labels, lanes, reach and addresses over real HTTP, signed here independently."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import requests

from apps.baidiyun.drift import observe
from apps.sandbox.carriers import BY_CODE
from apps.sandbox.estimates import expect
from apps.sandbox.models import SandboxAccount, SandboxOrder, SandboxParcel, SandboxPush
from apps.sandbox.places import read_address
from apps.sandbox.planner import Destination, make_plan
from tests.sandbox import clients
from tests.sandbox.clients import booking, border, compact, order_form, query
from tests.sandbox.conftest import START

CHINA = dt.timezone(dt.timedelta(hours=8))
LANE = {
    "kuaidicom": "yuantong",
    "from": "广东省深圳市南山区",
    "to": "北京市朝阳区",
    "orderTime": "2026-11-20 10:00:00",
}
PERSON = {"name": "王超", "mobile": "13800138000", "printAddr": "北京市朝阳区建国路88号"}
LABEL: dict[str, Any] = {
    "printType": "IMAGE",
    "kuaidicom": "yuantong",
    "partnerId": "P",
    "sendMan": {"name": "李店", "mobile": "13900139000", "printAddr": "广东省深圳市南山区1号"},
    "recMan": PERSON,
    "orderId": "A-1",
    "reorder": False,
    "weight": 1.5,
    "cargo": "日用品",
}


def ask(base: str, path: str, method: str, param: dict[str, Any], **changes: str) -> dict[str, Any]:
    form = order_form(method, compact(param), **changes)
    if not method:
        del form["method"]
    return requests.post(f"{base}{path}", data=form, timeout=10).json()


def label(base: str, method: str, param: dict[str, Any], **changes: str) -> dict[str, Any]:
    return ask(base, "/label/order", method, param, **changes)


def test_an_estimate_is_answered_in_flavour_b_with_its_types(gateway):
    answer = label(gateway, "time", LANE)
    assert list(answer) == ["success", "code", "message", "time", "data"]
    assert (answer["success"], answer["code"], answer["message"]) == (True, 200, "success")
    assert type(answer["time"]) is int
    data = answer["data"]
    assert len(data["taskId"]) == 32
    assert (data["fromName"], data["toName"]) == ("广东省深圳市南山区", "北京市朝阳区")
    assert data["fromNum"] == "CN440305000000"
    assert data["remainTime"] == data["totalTime"]
    arrival = dt.datetime.fromisoformat(data["arrivalTime"]).replace(tzinfo=CHINA)
    hours = (arrival - START).total_seconds() / 3600
    assert float(data["totalTime"]) == pytest.approx(hours, abs=0.05)
    assert data["deliveryExpendTime"] == str(-(-int(hours) // 24))
    assert {type(value) for value in data["predictedRoute"][0].values()} == {str}
    assert data["predictedRoute"][0]["state"] == "预估途径节点"


def test_on_the_way_only_what_is_left_is_remaining(gateway, moving):
    total = label(gateway, "time", LANE)["data"]
    moving.forward(hours=30)
    nodes = [{"time": "2026-11-20 18:00:00", "context": "已揽收"}]
    data = label(gateway, "time", {**LANE, "logistics": nodes})["data"]
    assert (data["arrivalTime"], data["totalTime"]) == (total["arrivalTime"], total["totalTime"])
    assert float(data["remainTime"]) == pytest.approx(float(data["totalTime"]) - 30, abs=0.2)
    assert {stop["state"] for stop in data["predictedRoute"]} >= {"已经过节点"}


def test_estimates_are_honest_but_not_exact():
    """Over many parcels the estimate is near the truth, mostly in time, and sometimes wrong."""
    origin, place = read_address("广东省深圳市南山区"), read_address("北京市朝阳区")
    lane = {"origin": origin, "destination": Destination(place)}
    errors = []
    for day in range(20):
        at = int(START.timestamp()) + day * 86_400
        found = expect(seed=7, carrier=BY_CODE["yuantong"], ordered_at=at, **lane)
        for index in range(6):
            plan = make_plan(
                seed=7, carrier=BY_CODE["yuantong"], number=f"YT{day}-{index}", booked_at=at,
                outcome="self", **lane,
            )  # fmt: skip
            errors.append((plan.signed_at - found.arrives) / (found.arrives - at))
    late = sum(error > 0 for error in errors) / len(errors)
    assert 0.05 < late < 0.65
    assert sum(abs(error) < 0.35 for error in errors) / len(errors) > 0.8
    assert len({round(error, 3) for error in errors}) > 20


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kuaidicom": ""}, "kuaidicom"),
        ({"kuaidicom": "usps"}, "kuaidicom"),
        ({"to": ""}, "to"),
        ({"to": "火星基地"}, "to"),
        ({"orderTime": "20.11.2026"}, "orderTime"),
    ],
)
def test_a_bad_parameter_is_30001_and_says_which(gateway, changes, words):
    answer = label(gateway, "time", {**LANE, **changes})
    assert (answer["success"], answer["code"], answer["data"]) == (False, 30001, None)
    assert words in answer["message"]


def test_a_carrier_without_a_world_refuses_with_30005(gateway):
    assert label(gateway, "time", {**LANE, "kuaidicom": "kuayue"})["code"] == 30005


def test_freight_is_what_the_pickup_order_costs(gateway):
    param = {
        "kuaidicom": "yuantong", "sendAddr": booking()["sendManPrintAddr"],
        "recAddr": booking()["recManPrintAddr"], "weight": "1",
    }  # fmt: skip
    data = label(gateway, "price", param)["data"]
    price = border(gateway, "price", booking())["data"]["price"]
    assert data == {"kuaidicom": "yuantong", "combos": [{"price": price, "expType": "标准快递"}]}
    assert label(gateway, "price", {**param, "recAddr": "西藏自治区拉萨市城关区"})["code"] == 30005
    assert label(gateway, "price", {**param, "weight": "x"})["code"] == 30001


@pytest.mark.parametrize("path", ["/label/order", "/address/resolution"])
def test_who_may_not_call_is_told_why(gateway, account, path):
    assert ask(gateway, path, "time", LANE, sign="0" * 32)["code"] == 30002
    assert ask(gateway, path, "time", LANE, key="nobody")["code"] == 30003
    SandboxAccount.objects.update(is_expired=True)
    assert ask(gateway, path, "time", LANE)["code"] == 30004


def test_a_label_brings_a_number_that_can_be_tracked(gateway, moving):
    data = label(gateway, "order", LABEL)["data"]
    parcel = SandboxParcel.objects.get()
    assert (data["kuaidinum"], data["bulkpen"]) == (parcel.number, "北京市")
    assert all(isinstance(value, str) for value in data.values())
    moving.forward(days=2)
    track = query(gateway, {"com": "yuantong", "num": data["kuaidinum"], "resultv2": "4"})
    assert track["data"]
    moving.forward(days=30)
    assert not SandboxPush.objects.exists()


def test_the_label_is_a_page_at_its_short_address(gateway, settings):
    settings.BAIDIYUN = {**settings.BAIDIYUN, "sandbox": {"base_url": gateway}}
    data = label(gateway, "order", LABEL)["data"]
    assert len(data["label"]) < 60
    page = requests.get(data["label"], timeout=10)
    assert (page.status_code, data["kuaidinum"] in page.text) == (200, True)
    assert requests.get(f"{gateway}/label/s/none", timeout=10).status_code == 404
    again = label(gateway, "printOld", {"taskId": data["taskId"]})["data"]
    assert again["label"] == data["label"]
    assert label(gateway, "printOld", {"taskId": "x"})["code"] == 30001


def test_the_same_order_without_reorder_gets_the_same_label_for_48_hours(gateway, moving):
    first = label(gateway, "order", LABEL)["data"]
    moving.forward(hours=47)
    assert label(gateway, "order", LABEL)["data"] == first
    moving.forward(hours=2)
    assert label(gateway, "order", LABEL)["data"]["kuaidinum"] != first["kuaidinum"]


def test_with_reorder_every_call_is_a_new_parcel(gateway):
    wish = {**LABEL, "reorder": True}
    numbers = set()
    for cargo in ("书", "茶"):
        numbers.add(label(gateway, "order", {**wish, "cargo": cargo})["data"]["kuaidinum"])
    assert len(numbers) == 2


def test_a_booked_number_only_gets_its_label(gateway):
    booked = border(gateway, "bOrder", booking())["data"]
    data = label(gateway, "order", {**LABEL, "kuaidinum": booked["kuaidinum"]})["data"]
    assert (data["kuaidinum"], data["taskId"]) == (booked["kuaidinum"], booked["taskId"])
    assert SandboxOrder.objects.count() == 1
    stranger = label(gateway, "order", {**LABEL, "kuaidinum": "YT9999999999999"})
    assert stranger["code"] == 30005


@pytest.mark.parametrize(
    "changes",
    [
        {"printType": "PAPER"},
        {"kuaidicom": "nobody"},
        {"recMan": {**PERSON, "name": ""}},
        {"recMan": {**PERSON, "mobile": ""}},
        {"recMan": "x"},
        {"recMan": {**PERSON, "printAddr": "火星"}},
    ],
)
def test_a_label_nobody_can_print_is_refused_and_makes_no_parcel(gateway, changes):
    assert label(gateway, "order", {**LABEL, **changes})["code"] == 30001
    assert not SandboxParcel.objects.exists()


def test_a_label_is_given_back_until_the_courier_holds_the_parcel(gateway, moving):
    data = label(gateway, "order", LABEL)["data"]
    number = {"kuaidicom": "yuantong", "kuaidinum": data["kuaidinum"]}
    for _ in range(2):
        assert label(gateway, "cancel", number)["code"] == 200
    assert SandboxParcel.objects.get().outcome == "cancelled"
    other = label(gateway, "order", {**LABEL, "orderId": "A-2"})["data"]
    moving.forward(days=3)
    answer = label(gateway, "cancel", {**number, "kuaidinum": other["kuaidinum"]})
    assert (answer["code"], "已揽收" in answer["message"]) == (30005, True)
    assert label(gateway, "cancel", {**number, "kuaidinum": "YT0"})["code"] == 30005


def test_what_the_world_answers_deviates_nowhere_from_the_contract(gateway):
    price = {"kuaidicom": "jd", "sendAddr": LANE["from"], "recAddr": LANE["to"], "weight": "1"}
    answers = {
        "waybill.time.answer": label(gateway, "time", LANE),
        "waybill.price.answer": label(gateway, "price", price),
        "waybill.order.answer": label(gateway, "order", LABEL),
        "reachable.answer": reach(gateway),
        "address.answer": resolve(gateway, "张三 13800138000 广东省深圳市南山区科技园1号"),
    }
    findings = {name: observe(name, answer["data"]) for name, answer in answers.items()}
    assert findings == {name: [] for name in answers}


REACH = {
    "kuaidicom": "yuantong",
    "sendManPrintAddr": "广东省深圳市南山区科技园",
    "recManPrintAddr": "北京市朝阳区建国路88号",
}


def reach(base: str, **changes: str) -> dict[str, Any]:
    return ask(base, "/reachable.do", "reachable", {**REACH, **changes})


def test_reach_is_told_in_flavour_a(gateway):
    answer = reach(gateway)
    assert (answer["result"], answer["returnCode"]) == (True, "200")
    assert answer["data"]["reachable"] == "1"
    away = reach(gateway, recManPrintAddr="西藏自治区拉萨市城关区北京中路1号")
    assert (away["returnCode"], away["data"]["reachable"]) == ("200", "0")


def test_reach_names_what_is_wrong_with_its_own_codes(gateway):
    assert reach(gateway, kuaidicom="usps")["returnCode"] == "201"
    assert reach(gateway, recManPrintAddr="北京市")["returnCode"] == "400"
    for changes, code in (({"sign": "0" * 32}, "503"), ({"key": "nobody"}, "600")):
        answer = ask(gateway, "/reachable.do", "reachable", REACH, **changes)
        assert (answer["result"], answer["returnCode"]) == (False, code)


def resolve(base: str, content: str) -> dict[str, Any]:
    return ask(base, "/address/resolution", "", {"content": content, "addressLevel": 4})


def test_a_text_is_read_into_people_and_divisions(gateway):
    answer = resolve(
        gateway, "张三，13800138000，广东省深圳市南山区科技园1号\n北京市朝阳区建国路88号 李四"
    )
    data = answer["data"]
    assert (answer["code"], len(data["result"])) == (200, 2)
    first, second = data["result"]
    assert (first["name"], first["mobile"], first["address"]) == (
        "张三", ["13800138000"], "科技园1号",
    )  # fmt: skip
    assert first["xzq"] == {
        "fullName": "广东省深圳市南山区", "province": "广东省", "city": "深圳市",
        "district": "南山区", "subArea": "科技园1号", "parentCode": "440300", "code": "440305",
        "level": "3",
    }  # fmt: skip
    assert (second["name"], second["mobile"]) == ("李四", [])


def test_what_holds_no_address_is_refused(gateway):
    assert resolve(gateway, "")["code"] == 30001
    assert resolve(gateway, "你好")["code"] == 30005
    image = ask(gateway, "/address/resolution", "", {"imageUrl": "http://x/1.png"})
    assert (image["code"], "文本" in image["message"]) == (30001, True)


def test_broken_requests_get_an_envelope_and_never_a_traceback(gateway):
    for path in ("/label/order", "/address/resolution", "/reachable.do"):
        get = requests.get(f"{gateway}{path}", timeout=10)
        assert (get.status_code, get.json()["code" if "reach" not in path else "returnCode"]) == (
            200, 30001 if "reach" not in path else "201",
        )  # fmt: skip
    form = order_form("time", clients.python_json({"x": 1})[:-1])
    answer = requests.post(f"{gateway}/label/order", data=form, timeout=10).json()
    assert answer["code"] == 30006
    assert label(gateway, "nothing", LANE)["code"] == 30001
