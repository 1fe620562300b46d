"""Abroad, work orders, monitor and pickup codes over real HTTP, signed independently."""

from __future__ import annotations

import base64
import datetime as dt
import json

import pytest

from apps.baidiyun.drift import observe
from apps.sandbox.models import (
    SandboxAccount,
    SandboxCall,
    SandboxCodeWatch,
    SandboxParcel,
    SandboxPush,
    SandboxWorkOrder,
)
from apps.sandbox.pickup_codes import stored_node
from tests.sandbox.clients import md5, query
from tests.sandbox.conftest import run_until
from tests.sandbox.test_gateway_newer import ask

SENDER = {
    "name": "Li", "mobile": "13900139000", "addr": "1 Keji Road", "city": "Shenzhen",
    "countryCode": "CN", "zipcode": "518000",
}  # fmt: skip
RECIPIENT = {
    "name": "Jane", "tel": "+1 213 555 0100", "addr": "1 Main St", "city": "Los Angeles",
    "countryCode": "US", "zipcode": "90001", "stateOrProvinceCode": "CA",
}  # fmt: skip
LINE = {
    "desc": "tea", "quantity": 2, "unitPrice": 10.5, "netWeight": 0.4,
    "quantityUnitOfMeasurement": "PCS", "manufacturingCountryCode": "CN",
    "importCommodityCode": "090210",
}  # fmt: skip
ORDER = {
    "partnerId": "P", "kuaidicom": "dhl", "sendMan": SENDER, "recMan": RECIPIENT, "cargo": "tea",
    "count": 1, "weight": 1.2, "customsValue": 21.0, "currency": "USD",
    "packageInfos": [{"weight": 1.2}, {"weight": 0.5}], "exportInfos": [LINE],
    "customsClearance": {"purpose": "SOLD", "isDocument": False},
    "invoiceInfo": {"date": "2026-11-20", "number": "I-1"},
}  # fmt: skip
CALL = {
    "partnerId": "P", "kuaidicom": "fedex", "sendMan": SENDER, "recMan": RECIPIENT,
    "packageInfos": [{"weight": 1}], "pickupTimestamp": "2026-11-21 10:00:00",
    "pickupLocationCloseTime": "17:00",
}  # fmt: skip
NUMBER = "YT6186594166533"
WORK = {"kuaidicom": "yuantong", "kuaidinum": NUMBER, "type": "催件", "content": "请加急"}


def intl(base: str, **changes) -> dict:
    return ask(base, "/sendAssistant/order/apiCall", "", {**ORDER, **changes})


def test_a_parcel_abroad_gets_its_papers_and_lives(gateway, moving):
    answer = intl(gateway)
    data = answer["data"]
    assert (answer["success"], answer["code"]) == (True, 200)
    assert observe("international.order.answer", data) == []
    assert base64.b64decode(data["label"]["content"]).startswith(b"%PDF")
    assert base64.b64decode(data["invoice"]["content"]).startswith(b"%PDF")
    assert data["pkgNums"].split(",") == [data["kuaidinum"], data["subNums"]]
    moving.forward(days=5)
    track = query(gateway, {"com": "dhlen", "num": data["kuaidinum"], "resultv2": "4"})
    assert track["status"] == "200"
    assert SandboxParcel.objects.get().read_plan().country == "US"


@pytest.mark.parametrize(
    "changes",
    [
        {"tradeTerm": "FREE"},
        {"dutiesPaymentType": {"paymentType": "ME"}},
        {"invoiceInfo": {"date": "22/11/2026", "number": "I-1"}},
        {"invoiceInfo": {"date": "2026-11-22", "number": ""}},
        {"exportInfos": [{**LINE, "manufacturingCountryCode": "China"}]},
        {"partnerId": ""}, {"kuaidicom": "yuantong"}, {"cargo": ""}, {"packageInfos": []},
        {"customsValue": None}, {"exportInfos": []}, {"currency": "dollars"},
        {"recMan": {**RECIPIENT, "stateOrProvinceCode": ""}},
        {"recMan": {**RECIPIENT, "zipcode": ""}}, {"sendMan": {**SENDER, "name": ""}},
        {"sendMan": {**SENDER, "city": "Nowhere", "addr": "x"}}, {"sendMan": "x"},
        {"exportInfos": [{**LINE, "desc": ""}]}, {"exportInfos": [{**LINE, "quantity": 0}]},
        {"exportInfos": [{**LINE, "importCommodityCode": "x"}]},
        {"exportInfos": [{**LINE, "netWeight": "nan"}]}, {"weight": "1e999"},
        {"customsClearance": {"purpose": "FUN", "isDocument": False}},
        {"packageInfos": [{"weight": -1}]},
    ],
)  # fmt: skip
def test_what_customs_needs_is_asked_for_before_anything_is_made(gateway, changes):
    assert intl(gateway, **changes)["code"] == 30001
    assert not SandboxParcel.objects.exists()


def test_documents_need_neither_value_nor_lines(gateway):
    light = {"customsValue": None, "exportInfos": [], "customsClearance": {"purpose": "GIFT"}}
    assert intl(gateway, **light)["code"] == 200


def test_half_a_piece_makes_dhl_fail_without_a_word(gateway):
    line = [{**LINE, "quantity": 1.5}]
    silent = intl(gateway, exportInfos=line)
    assert (silent["code"], silent["message"]) == (30005, "快递公司返回异常：")
    assert intl(gateway, exportInfos=line, kuaidicom="fedex")["code"] == 30001


def test_a_country_nobody_flies_to_is_the_carriers_refusal(gateway):
    assert intl(gateway, recMan={**RECIPIENT, "countryCode": "AQ"})["code"] == 30005
    SandboxAccount.objects.update(has_balance=False)
    assert intl(gateway)["code"] == 30004


def test_a_carrier_is_called_and_called_off(gateway, moving):
    data = ask(gateway, "/sendAssistant/order/pickUp", "", CALL)["data"]
    number = data["pickupConfirmationNumber"]
    off = {
        "partnerId": "P", "kuaidicom": "fedex", "pickUpDate": "2026-11-21",
        "pickupConfirmationNumber": number,
    }  # fmt: skip
    path = "/sendAssistant/order/cancelPickUp"
    assert ask(gateway, path, "", {**off, "pickUpDate": "2026-11-22"})["code"] == 30005
    assert ask(gateway, path, "", {**off, "pickupConfirmationNumber": "X"})["code"] == 30005
    for _ in range(2):
        assert ask(gateway, path, "", off)["code"] == 200
    assert SandboxCall.objects.get().cancelled_at == moving.at


@pytest.mark.parametrize(
    "changes",
    [
        {"pickupTimestamp": "tomorrow"}, {"pickupTimestamp": "2020-01-01 10:00:00"},
        {"pickupLocationCloseTime": "09:00"}, {"pickupLocationCloseTime": "late"},
        {"sendMan": None}, {"packageInfos": None},
    ],
)  # fmt: skip
def test_a_call_without_a_time_or_a_door_is_30001(gateway, changes):
    assert ask(gateway, "/sendAssistant/order/pickUp", "", {**CALL, **changes})["code"] == 30001
    assert not SandboxCall.objects.exists()


def test_a_quote_abroad_adds_up(gateway):
    path = "/apisentquery/international/queryPrice"
    param = {"kuaidiCom": "yuantongguoji", "weight": "1.5", "cargo": "包裹", "recCountry": "US"}
    data = ask(gateway, path, "", param)["data"]
    assert observe("international.price.answer", data) == []
    total = float(data["shippingFee"]) + float(data["fuelAdditionalFee"])
    assert float(data["price"]) == pytest.approx(total, abs=0.11)
    assert ask(gateway, path, "", {**param, "recCountry": "Atlantis"})["code"] == 30001


def test_a_work_order_is_answered_after_hours_of_the_world_and_closed(gateway, moving, receiver):
    wish = {**WORK, "callbackUrl": receiver.url, "salt": "salt123"}
    data = ask(gateway, "/workorder/api/create", "", wish)["data"]
    assert observe("workorder.answer", data) == []
    assert (data["status"], [r["author"] for r in data["replies"]]) == ("0", ["商家"])
    known = {"consultId": data["consultId"]}
    opened = SandboxWorkOrder.objects.get().opened_at
    run_until(moving, opened + dt.timedelta(hours=24))
    state = ask(gateway, "/workorder/api/status", "", known)["data"]
    assert (state["status"], len(state["replies"])) == ("2", 2)
    assert receiver.got[0]["sign"] == md5(receiver.got[0]["param"] + "salt123")
    assert receiver.params()[0]["consultId"] == data["consultId"]
    again = ask(gateway, "/workorder/api/reply", "", {**known, "content": "还没到"})["data"]
    assert [r["content"] for r in again["replies"]][-1] == "还没到"
    file = {"fileName": "a.png", "file": base64.b64encode(b"x").decode()}
    added = ask(gateway, "/workorder/api/upload", "", {**known, **file})["data"]
    assert added["replies"][-1]["content"] == "[附件] a.png"
    run_until(moving, moving.at + dt.timedelta(days=10))
    assert len(receiver.got) == 2
    closed = ask(gateway, "/workorder/api/reply", "", {**known, "content": "x"})
    assert (closed["code"], "完结" in closed["message"]) == (30005, True)


def test_a_work_order_of_somebody_else_does_not_exist(gateway):
    other = SandboxAccount.objects.create(key="k2", customer="c2", secret="s2")
    consult = ask(gateway, "/workorder/api/create", "", WORK)["data"]["consultId"]
    SandboxWorkOrder.objects.update(account=other)
    for path in ("status", "reply", "upload"):
        param = {"consultId": consult, "content": "x", "fileName": "x", "file": "eA=="}
        assert ask(gateway, f"/workorder/api/{path}", "", param)["code"] == 30001


@pytest.mark.parametrize(
    "changes", [{"kuaidicom": "x"}, {"kuaidinum": ""}, {"type": ""}, {"content": ""},
                {"callbackUrl": "x"}],
)  # fmt: skip
def test_a_work_order_about_nothing_is_30001(gateway, changes):
    assert ask(gateway, "/workorder/api/create", "", {**WORK, **changes})["code"] == 30001
    assert not SandboxWorkOrder.objects.exists()


def test_the_monitor_takes_its_two_methods(gateway):
    path = "/logistics/monitor/api/order"
    assert ask(gateway, path, "orderExport", {"sysNum": "S1"})["data"]["sysNum"] == "S1"
    shipped = {"sysNum": "S1", "expressNum": NUMBER, "expressCode": "yuantong"}
    assert ask(gateway, path, "sendOut", shipped)["code"] == 200
    assert ask(gateway, path, "sendOut", {"sysNum": "S1"})["code"] == 30001
    assert ask(gateway, path, "other", shipped)["code"] == 30001


@pytest.fixture
def stored(gateway, moving):
    """The number of a parcel that will lie in a station, known to the world."""
    for index in range(60):
        number = f"YT61865941{index:05d}"
        code = {"kuaidicom": "yuantong", "kuaidinum": number}
        ask(gateway, "/pickupCode/query", "pickupCodeQuery", code)
        plan = SandboxParcel.objects.get(number=number).read_plan()
        node = stored_node(plan) if plan else None
        if node is not None and node.at > moving.at.timestamp() + 60:
            return code
    raise AssertionError("no parcel goes to a station")


def test_a_pickup_code_is_told_when_the_parcel_lies_in_the_station(
    gateway, moving, receiver, stored
):
    wish = {**stored, "receiverPhone": "13800138000", "callbackUrl": receiver.url}
    data = ask(gateway, "/pickupCode/register", "pickupCodeRegister", wish)["data"]
    again = ask(gateway, "/pickupCode/register", "pickupCodeRegister", wish)["data"]
    assert (data, SandboxCodeWatch.objects.count()) == (again, 1)
    before = ask(gateway, "/pickupCode/query", "", stored)["data"]
    assert (before["pickUpCode"], before["statusDesc"]) == ("", "未到站")
    plan = SandboxParcel.objects.get(number=stored["kuaidinum"]).read_plan()
    run_until(moving, dt.datetime.fromtimestamp(stored_node(plan).at + 120, dt.UTC))
    (push,) = receiver.params()
    assert observe("pickup_code.push", push) == []
    assert receiver.got[0]["sign"] == md5(receiver.got[0]["param"])
    now = ask(gateway, "/pickupCode/query", "", stored)["data"]
    assert observe("pickup_code.query.answer", now) == []
    assert (push["taskId"], push["pickUpCode"]) == (data["taskId"], now["pickUpCode"])
    assert (bool(now["pickUpCode"]), now["statusDesc"]) == (True, "待取件")
    moving.forward(days=30)
    assert ask(gateway, "/pickupCode/query", "", stored)["data"]["statusDesc"] == "已取件"


@pytest.mark.parametrize(
    "changes", [{"receiverPhone": ""}, {"callbackUrl": "x"}, {"kuaidicom": ""}, {"kuaidinum": "1"}]
)
def test_a_code_nobody_can_be_told_is_30001(gateway, changes):
    wish = {
        "kuaidicom": "yuantong", "kuaidinum": NUMBER, "receiverPhone": "13800138000",
        "callbackUrl": "http://127.0.0.1:1/cb",
    }  # fmt: skip
    answer = ask(gateway, "/pickupCode/register", "pickupCodeRegister", {**wish, **changes})
    assert answer["code"] == 30001
    assert ask(gateway, "/pickupCode/register", "other", wish)["code"] == 30001
    assert not SandboxPush.objects.exists()


@pytest.mark.parametrize(
    ("code", "address", "parts"),
    [
        ("US", "350 Fifth Ave, New York, NY 10118, USA",
         {"country": "UNITED STATES", "province": "NY", "city": "New York", "route": "Fifth Ave",
          "streetNum": "350", "postcode": "10118", "district": ""}),
        ("GB", "10 Downing Street, London SW1A 2AA, UK",
         {"country": "UNITED KINGDOM", "province": "", "city": "London",
          "route": "Downing Street", "streetNum": "10", "postcode": "SW1A 2AA", "district": ""}),
    ],
)  # fmt: skip
def test_an_address_abroad_is_read_into_its_parts(gateway, code, address, parts):
    path = "/internationalAddress/resolution"
    data = ask(gateway, path, "", {"code": code, "address": address})["data"]
    assert data["result"] == parts
    assert ask(gateway, path, "", {"code": "ZZ", "address": address})["code"] == 30001
    assert ask(gateway, path, "", {"code": code, "address": "12345"})["code"] == 30005


@pytest.mark.parametrize(
    "path",
    ["/sendAssistant/order/apiCall", "/workorder/api/create", "/pickupCode/query",
     "/internationalAddress/resolution", "/logistics/monitor/api/order"],
)  # fmt: skip
def test_every_service_tells_who_may_not_call(gateway, path):
    assert ask(gateway, path, "", WORK, sign="0" * 32)["code"] == 30002
    assert ask(gateway, path, "", WORK, key="nobody")["code"] == 30003
    SandboxAccount.objects.update(is_expired=True)
    assert ask(gateway, path, "", json.loads(json.dumps(WORK)))["code"] == 30004
