"""The call log keeps no secret and nobody's name, phone or address."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.baidiyun.products import pickup, tracking
from apps.baidiyun.products.common import Signer
from apps.baidiyun.redact import redact_request, redact_response
from tests.baidiyun import payloads
from tests.baidiyun.products.test_pickup import REQUEST

SECRETS = ["keyKEYkey", "secSECsec", "cusCUScus", "saltSALTsalt", "tokentokentokentoken"]
PERSONAL = [
    "王超", "13900139000", "广东省深圳市南山区科技南十二路2号", "仓库", "13700137000",
    "浙江省杭州市余杭区文一西路969号",
]  # fmt: skip


def grep(logged: object, words: list[str]) -> list[str]:
    text = json.dumps(logged, ensure_ascii=False)
    return [word for word in words if word in text]


def test_a_booking_leaves_no_secret_and_no_person_behind():
    form = pickup.build_order(
        signer=Signer("keyKEYkey", "secSECsec", "1"), request=REQUEST,
        callback_url="http://x/callbacks/baidiyun/booking/k1/tokentokentokentoken",
        salt="saltSALTsalt",
    )  # fmt: skip
    logged, private = redact_request(form)
    assert grep(logged, [*SECRETS, *PERSONAL, form["sign"]]) == []
    assert logged["param"]["thirdOrderId"] == "shp1-1"
    assert logged["param"]["kuaidicom"] == "yuantong"
    answer = '{"result":false,"returnCode":"400","message":"王超 139 0013 9000 地址错误 keyKEYkey"}'
    response = redact_response(answer, private)
    assert grep(response, [*SECRETS, *PERSONAL, "139 0013"]) == []
    assert '"returnCode":"400"' in response


def test_a_query_leaves_customer_sign_and_phone_out():
    form = tracking.build_query(
        key="keyKEYkey", customer="cusCUScus", carrier="shunfeng", number="SF12345678",
        phone="9876", to="广东省-深圳市-南山区",
    )  # fmt: skip
    logged, _ = redact_request(form)
    assert grep(logged, [*SECRETS, form["sign"], "9876", "深圳"]) == []
    assert logged["param"]["num"] == "SF12345678"


def test_a_subscription_leaves_key_salt_and_token_out():
    form = tracking.build_subscribe(
        key="keyKEYkey", carrier="yuantong", number="YT123456", phone="9876", salt="saltSALTsalt",
        callback_url="http://x/callbacks/baidiyun/tracking/k1/tokentokentokentoken",
    )  # fmt: skip
    assert grep(redact_request(form)[0], [*SECRETS, "9876"]) == []


def test_a_track_keeps_codes_and_times_but_not_what_was_written():
    answer = payloads.QUERY_ANSWER.replace("派件中", "快递员李四 13800138000 正在派件")
    logged = redact_response(answer)
    assert grep(logged, ["李四", "13800138000", "丰台"]) == []
    assert '"statusCode":"304"' in logged


def test_a_courier_is_not_named():
    assert grep(redact_response(payloads.ORDER_PUSH), ["李师傅", "13800138000"]) == []


def test_what_is_not_json_is_only_measured():
    assert redact_response("<html>王超</html>") == "[page, 15 characters]"
    assert redact_response("plain 13900139000") == "[text, 17 characters]"
    assert redact_response("") == ""


@given(st.dictionaries(st.text(), st.text(), max_size=5), st.text())
def test_any_form_and_any_answer_can_be_logged(fields, text):
    logged, private = redact_request(fields)
    assert json.loads(json.dumps(logged)) == logged
    assert bool(redact_response(text, private)) <= bool(text)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("收件人司马相如电话13912345678有误", "收件人***电话***有误"),
        ("地址广东省深圳市南山区科技园路18号3栋502有误", "地址***"),
        ("寄件人：王超，不存在", "寄件人***，不存在"),
        ("收件人地址不能为空", "收件人地址不能为空"),
        ("当前线路未设置价格", "当前线路未设置价格"),
        ("查询无结果，请隔段时间再查", "查询无结果，请隔段时间再查"),
        ("快递公司参数异常：单号不存在或者已经过期", "快递公司参数异常：单号不存在或者已经过期"),
    ],
)
def test_free_text_keeps_the_reason_and_loses_the_person(said, kept):
    text = redact_response(json.dumps({"message": said}, ensure_ascii=False))
    assert json.loads(text) == {"message": kept}
