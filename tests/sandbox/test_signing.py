"""The contract's table of signatures, and a real push's own."""

from __future__ import annotations

import hashlib

import pytest

from apps.sandbox import signing

KEY, CUSTOMER, SECRET, USER = "testKey", "testCustomer", "testSecret", "testUser"
ORDER_PARAM = '{"kuaidicom":"yuantong","recManName":"王超"}'
ORDER_PYTHON = '{"kuaidicom": "yuantong", "recManName": "\\u738b\\u8d85"}'
PUSH = (
    '{"status":"polling","billstatus":"got","message":"","autoCheck":"0","comOld":"","comNew":"",'
    '"lastResult":{"message":"ok","nu":"SANDBOX0001","ischeck":"0","com":"yuantong",'
    '"status":"200","state":"1","condition":"00","data":[]}}'
)
T = "1576123932000"
VECTORS = {
    "query": (
        signing.sign_query(
            '{"com":"yuantong","num":"YT9693083639795","resultv2":"4"}', KEY, CUSTOMER
        ),
        "E0CFEB2DAC3E3513D88B23C70C16D164",
    ),
    "order": (
        signing.sign_order(ORDER_PARAM, T, KEY, SECRET),
        "AF526886A9B86C172B640EB4EFD082C7",
    ),
    "order python": (
        signing.sign_order(ORDER_PYTHON, T, KEY, SECRET),
        "0E6C16D8E8A205FD832B2AE214EB3488",
    ),
    "import": (
        signing.sign_import(ORDER_PARAM, KEY, SECRET),
        "4683BCA48376FEACB524F2E0D27C847F",
    ),
    "sms": (signing.sign_sms(KEY, USER), "2B0EA416BE6EA259CEC4A23D6BA62E20"),
    "callback": (signing.sign_callback(PUSH, "salt123"), "20590875DDCF3CAE1DFF232179C7D016"),
    "callback bare": (signing.sign_callback(PUSH, ""), "02500CD8A7ED116553CA6A7CCCAD6008"),
    "kd100": (
        signing.sign_kd100('{"tracking_number": "9926933413"}', "testApiKey", "testSecret"),
        "8B11A8EAF68066E56F9B72EAF7F19937",
    ),
}


@pytest.mark.parametrize("family", VECTORS)
def test_every_family_gives_the_contracts_vector(family):
    computed, expected = VECTORS[family]
    assert computed == expected


def test_a_signature_covers_the_bytes_and_not_the_meaning():
    assert VECTORS["order"][0] != VECTORS["order python"][0]


def test_sha256_is_taken_where_the_request_asks_for_it():
    expected = hashlib.sha256(b"{}" + KEY.encode() + CUSTOMER.encode()).hexdigest().upper()
    assert signing.query_digest("{}", KEY, CUSTOMER, "SHA256") == expected
    assert signing.query_digest("{}", KEY, CUSTOMER, "") == signing.sign_query("{}", KEY, CUSTOMER)


def test_lower_case_passes_and_another_signature_does_not():
    sign = signing.sign_callback("{}", "salt")
    assert signing.matches(sign, sign.lower())
    assert not signing.matches(sign, signing.sign_callback("{}", "other"))
    assert not signing.matches(sign, "")
    assert not signing.matches(sign, "签名")


def test_a_query_may_be_signed_with_sm3():
    """The example of GB/T 32905-2016: the digest of "abc"."""
    expected = "66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0"
    assert signing.query_digest("a", "b", "c", "SM3") == expected
    assert signing.query_digest("a", "b", "c", "SM3-HMAC") == signing.sign_query("a", "b", "c")
