"""Every signature family against the contract's vectors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.baidiyun import signing
from tests.baidiyun import payloads
from tests.baidiyun.payloads import CUSTOMER, KEY, SECRET, USERID

QUERY = '{"com":"yuantong","num":"YT9693083639795","resultv2":"4"}'
ORDER = '{"kuaidicom":"yuantong","recManName":"王超"}'
ORDER_PYTHON = '{"kuaidicom": "yuantong", "recManName": "\\u738b\\u8d85"}'
T = "1576123932000"


def test_query_signs_param_key_and_customer():
    assert (
        signing.sign_query(QUERY, key=KEY, customer=CUSTOMER) == "E0CFEB2DAC3E3513D88B23C70C16D164"
    )


@pytest.mark.parametrize(
    ("param", "expected"),
    [
        (ORDER, "AF526886A9B86C172B640EB4EFD082C7"),
        (ORDER_PYTHON, "0E6C16D8E8A205FD832B2AE214EB3488"),
    ],
)
def test_order_signs_the_exact_spelling_of_param(param, expected):
    assert signing.sign_order(param, t=T, key=KEY, secret=SECRET) == expected


def test_import_signs_without_time():
    assert signing.sign_import(ORDER, key=KEY, secret=SECRET) == "4683BCA48376FEACB524F2E0D27C847F"


def test_sms_signs_key_and_user():
    assert signing.sign_sms(key=KEY, userid=USERID) == "2B0EA416BE6EA259CEC4A23D6BA62E20"


@pytest.mark.parametrize(
    ("salt", "expected"),
    [
        ("salt123", "20590875DDCF3CAE1DFF232179C7D016"),
        ("", "02500CD8A7ED116553CA6A7CCCAD6008"),
    ],
)
def test_callback_signs_param_and_salt_even_an_empty_one(salt, expected):
    assert signing.sign_callback(payloads.VECTOR_PUSH, salt=salt) == expected
    assert signing.sign_callback(payloads.VECTOR_PUSH.encode(), salt=salt) == expected


def test_kd100_signs_body_key_and_secret():
    body = '{"tracking_number": "9926933413"}'
    assert (
        signing.sign_kd100(body, api_key="testApiKey", secret="testSecret")
        == "8B11A8EAF68066E56F9B72EAF7F19937"
    )


def test_none_family_signs_nothing_and_keyonly_shows_the_key():
    assert signing.form_none("{}") == {"schema": "json", "param": "{}"}
    assert signing.form_keyonly(key="k", num="1") == {"key": "k", "num": "1"}


@pytest.mark.parametrize("raw", [payloads.POLLING, payloads.ABORT, payloads.ORDER_PUSH])
def test_real_payloads_verify_by_the_captured_rule_with_salt_123(raw):
    given_sign = payloads.sign(raw, "123")
    assert signing.verify_callback(raw, sign=given_sign, salt="123")
    assert signing.verify_callback(raw.encode(), sign=given_sign.lower(), salt="123")
    assert not signing.verify_callback(raw, sign=given_sign, salt="124")
    assert not signing.verify_callback(raw.replace(",", ", ", 1), sign=given_sign, salt="123")


@given(param=st.text(), salt=st.text(max_size=30), sign=st.text())
def test_no_invented_signature_verifies_and_none_crashes(param, salt, sign):
    salt = salt.encode("utf-8", "replace").decode()
    expected = signing.sign_callback(param, salt=salt)
    assert signing.verify_callback(param, sign=sign, salt=salt) == (
        sign.strip().upper() == expected
    )
    assert signing.verify_callback(param, sign=expected, salt=salt)


def test_what_we_send_is_compact_utf8():
    assert signing.compact_json({"a": "王", "b": [1]}) == '{"a":"王","b":[1]}'
