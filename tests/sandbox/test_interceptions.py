"""interceptOrder, synPay, own prints and receipts: what is asked for really happens."""

from __future__ import annotations

import datetime as dt

import pytest
import requests

from apps.baidiyun.drift import observe
from apps.sandbox.models import SandboxOrder, SandboxParcel, SandboxPrint, SandboxPush
from tests.sandbox.clients import booking, border, md5, query
from tests.sandbox.conftest import run_until
from tests.sandbox.test_gateway_newer import label

WISH = {"kuaidicom": "yuantong", "interceptType": "RETURN_SEND_ADDR", "salt": "salt123"}
PERSON = {"name": "张三", "mobile": "13700137000", "printAddr": "上海市浦东新区张江路1号"}


@pytest.fixture
def under_way(gateway, moving, receiver):
    """The gateway with a booked parcel that is to be delivered to its recipient, picked up."""
    for reference in map(str, range(40)):
        border(gateway, "bOrder", booking(callBackUrl=receiver.url, thirdOrderId=reference))
        if SandboxParcel.objects.latest("id").outcome == "self":
            break
    moving.at = SandboxParcel.objects.latest("id").picked_up_at + dt.timedelta(hours=3)
    return gateway


def parcel() -> SandboxParcel:
    return SandboxParcel.objects.latest("id")


def intercept(base: str, receiver=None, **changes) -> dict:
    url = receiver.url if receiver else "http://127.0.0.1:1/cb"
    wish = {**WISH, "kuaidinum": parcel().number, "callbackUrl": url, "orderId": "A-1"}
    return label(base, "interceptOrder", {**wish, **changes})


def test_an_intercepted_parcel_turns_round_and_its_push_follows(under_way, moving, receiver):
    taken = intercept(under_way, receiver)
    assert (taken["success"], taken["code"], taken["data"]) == (True, 200, None)
    receiver.got.clear()
    number, carrier = parcel().number, parcel().carrier
    run_until(moving, moving.at + dt.timedelta(days=15))
    told = [(raw, p) for raw, p in zip(receiver.got, receiver.params(), strict=True)
            if p.get("orderId") == "A-1"]  # fmt: skip
    assert [p["status"] for _, p in told] == ["1", "2"]
    for raw, value in told:
        assert raw["sign"] == md5(raw["param"] + "salt123")
        assert observe("waybill.intercept.push", value) == []
    codes = [n["statusCode"] for n in query(under_way, {
        "com": carrier, "num": number, "resultv2": "4"})["data"]]  # fmt: skip
    assert codes[0] == "4"
    assert "6" in codes
    assert not {"301", "303", "304"} & set(codes)
    assert (
        border(under_way, "detail", {"taskId": SandboxOrder.objects.latest("id").task_id})["data"][
            "status"
        ]
        == "12"
    )


def test_a_changed_address_is_where_it_is_delivered(under_way, moving):
    wish = {"interceptType": "MODIFY_ADDR", "recManInfo": PERSON}
    assert intercept(under_way, **wish)["code"] == 200
    plan = parcel().read_plan()
    assert plan.nodes[-1].code == "301"
    assert plan.nodes[-1].area.startswith("3101")
    assert "1003" in [node.code for node in plan.nodes]
    assert plan.destination.startswith("310115")


def test_what_has_happened_is_never_rewritten(under_way, moving):
    before = parcel().read_plan().nodes_at(int(moving.at.timestamp()))
    intercept(under_way)
    assert parcel().read_plan().nodes[: len(before)] == before


def test_only_a_parcel_on_its_way_can_be_intercepted(under_way, moving):
    assert intercept(under_way)["code"] == 200
    assert "重复" in intercept(under_way)["message"]
    moving.at = parcel().signed_at + dt.timedelta(hours=1)
    answer = intercept(under_way)
    assert (answer["code"], "签收" in answer["message"]) == (30005, True)
    border(under_way, "bOrder", booking(thirdOrderId="new"))
    answer = intercept(under_way)
    assert (answer["code"], "未揽收" in answer["message"]) == (30005, True)
    assert intercept(under_way, kuaidinum="YT0000000000000")["code"] == 30005


def test_too_late_for_a_scan_the_callback_says_that_it_failed(under_way, moving, receiver):
    moving.at = parcel().signed_at - dt.timedelta(minutes=1)
    before = parcel().plan
    assert intercept(under_way, receiver)["code"] == 200
    assert parcel().plan == before
    pushes = SandboxPush.objects.filter(kind="intercept").order_by("due_at")
    assert ['"status":"3"' in push.param for push in pushes] == [False, True]


@pytest.mark.parametrize(
    "changes",
    [
        {"interceptType": "STOP"}, {"kuaidinum": ""}, {"callbackUrl": ""}, {"orderRole": "9"},
        {"interceptPayType": "X"}, {"interceptType": "MODIFY_ADDR"}, {"callbackUrl": "ftp://x"},
        {"interceptType": "MODIFY_ADDR", "recManInfo": {**PERSON, "printAddr": "火星"}},
        {"interceptType": "MODIFY_ADDR", "recManInfo": {**PERSON, "mobile": ""}},
    ],
)  # fmt: skip
def test_an_incomplete_interception_is_30001_and_changes_nothing(under_way, changes):
    before = parcel().plan
    assert intercept(under_way, **changes)["code"] == 30001
    assert parcel().plan == before
    assert not SandboxPush.objects.filter(kind="intercept").exists()


def test_a_pickup_is_paid_once_it_is_settled(under_way, moving):
    order = SandboxOrder.objects.latest("id")
    moving.at = parcel().picked_up_at
    assert border(under_way, "synPay", {"orderId": order.order_id})["returnCode"] == "500"
    moving.forward(hours=12)
    for _ in range(2):
        assert border(under_way, "synPay", {"orderId": order.order_id})["returnCode"] == "200"
    order.refresh_from_db()
    assert order.paid_at == moving.at
    assert border(under_way, "synPay", {})["returnCode"] == "400"
    assert border(under_way, "synPay", {"orderId": "1"})["returnCode"] == "500"


def test_an_own_print_has_a_page_of_its_own(gateway, settings):
    account = settings.BAIDIYUN["sandbox"]
    settings.BAIDIYUN = {"sandbox": {**account, "base_url": gateway}}
    wish = {"tempId": "t-1", "printType": "IMAGE", "customParam": {"品名": "<b>茶"}}
    data = label(gateway, "custom", wish)["data"]
    page = requests.get(data["label"], timeout=10).text
    assert "&lt;b&gt;茶" in page
    assert label(gateway, "printOld", {"taskId": data["taskId"]})["data"]["label"] == data["label"]
    for changes in ({"tempId": ""}, {"printType": "X"}, {"customParam": {}}):
        assert label(gateway, "custom", {**wish, **changes})["code"] == 30001
    assert SandboxPrint.objects.count() == 1


def test_a_receipt_exists_once_somebody_signed(under_way, moving, settings):
    account = settings.BAIDIYUN["sandbox"]
    settings.BAIDIYUN = {"sandbox": {**account, "base_url": under_way}}
    wish = {"kuaidicom": "yuantong", "kuaidinum": parcel().number, "imgType": "1"}
    assert label(under_way, "backOrder", wish)["code"] == 30005
    moving.at = parcel().signed_at
    url = label(under_way, "backOrder", wish)["data"]["imgUrl"][0]
    image = requests.get(url, timeout=10)
    assert (image.headers["Content-Type"], parcel().number in image.text) == ("image/svg+xml", True)
    assert label(under_way, "backOrder", {**wish, "kuaidicom": "shunfeng"})["code"] == 30001
