"""Same-city rides over real HTTP: prices, orders, states, tips, cancellations, positions."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
import requests

from apps.sandbox.models import SandboxAccount, SandboxPush, SandboxRide
from apps.sandbox.projections import from_lbs, metres_between
from apps.sandbox.ride_plan import RidePlan
from tests.sandbox.clients import compact, md5, order_form, php_json, python_json
from tests.sandbox.conftest import START, run_until

pytestmark = pytest.mark.usefixtures("plain_rides")
SHOP, BUYER = (116.326582, 40.002436), (116.352569, 40.014838)
STATES = ["0", "100", "210", "230", "310", "520"]


def ride(**changes: Any) -> dict[str, Any]:
    """The order of the vendor's own Python sample."""
    param: dict[str, Any] = {
        "kuaidicom": "shunfengtongcheng",
        "lbsType": 2,
        "weight": "1",
        "remark": "测试下单",
        "salt": "salt123",
        "callbackUrl": "http://127.0.0.1:1/cb",
        "orderType": 0,
        "goods": [{"name": "外卖", "type": "食品", "count": 0}],
    }
    for who, name, mobile, place in (
        ("recMan", "王超", "13012345678", BUYER), ("sendMan", "测试", "13012345679", SHOP),
    ):  # fmt: skip
        param |= {
            f"{who}Name": name,
            f"{who}Mobile": mobile,
            f"{who}Province": "北京",
            f"{who}City": "北京市",
            f"{who}District": "海淀区",
            f"{who}Addr": "学清嘉创大厦A座15层",
            f"{who}Lat": f"{place[1]:.6f}",
            f"{who}Lng": f"{place[0]:.6f}",
        }
    return {**param, **changes}


def ask(base: str, method: str, param: dict[str, Any], **changes: str) -> dict[str, Any]:
    form = order_form(method, compact(param), **changes)
    return requests.post(f"{base}/bsamecity/order", data=form, timeout=10).json()


def ids(base: str, **changes: Any) -> dict[str, str]:
    data = ask(base, "order", ride(**changes))["data"]
    return {"orderId": data["orderId"], "taskId": data["taskId"]}


def plan_of(order: dict[str, str]) -> RidePlan:
    return RidePlan.from_json(SandboxRide.objects.get(order_id=order["orderId"]).plan)


def at(plan: RidePlan, status: int) -> dt.datetime:
    moment = plan.when(status)
    assert moment is not None
    return dt.datetime.fromtimestamp(moment, dt.UTC)


def plain_ride(base: str, **changes: Any) -> tuple[dict[str, str], RidePlan]:
    """An order and its ride's future, in which every state comes once."""
    order = ids(base, **changes)
    plan = plan_of(order)
    assert [str(event.status) for event in plan.events] == STATES
    return order, plan


def test_a_price_has_its_amounts_as_text_and_its_sizes_as_numbers(gateway):
    answer = ask(gateway, "price", ride())
    assert (answer["success"], answer["code"], answer["message"]) == (True, 200, "success")
    data = answer["data"]
    assert 2_600 < data["deliveryDistance"] < 4_000
    assert (data["deliverFee"], data["discountFee"]) == ("12.50", "11.25")
    assert type(data["estimateDeliveryTime"]) is int
    assert data["otherFee"] == []
    assert not SandboxRide.objects.exists()


def test_heavy_goods_and_far_ways_cost_more(gateway):
    heavy = ask(gateway, "price", ride(weight="8.5"))["data"]
    assert heavy["otherFee"] == [{"feeType": "WEIGHT", "feeDesc": "重量附加费", "amount": "8.00"}]
    far = ask(gateway, "price", ride(recManLat="40.094838"))["data"]
    assert float(far["deliverFee"]) > 20


@pytest.mark.parametrize("spell", [compact, python_json, php_json])
def test_the_samples_spellings_of_json_are_all_taken(gateway, spell):
    form = order_form("order", spell(ride()))
    method = form.pop("method")
    url = f"{gateway}/bsamecity/order?method={method}"
    assert requests.post(url, data=form, timeout=10).json()["data"]["taskId"]


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"recManLng": "116.35"}, 30001, "收件人经度需精确到小数点后6位"),
        ({"sendManLat": "40.0024360"}, 30001, "寄件人纬度需精确到小数点后6位"),
        ({"recManMobile": "12"}, 30001, "收件人的手机号格式不正确"),
        ({"callbackUrl": "nowhere"}, 30001, "回调地址格式错误"),
        ({"kuaidicom": "yuantong"}, 30001, "kuaidicom不支持"),
        ({"kuaidicom": ""}, 30001, "kuaidicom不能为空"),
        ({"recManName": "长" * 21}, 30001, "收件人的姓名长度不能超过20"),
        ({"salt": "s" * 21}, 30001, "salt长度不能超过20"),
        ({"lbsType": "3"}, 30001, "lbsType不正确"),
        ({"weight": "NaN"}, 30001, "weight超出范围"),
        ({"orderType": "2"}, 30001, "expectPickupTime格式不正确"),
        ({"orderType": "2", "expectPickupTime": "9999-12-31 23:59"}, 30001,
         "expectPickupTime超出可预约范围"),
        ({"recManLat": "0.000000", "recManLng": "0.000000"}, 30005, "该运力暂不支持该地址"),
        ({"recManLat": "39.002436"}, 30005, "该运力暂不支持该地址"),
    ],
)  # fmt: skip
def test_a_request_the_contract_refuses_is_refused_in_its_words(gateway, changes, code, words):
    answer = ask(gateway, "order", ride(**changes))
    assert (answer["success"], answer["code"], answer["message"]) == (False, code, words)
    assert not SandboxRide.objects.exists()


def test_signature_account_quota_and_method_have_codes_of_their_own(gateway, account):
    assert ask(gateway, "price", ride(), sign="0" * 32)["code"] == 30002
    assert ask(gateway, "price", ride(), key="other")["code"] == 30003
    assert ask(gateway, "detail", ride())["message"] == "找不到该method"
    SandboxAccount.objects.update(has_balance=False)
    assert ask(gateway, "order", ride())["code"] == 30004
    assert ask(gateway, "batchOrder", ride(kuaidiComList=["uupaotui"]))["code"] == 30004
    SandboxAccount.objects.update(is_expired=True)
    assert ask(gateway, "price", ride())["message"] == "KEY已过期"
    assert not SandboxRide.objects.exists()


NONSENSE = (
    "", "[]", "null", '{"kuaidicom":[1]}', '{"kuaidiComList":{"a":1}}', '"x"', "{" * 3000,
    '{"orderId":"\\u0000","taskId":"\\ud800"}', '{"orderId":1e400,"taskId":true,"tips":"1e9999"}',
)  # fmt: skip


@pytest.mark.parametrize(
    "method", ["price", "order", "batchPrice", "batchOrder", "cancel", "addfee", "queryCourier"]
)
def test_nonsense_is_refused_with_a_code_of_the_product(gateway, method):
    url = f"{gateway}/bsamecity/order"
    with requests.Session() as session:
        for raw in NONSENSE:
            answer = session.post(url, data=order_form(method, raw), timeout=10)
            assert answer.status_code == 200
            assert answer.json()["code"] in {30001, 30006}, raw


def test_every_state_of_a_ride_is_pushed_when_it_begins(gateway, moving, receiver):
    order, plan = plain_ride(gateway, callbackUrl=receiver.url)
    receiver.got.clear()
    run_until(moving, START + dt.timedelta(hours=3))
    pushes = [push for push in receiver.got if push["taskId"] == order["taskId"]]
    params = [json.loads(push["param"]) for push in pushes]
    assert [param["status"] for param in params] == STATES
    assert {param["orderId"] for param in params} == {order["orderId"]}
    assert {param["kuaidicom"] for param in params} == {"shunfengtongcheng"}
    assert params[0]["courierName"] == ""
    assert params[-1]["courierMobile"].startswith("138")
    shown = at(plan, 520).astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert params[-1]["updateTime"] == shown.strftime("%Y-%m-%d %H:%M:%S")
    assert all(push["sign"] == md5(push["param"] + "salt123") for push in pushes)


def test_the_rider_is_asked_for_while_the_ride_lasts_only(gateway, moving):
    order, plan = plain_ride(gateway)
    before = ask(gateway, "queryCourier", order)
    assert (before["code"], before["message"]) == (30005, "无法查询配送员位置!")
    moving.at = at(plan, 230) + dt.timedelta(seconds=40)
    data = ask(gateway, "queryCourier", order)["data"]
    assert data["lbsType"] == "2"
    place = (float(data["courierLng"]), float(data["courierLat"]))
    assert metres_between(place, SHOP) < 25
    moving.at = at(plan, 520)
    assert ask(gateway, "queryCourier", order)["code"] == 30005


def test_the_place_comes_in_the_system_of_the_order(gateway, moving):
    order, plan = plain_ride(gateway, lbsType="1")
    moving.at = at(plan, 230) + dt.timedelta(seconds=40)
    data = ask(gateway, "queryCourier", order)["data"]
    place = (float(data["courierLng"]), float(data["courierLat"]))
    assert data["lbsType"] == "1"
    assert metres_between(place, SHOP) < 25
    assert metres_between(from_lbs(place, "1"), SHOP) > 500


def test_asking_for_a_rider_needs_an_order_of_ones_own(gateway):
    assert ask(gateway, "queryCourier", {"taskId": "T"})["message"] == "orderId不能为空"
    assert ask(gateway, "queryCourier", {"orderId": "1"})["message"] == "订单不存在"
    order = ids(gateway)
    SandboxRide.objects.update(
        account=SandboxAccount.objects.create(key="k2", customer="c2", secret="s2")
    )
    assert ask(gateway, "queryCourier", order)["message"] == "订单不存在"
    assert ask(gateway, "cancel", {**order, "cancelMsgType": "1"})["message"] == "订单不存在"


def test_cancelling_costs_more_the_further_the_rider_is(gateway, moving):
    order, plan = plain_ride(gateway)
    wish = {**order, "cancelMsgType": 1}
    assert ask(gateway, "precancel", wish)["data"] == {"cancelFee": "0.00"}
    moving.at = at(plan, 100)
    assert ask(gateway, "precancel", wish)["data"] == {"cancelFee": "2.00"}
    moving.at = at(plan, 230)
    assert ask(gateway, "precancel", wish)["data"] == {"cancelFee": "5.00"}
    moving.at = at(plan, 310)
    assert ask(gateway, "cancel", wish)["message"] == "骑手已取货，不能取消"
    assert plan_of(order) == plan


def test_a_cancelled_ride_ends_in_720_and_cancelling_again_is_harmless(gateway, moving, receiver):
    order, plan = plain_ride(gateway, callbackUrl=receiver.url)
    moving.at = at(plan, 100)
    assert ask(gateway, "cancel", {**order, "cancelMsgType": "9"})["code"] == 30001
    wish = {**order, "cancelMsgType": "1", "cancelMsg": "不需要了"}
    assert ask(gateway, "cancel", wish)["data"] == {"cancelFee": "2.00"}
    assert ask(gateway, "cancel", wish)["data"] == {"cancelFee": "0.00"}
    run_until(moving, START + dt.timedelta(hours=3))
    told = [p["status"] for p in receiver.params() if p["orderId"] == order["orderId"]]
    assert told == ["0", "100", "720"]


def test_a_tip_brings_a_rider_to_who_had_none(gateway, moving):
    order = ids(gateway)
    row = SandboxRide.objects.get(order_id=order["orderId"])
    start = int(START.timestamp())
    nobody = {**row.plan, "events": [[start, 0, 0], [start + 900, 720, 0]], "fixes": []}
    SandboxRide.objects.filter(pk=row.pk).update(plan=nobody)
    assert ask(gateway, "addfee", {**order, "tips": "0"})["code"] == 30001
    answer = ask(gateway, "addfee", {**order, "tips": "5", "remark": "快来"})
    assert (answer["success"], answer["data"]) == (True, None)
    accepted = plan_of(order).when(100)
    assert accepted is not None
    assert accepted - start <= 30
    assert SandboxRide.objects.get().tips == 5


def test_the_losers_of_a_batch_are_cancelled_when_the_winner_accepts(gateway, moving, receiver):
    several = ["shunfengtongcheng", "UUPAOTUI", "dadatongcheng"]
    prices = ask(gateway, "batchPrice", ride(kuaidiComList=several))["data"]["feeDetail"]
    assert [row["kuaidiCom"] for row in prices] == [code.lower() for code in several]
    asked = ride(kuaidiComList=several, callbackUrl=receiver.url)
    data = ask(gateway, "batchOrder", asked)["data"]
    assert len(data["fee"]) == 3
    run_until(moving, START + dt.timedelta(hours=3))
    ends = {p["kuaidicom"]: p["status"] for p in receiver.params()}
    assert sorted(ends.values()) == ["520", "720", "720"]
    assert {p["orderId"] for p in receiver.params()} == {data["orderId"]}


def test_one_world_has_one_future_for_one_request(gateway, moving):
    first = plan_of(ids(gateway))
    SandboxRide.objects.all().delete()
    assert plan_of(ids(gateway)) == first


def test_a_second_order_sends_a_second_rider(gateway):
    assert ids(gateway, thirdId="A1")["orderId"] != ids(gateway, thirdId="A1")["orderId"]


def older(base: str, method: str, param: dict[str, Any]) -> dict[str, Any]:
    form = order_form(method, compact(param))
    return requests.post(f"{base}/sameCity/order", data=form, timeout=10).json()


OLDER = {
    "com": "kfw",
    "recManName": "测试",
    "recManMobile": "13542651579",
    "recManPrintAddr": "深圳市南山区伟易达大厦",
    "sendManName": "小张",
    "sendManMobile": "13542651579",
    "sendManPrintAddr": "深圳市南山区高新南地铁站b口",
    "weight": 1.00,
    "salt": "123",
    "storeId": "106396",
}


def test_the_older_interface_orders_tells_and_cancels(gateway, moving, receiver):
    auth = {"com": "shansong", "storeId": "1", "callbackUrl": receiver.url}
    assert older(gateway, "auth", auth)["data"]["url"]
    placed = older(gateway, "order", {**OLDER, "callBackUrl": receiver.url})
    assert (placed["result"], placed["returnCode"]) == (True, "200")
    order = {name: placed["data"][name] for name in ("taskId", "orderId")}
    told = older(gateway, "query", order)
    assert (told["message"], told["data"]["status"]) == ("提交成功", 0)
    done = older(gateway, "cancel", {**order, "cancelMsg": "不要了"})
    assert done == {"result": True, "returnCode": "200", "message": "取消成功"}
    moving.forward(seconds=5)
    assert older(gateway, "query", order)["data"]["status"] == 99
    run_until(moving, START + dt.timedelta(hours=1))
    assert [p["data"]["status"] for p in receiver.params()] == [0, 99]


@pytest.mark.parametrize(
    ("method", "param", "code"),
    [
        ("order", {**OLDER, "com": "nobody"}, "400"),
        ("order", {**OLDER, "recManPrintAddr": "somewhere"}, "500"),
        ("query", {"taskId": "1"}, "400"),
        ("cancel", {"taskId": "1", "orderId": "2"}, "500"),
        ("detail", {}, "400"),
    ],
)
def test_the_older_interface_refuses_with_its_own_codes(gateway, method, param, code):
    answer = older(gateway, method, param)
    assert (answer["result"], answer["returnCode"]) == (False, code)
    assert not SandboxPush.objects.exists()
