"""borderapi.do over real HTTP, called the way the vendor's samples call it."""

from __future__ import annotations

import json

import pytest
import requests

from apps.sandbox.models import SandboxAccount, SandboxFault, SandboxOrder, SandboxParcel
from tests.sandbox import clients
from tests.sandbox.clients import KEY, SECRET, T, booking, border, compact, md5, order_form


def test_a_booking_is_answered_like_the_vendors_own_sample(gateway):
    answer = border(gateway, "bOrder", booking())
    assert answer["result"] is True
    assert answer["returnCode"] == "200"
    assert answer["message"] == "提交成功"
    data = answer["data"]
    assert data["kuaidinum"].startswith("YT")
    assert data["attach"] is None
    assert len(data["taskId"]) == 32
    assert data["orderId"].isdigit()


def test_python_spelling_with_escapes_and_spaces_is_verified_on_its_own_bytes(gateway):
    form = order_form("bOrder", clients.python_json(booking()))
    answer = requests.post(f"{gateway}/order/borderapi.do", data=form, timeout=10).json()
    assert answer["returnCode"] == "200"


def test_php_puts_method_in_the_query_string_and_escapes_slashes(gateway):
    form = order_form("bOrder", clients.php_json(booking()))
    del form["method"]
    url = f"{gateway}/order/borderapi.do?method=bOrder"
    assert requests.post(url, data=form, timeout=10).json()["returnCode"] == "200"


def test_everything_in_the_query_string_with_a_multipart_body_is_merged(gateway):
    form = order_form("bOrder", compact(booking()))
    answer = requests.post(
        f"{gateway}/order/borderapi.do", params=form, files={"file": b"x"}, timeout=10
    ).json()
    assert answer["returnCode"] == "200"


def test_java_sends_extra_fields_and_a_charset(gateway):
    form = {**order_form("bOrder", compact(booking())), "url": "", "secret": "", "settings": ""}
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    answer = requests.post(
        f"{gateway}/order/borderapi.do", data=form, headers=headers, timeout=10
    ).json()
    assert answer["returnCode"] == "200"


def test_raw_utf8_form_bytes_are_read_and_verified(gateway):
    param = compact(booking())
    sign = md5(param + T + KEY + SECRET)
    body = f"method=bOrder&key={KEY}&t={T}&sign={sign}&param={param}".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = requests.post(
        f"{gateway}/order/borderapi.do", data=body, headers=headers, timeout=10
    ).json()
    assert answer["returnCode"] == "200"


def test_float_seconds_in_t_are_signed_as_they_were_sent(gateway):
    assert border(gateway, "price", booking(), t="1795353076.6432815", sign=md5(
        compact(booking()) + "1795353076.6432815" + KEY + SECRET
    ))["returnCode"] == "200"  # fmt: skip


@pytest.mark.parametrize("method", ["Price", "price", "PRICE"])
def test_method_names_are_read_in_any_case(gateway, method):
    data = border(gateway, method, booking())["data"]
    assert data["kuaidiCom"] == "yuantong"
    assert all(isinstance(value, str) for value in data.values())


def test_the_node_demos_create_books(gateway):
    assert border(gateway, "create", booking())["data"]["kuaidinum"]


def test_camel_case_carrier_is_the_same_carrier(gateway):
    param = booking(kuaidiCom="yuantong")
    del param["kuaidicom"]
    assert border(gateway, "price", param)["data"]["kuaidiCom"] == "yuantong"


def test_a_wrong_signature_is_503_and_books_nothing(gateway):
    answer = border(gateway, "bOrder", booking(), sign="0" * 32)
    assert answer == {"result": False, "returnCode": "503", "message": "签名认证失败"}
    assert SandboxOrder.objects.count() == 0


def test_an_unknown_key_is_600_and_an_expired_one_601(gateway, account):
    assert border(gateway, "bOrder", booking(), key="nobody")["returnCode"] == "600"
    SandboxAccount.objects.update(is_expired=True)
    assert border(gateway, "bOrder", booking())["returnCode"] == "601"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"recManName": ""}, "400"),
        ({"recManMobile": "12345"}, "400"),
        ({"kuaidicom": "nobody"}, "400"),
        ({"cargo": ""}, "400"),
        ({"payment": "CONSIGNEE"}, "400"),
        ({"weight": "heavy"}, "400"),
        ({"weight": "-1"}, "400"),
        ({"weight": "NaN"}, "400"),
        ({"recManPrintAddr": "北京市朝阳区" + "长" * 100}, "400"),
        ({"thirdOrderId": "x" * 33}, "400"),
        ({"callBackUrl": ""}, "700"),
        ({"callBackUrl": "ftp://x/y"}, "700"),
        ({"callBackUrl": "http://[::1"}, "700"),
        ({"callBackUrl": "http://x/" + "y" * 200}, "700"),
        ({"recManPrintAddr": "月球静海基地1号"}, "500"),
        ({"recManPrintAddr": "西藏自治区拉萨市城关区1号"}, "500"),
        ({"kuaidicom": "shunfeng"}, "400"),
    ],
)
def test_each_documented_cause_has_its_documented_code(gateway, changes, code):
    answer = border(gateway, "bOrder", booking(**changes))
    assert answer["result"] is False
    assert answer["returnCode"] == code
    assert SandboxParcel.objects.count() == 0


@pytest.mark.parametrize("raw", ["", "[]", "not json", '"text"', "{", "[" * 5000])
def test_a_broken_param_with_a_right_signature_is_400(gateway, raw):
    form = order_form("bOrder", raw)
    answer = requests.post(f"{gateway}/order/borderapi.do", data=form, timeout=10).json()
    assert answer["returnCode"] == "400"


def test_a_body_of_five_megabytes_is_refused_in_the_envelope(gateway):
    answer = requests.post(
        f"{gateway}/order/borderapi.do", data={"param": "x" * 5_000_000}, timeout=20
    )
    assert answer.status_code == 200
    assert answer.json()["returnCode"] == "400"


def test_get_and_a_json_body_are_no_booking(gateway):
    url = f"{gateway}/order/borderapi.do"
    assert requests.get(url, timeout=10).json()["returnCode"] == "400"
    assert requests.post(url, json=booking(), timeout=10).json()["returnCode"] == "600"


def test_the_same_reference_within_48_hours_gets_the_same_answer(gateway, moving):
    first = border(gateway, "bOrder", booking())
    moving.forward(hours=47)
    assert border(gateway, "bOrder", booking(salt="another")) == first
    assert SandboxParcel.objects.count() == 1


def test_the_same_reference_with_another_recipient_is_501(gateway):
    border(gateway, "bOrder", booking())
    answer = border(gateway, "bOrder", booking(recManName="赵六"))
    assert answer["returnCode"] == "501"
    assert SandboxParcel.objects.count() == 1


def test_after_48_hours_the_reference_books_anew(gateway, moving):
    first = border(gateway, "bOrder", booking())
    moving.forward(hours=49)
    assert border(gateway, "bOrder", booking())["data"] != first["data"]
    assert SandboxParcel.objects.count() == 2


def test_an_empty_account_cannot_book(gateway, account):
    SandboxAccount.objects.update(has_balance=False)
    answer = border(gateway, "bOrder", booking())
    assert answer["returnCode"] == "500"
    assert "余额" in answer["message"]


def test_shunfeng_gives_its_number_with_the_callback_only(gateway):
    slot = {"dayType": "今天", "pickupStartTime": "14:00", "pickupEndTime": "17:00"}
    data = border(gateway, "bOrder", booking(kuaidicom="shunfeng", **slot))["data"]
    assert data["kuaidinum"] == ""
    assert SandboxParcel.objects.get().number.startswith("SF")


def test_a_slot_shorter_than_an_hour_is_refused(gateway):
    slot = {"dayType": "今天", "pickupStartTime": "14:00", "pickupEndTime": "14:30"}
    answer = border(gateway, "bOrder", booking(kuaidicom="shunfeng", **slot))
    assert answer["returnCode"] == "400"


def test_cancelling_before_pickup_ends_the_order_and_repeating_is_harmless(gateway):
    data = border(gateway, "bOrder", booking())["data"]
    param = {"taskId": data["taskId"], "orderId": data["orderId"], "cancelMsg": "不要了"}
    expected = {"result": True, "returnCode": "200", "message": "取消成功", "data": {}}
    assert border(gateway, "cancel", param) == expected
    assert border(gateway, "cancel", param) == expected
    assert SandboxParcel.objects.get().outcome == "cancelled"


def test_cancelling_after_pickup_is_refused_and_changes_nothing(gateway, moving):
    data = border(gateway, "bOrder", booking())["data"]
    before = SandboxParcel.objects.get().plan
    moving.forward(days=4)
    param = {"taskId": data["taskId"], "orderId": data["orderId"], "cancelMsg": "x"}
    assert border(gateway, "cancel", param)["returnCode"] == "500"
    assert SandboxParcel.objects.get().plan == before


def test_detail_finds_an_order_by_task_or_by_own_reference(gateway, moving):
    data = border(gateway, "bOrder", booking())["data"]
    moving.forward(hours=1)
    by_task = border(gateway, "detail", {"taskId": data["taskId"]})["data"]
    by_reference = border(gateway, "detail", {"thirdOrderId": "shp_1-1"})["data"]
    assert by_task == by_reference
    assert by_task["kuaidiNum"] == data["kuaidinum"]
    assert by_task["status"] == "1"
    assert by_task["courierName"]


def test_an_order_nobody_placed_has_no_detail(gateway):
    assert border(gateway, "detail", {"thirdOrderId": "nobody"})["returnCode"] == "500"
    assert border(gateway, "detail", {})["returnCode"] == "400"


def test_modifying_moves_the_pickup_to_the_new_slot(gateway):
    data = border(gateway, "bOrder", booking())["data"]
    before = SandboxParcel.objects.get().picked_up_at
    param = {
        "taskId": data["taskId"], "orderId": data["orderId"],
        "dayType": "后天", "pickupStartTime": "09:00", "pickupEndTime": "12:00",
    }  # fmt: skip
    answer = border(gateway, "modifyOrder", param)
    assert answer["returnCode"] == "200"
    assert (SandboxParcel.objects.get().picked_up_at - before).days >= 1


def test_prices_of_several_carriers_come_as_an_array_with_null_for_no_line(gateway):
    param = booking(recManPrintAddr="西藏自治区拉萨市城关区1号")
    param["kuaidiComList"] = ["yuantong", "shunfeng"]
    param["serviceTypeList"] = ["标准快递", "标准快递"]
    rows = border(gateway, "batchPrice", param)["data"]
    assert [row["kuaidiCom"] for row in rows] == ["yuantong", "shunfeng"]
    assert rows[0]["price"] is None
    assert float(rows[1]["price"]) > 0


def test_lists_of_different_length_are_the_documented_400(gateway):
    param = {**booking(), "kuaidiComList": ["yuantong", "jd"], "serviceTypeList": ["标准快递"]}
    answer = border(gateway, "batchPrice", param)
    assert answer["returnCode"] == "400"
    assert answer["message"] == "kuaidiComList与serviceTypeList 参数不匹配"


def test_a_double_wrapped_param_is_refused_unless_the_switch_is_on(gateway):
    outer = compact({"key": KEY, "param": json.dumps(booking())})
    form = order_form("bOrder", outer)
    url = f"{gateway}/order/borderapi.do"
    assert requests.post(url, data=form, timeout=10).json()["returnCode"] == "400"
    SandboxFault.objects.create(name="unwrap_param", rate=1)
    assert requests.post(url, data=form, timeout=10).json()["returnCode"] == "200"


def test_a_foreign_parcel_goes_with_an_international_carrier_only(gateway):
    abroad = {"recManPrintAddr": "1420 Maple Ave, Seattle, WA 98101, United States",
              "recManMobile": "+1 206 555 0142"}  # fmt: skip
    assert border(gateway, "bOrder", booking(**abroad))["returnCode"] == "500"
    answer = border(gateway, "bOrder", booking(kuaidicom="youzhengguoji", **abroad))
    assert answer["data"]["kuaidinum"].endswith("CN")
    assert SandboxParcel.objects.get().plan["country"] == "US"


def test_connections_stay_open_between_calls(gateway):
    with requests.Session() as session:
        for _ in range(3):
            answer = session.post(
                f"{gateway}/order/borderapi.do", data=order_form("price", compact(booking())),
                timeout=10,
            )  # fmt: skip
            assert answer.headers.get("Connection", "").lower() != "close"
            assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
