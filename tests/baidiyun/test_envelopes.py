"""Six envelopes and everything that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.baidiyun.choices import Product
from apps.baidiyun.envelopes import parse_answer
from tests.baidiyun import payloads

B = '{"success":true,"code":200,"message":"success","time":123,"data":{"taskId":"T"}}'
C = '{"result":true,"returnCode":200,"message":"SUCCESS","data":{"total":1}}'
E = '{"status":1,"data":"","msg":"短信发送中……","extra":"","total":0}'


@pytest.mark.parametrize(
    ("text", "flavour"),
    [
        (payloads.SUBSCRIBED, "A"),
        (B, "B"),
        (C, "C"),
        (payloads.QUERY_ANSWER, "D"),
        (E, "E"),
        (payloads.DETECTED, "F"),
    ],
)
def test_each_flavour_of_success_is_understood(text, flavour):
    answer = parse_answer(200, text, product=Product.QUERY)
    assert (answer.ok, answer.flavour, answer.permanent) == (True, flavour, False)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   \n", "empty"),
        ("<html><body>502 Bad Gateway</body></html>", "html"),
        (payloads.SUBSCRIBED[:20], "not_json"),
        ("null", "unknown_shape"),
        ("42", "unknown_shape"),
        ('"ok"', "unknown_shape"),
        ("{}", "unknown_shape"),
        ("[" * 100_000, "not_json"),
    ],
)
def test_what_is_no_envelope_has_a_defined_temporary_result(text, code):
    answer = parse_answer(200, text, product=Product.BOOK)
    assert (answer.ok, answer.code, answer.permanent, answer.flavour) == (False, code, False, "")


def test_an_error_under_http_200_is_an_error():
    answer = parse_answer(200, payloads.NO_RESULT, product=Product.QUERY)
    assert (answer.ok, answer.code, answer.permanent) == (False, "500", False)
    assert answer.message == "查询无结果，请隔段时间再查"


def test_success_under_http_500_is_not_believed_and_may_pass():
    answer = parse_answer(500, payloads.BOOKED, product=Product.BOOK)
    assert (answer.ok, answer.code, answer.permanent) == (False, "http_500", False)
    assert answer.data["orderId"] == "20066771"


def test_an_error_envelope_under_http_500_keeps_its_own_code():
    answer = parse_answer(
        500,
        '{"result":false,"returnCode":"601","message":"POLL:KEY已过期"}',
        product=Product.SUBSCRIBE,
    )
    assert (answer.code, answer.permanent) == ("601", True)


@pytest.mark.parametrize(("status", "permanent"), [(404, True), (429, False), (502, False)])
def test_a_page_under_an_http_error_is_told_by_its_status(status, permanent):
    answer = parse_answer(status, "<html>", product=Product.QUERY)
    assert (answer.ok, answer.code, answer.permanent) == (False, f"http_{status}", permanent)


@pytest.mark.parametrize(
    ("product", "code", "message", "permanent"),
    [
        (Product.SUBSCRIBE, "500", "服务器错误", False),
        (Product.SUBSCRIBE, "501", "重复订阅", False),
        (Product.SUBSCRIBE, "600", "您不是合法的订阅者", True),
        (Product.SUBSCRIBE, "700", "不支持的快递公司", True),
        (Product.SUBSCRIBE, "701", "拒绝订阅的快递公司", True),
        (Product.SUBSCRIBE, "702", "POLL:识别不到该单号对应的快递公司", True),
        (Product.QUERY, "400", "找不到对应公司", True),
        (Product.QUERY, "408", "验证码错误", True),
        (Product.QUERY, "501", "服务器错误", False),
        (Product.QUERY, "502", "服务器繁忙", False),
        (Product.QUERY, "503", "验证签名失败", True),
        (Product.QUERY, "601", "KEY已过期", True),
        (Product.BOOK, "500", "当前线路未设置价格", True),
        (Product.BOOK, "500", "服务器错误", False),
        (Product.BOOK, "500", "", False),
        (Product.BOOK, "501", "重复提交", False),
        (Product.BOOK, "700", "回调地址错误", True),
        (Product.DETECT, "701", "key缺失", True),
        (Product.QUERY, "999", "who knows", False),
    ],
)
def test_the_error_tables_say_what_repeats_for_ever(product, code, message, permanent):
    text = f'{{"result":false,"returnCode":"{code}","message":"{message}"}}'
    answer = parse_answer(200, text, product=product)
    assert (answer.ok, answer.code, answer.permanent) == (False, code, permanent)


def test_numbers_and_words_are_taken_for_each_other():
    loose = '{"result":"true","returnCode":200.0,"message":null}'
    assert parse_answer(200, loose, product=Product.BOOK).ok


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                ["result", "returnCode", "success", "code", "status", "msg", "data", "nu"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@given(value=JSON, status=st.integers(100, 599))
def test_any_json_has_a_defined_result(value, status):
    import json

    answer = parse_answer(status, json.dumps(value), product=Product.BOOK)
    assert isinstance(answer.code, str)
    assert not (status >= 400 and answer.ok)


@given(text=st.text())
def test_any_text_has_a_defined_result(text):
    assert parse_answer(200, text, product=Product.QUERY).code is not None
