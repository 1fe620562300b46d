"""Methods that need an earlier answer, each sample going through them in its own spelling."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from apps.sandbox.models import SandboxParcel
from tests.sandbox.clients import booking
from tests.sandbox.samples.products import BACK, LABELLED, NASTY, PRODUCTS, WORK_ROW
from tests.sandbox.samples.wire import code_of, flavour_a, flavour_b, tell
from tests.sandbox.test_gateway_around import CALL
from tests.sandbox.test_gateway_newer import LABEL
from tests.sandbox.test_gateway_rides import OLDER, ride
from tests.support.json_shapes import misfits
from tests.support.vendor_languages import FAMILIES, Call, Language

SLOT = {"dayType": "明天", "pickupStartTime": "10:00", "pickupEndTime": "12:00"}
DETAIL = {
    **dict.fromkeys(
        ("status", "taskId", "orderId", "kuaidiCom", "kuaidiNum", "thirdOrderId", "courierName",
         "courierMobile", "freight", "pickupStartTime", "pickupEndTime"), str,
    ),
    "feeDetails": [], "payStatus": int,
}  # fmt: skip
OLDER_STATE = {
    **dict.fromkeys(
        ("com", "num", "courierName", "courierPhone", "predictDeliveryTime", "lat", "lng",
         "traiUrl"), str,
    ),
    "status": 0,
}  # fmt: skip
languages = pytest.mark.parametrize("language", FAMILIES, ids=lambda one: one.name)


class Sample:
    """One language at one address."""

    def __init__(self, base: str, language: Language, path: str) -> None:
        self.base, self.language, self.path = base, language, path

    def ask(self, method: str, path: str = "", **param: Any) -> Any:
        call = Call(path or self.path, {**param, "note": NASTY}, method=method)
        return tell(self.base, self.language, call)

    def data(self, method: str, path: str = "", **param: Any) -> Any:
        answer = self.ask(method, path, **param)
        assert answer.get("code", answer.get("returnCode")) in (200, "200"), answer
        return answer["data"]


@languages
def test_an_order_is_looked_at_moved_and_cancelled(gateway, language):
    sample = Sample(gateway, language, "/order/borderapi.do")
    booked = sample.data("bOrder", **booking())
    known = {name: booked[name] for name in ("taskId", "orderId")}
    assert misfits(sample.data("detail", **known), DETAIL) == []
    assert sample.ask("modifyOrder", **known, **SLOT) == flavour_a("成功")
    moved = sample.data("detail", taskId="", thirdOrderId="shp_1-1")
    assert moved["pickupStartTime"] == "10:00"
    assert code_of(sample.ask("synPay", orderId=booked["orderId"])) == "500"
    cancelled = {"result": True, "returnCode": "200", "message": "取消成功", "data": {}}
    assert sample.ask("cancel", **known, cancelMsg="不要了 & 重下") == cancelled


@languages
def test_a_label_is_printed_again_intercepted_and_given_back(gateway, moving, language):
    sample = Sample(gateway, language, "/label/order")
    made = sample.data("order", **LABEL)
    own = sample.data("custom", tempId="T1", printType="IMAGE", customParam={"a": NASTY})
    assert misfits(own, {"taskId": str, "label": str}) == []
    again = sample.ask("printOld", taskId=made["taskId"], siid="")
    assert misfits(again, flavour_b({"taskId": made["taskId"], "label": made["label"]})) == []
    number = {"kuaidicom": "yuantong", "kuaidinum": made["kuaidinum"]}
    assert code_of(sample.ask("backOrder", **number, imgType=1)) == "30005"
    other = sample.data("order", **{**LABEL, "orderId": "A-2", "cargo": "书"})
    assert misfits(other, LABELLED) == []
    off = sample.ask("cancel", kuaidicom="yuantong", kuaidinum=other["kuaidinum"])
    assert misfits(off, flavour_b(None)) == []
    moving.at = SandboxParcel.objects.get(number=made["kuaidinum"]).picked_up_at
    moving.forward(minutes=5)
    person = {"mobile": "13800138000", "name": "张三", "printAddr": "广东省深圳市南山区科技园2号"}
    wish = {**number, "interceptType": "MODIFY_ADDR", "recManInfo": person, "orderRole": "1",
            "interceptPayType": "THIRDPARTY", "reason": NASTY, "salt": "s"}  # fmt: skip
    assert code_of(sample.ask("interceptOrder", **wish)) == "30001"
    taken = sample.ask("interceptOrder", **wish, callbackUrl=BACK, orderid="1")
    assert misfits(taken, flavour_b(None)) == []


@languages
def test_a_ride_is_tipped_asked_for_and_called_off(gateway, language):
    sample = Sample(gateway, language, "/bsamecity/order")
    made = sample.data("order", **ride(remark=language.name))
    known = {name: made[name] for name in ("taskId", "orderId")}
    assert misfits(sample.ask("addfee", **known, tips="2", remark=NASTY), flavour_b(None)) == []
    assert code_of(sample.ask("queryCourier", orderId=made["orderId"])) == "30005"
    why = {**known, "cancelMsgType": 8, "cancelMsg": NASTY}
    assert sample.data("precancel", **why) == {"cancelFee": "0.00"}
    assert sample.data("cancel", **why) == {"cancelFee": "0.00"}
    several = ride(kuaidiComList=["uupaotui", "dadatongcheng"])
    fee = {"kuaidiCom": str, "discountFee": str, "deliveryDistance": int}
    shape = {"taskId": str, "orderId": str, "fee": [fee]}
    assert misfits(sample.data("batchOrder", **several), shape) == []


@languages
def test_the_older_interface_is_authorised_asked_and_cancelled(gateway, language):
    sample = Sample(gateway, language, "/sameCity/order")
    granted = sample.ask("auth", com="shansong", storeId="1", callbackUrl=BACK)
    assert misfits(granted, flavour_a("成功", {"url": str})) == []
    made = sample.data("order", **{**OLDER, "callBackUrl": BACK})
    known = {name: made[name] for name in ("taskId", "orderId")}
    assert misfits(sample.ask("query", **known), flavour_a("提交成功", OLDER_STATE)) == []
    assert sample.ask("cancel", **known, cancelMsg=NASTY) == flavour_a("取消成功")


@languages
def test_a_work_order_is_followed(gateway, language):
    sample = Sample(gateway, language, "/workorder/api/status")
    known = {"consultId": tell(gateway, language, PRODUCTS["workorder"].call)["data"]["consultId"]}
    assert misfits(sample.data("", **known), WORK_ROW) == []
    said = sample.data("", "/workorder/api/reply", **known, content=NASTY)
    assert said["replies"][-1]["content"] == NASTY
    picture = base64.b64encode(b"\x89PNG+/~").decode()
    sent = sample.data("", "/workorder/api/upload", **known, fileName="a b.png", file=picture)
    assert misfits(sent, WORK_ROW) == []


@languages
def test_a_call_abroad_is_called_off_and_priced(gateway, language):
    sample = Sample(gateway, language, "/sendAssistant/order/cancelPickUp")
    number = sample.data("", "/sendAssistant/order/pickUp", **CALL)["pickupConfirmationNumber"]
    off = {"partnerId": "P", "kuaidicom": "fedex", "pickUpDate": "2026-11-21", "location": "门口"}
    assert misfits(sample.ask("", **off, pickupConfirmationNumber=number), flavour_b(None)) == []
    asked = {"kuaidiCom": "yuantongguoji", "weight": "1", "cargo": "包裹", "recCountry": "US"}
    data = sample.data("", "/apisentquery/international/queryPrice", **asked)
    assert {type(value) for value in data.values()} == {str}


@languages
def test_a_pickup_code_is_asked_for_and_a_shipment_monitored(gateway, language):
    sample = Sample(gateway, language, "/pickupCode/query")
    number = {"kuaidicom": "yuantong", "kuaidinum": "YT6186594166532"}
    shape = dict.fromkeys(
        ("kuaidicom", "kuaidinum", "pickUpCode", "pickUpAddress", "pickUpStation", "statusDesc"),
        str,
    )
    assert misfits(sample.data("pickupCodeQuery", **number), shape) == []
    sent = {"sysNum": "S1", "expressNum": "YT6186594166532", "expressCode": "yuantong"}
    taken = sample.data("sendOut", "/logistics/monitor/api/order", **sent)
    assert misfits(taken, {"sysNum": "S1", "taskId": str}) == []
