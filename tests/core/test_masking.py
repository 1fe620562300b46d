"""What is shown to somebody who may not see personal data."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.masking import mask_address, mask_name, mask_payload, mask_phone, mask_text

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
KEYS = st.sampled_from(["context", "nu", "recManMobile", "message", "name", "t", "orderId", "to"])


def leaks(phone: str, shown: str) -> bool:
    digits = re.sub(r"\D", "", phone)
    return any(digits[start : start + 7] in shown for start in range(len(digits) - 6))


@pytest.mark.parametrize(
    ("mask", "text", "expected"),
    [
        (mask_name, "张三丰", "张*"),
        (mask_name, "John Smith", "J*"),
        (mask_name, "", ""),
        (mask_phone, "13812345678", "138****5678"),
        (mask_phone, "13812345678-1234", "138****5678"),
        (mask_phone, "", ""),
        (mask_address, "广东省深圳市南山区科技园12栋", "广东省深圳市南山区***"),
        (mask_address, "北京市朝阳区望京街10号", "北京市朝阳区***"),
        (mask_address, "12 Main Street", "***"),
        (
            mask_text,
            "快递员张三丰，电话138-1234-5678正在派送",
            "快递员张*，电话138****5678正在派送",
        ),
        (mask_text, "2026-11-22 10:30:00 已签收", "2026-11-22 10:30:00 已签收"),
    ],
)
def test_a_value_keeps_only_what_the_work_needs(mask, text, expected):
    assert mask(text) == expected


@given(MOBILES, st.text(), st.text())
def test_free_text_never_leaks_a_phone(phone, before, after):
    assert not leaks(phone, mask_text(f"{before}{phone}{after}"))


NOT_A_LONGER_NUMBER = st.text(max_size=20).filter(lambda text: not text[-1:].isdecimal())


@given(MOBILES, KEYS, NOT_A_LONGER_NUMBER)
def test_a_payload_never_leaks_a_phone(phone, key, before):
    for value in (f"{before}{phone}", int(phone), [phone], {"param": json.dumps({key: phone})}):
        assert not leaks(phone, mask_payload(json.dumps({key: value})))


@given(MOBILES, KEYS)
def test_a_broken_payload_never_leaks_a_phone(phone, key):
    assert not leaks(phone, mask_payload(f'{{"{key}":"{phone}","recManName":"王'))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_payload_is_masked_without_an_error(payload):
    mask_payload(payload)
    mask_payload(json.dumps(payload))


def test_a_very_deep_payload_is_masked_without_an_error():
    assert "13812345678" not in mask_payload("[" * 100_000 + '"13812345678"' + "]" * 100_000)


def test_a_payload_keeps_numbers_codes_times_and_the_route():
    payload = {
        "nu": "SF1234567890123",
        "t": 1576123932000,
        "areaCode": "CN440305000000",
        "areaCenter": "113.30764968,23.1200491",
        "ftime": "2026-11-22 10:30:00",
        "routeInfo": {"from": {"number": "CN440300000000", "name": "广东,深圳市"}},
    }
    assert mask_payload(payload) == payload


def test_a_payload_hides_names_phones_addresses_and_nested_json():
    shown = mask_payload(
        json.dumps(
            {
                "recManName": "王超群",
                "sendManMobile": "13812345678",
                "recManPrintAddr": "广东省深圳市南山区科技园12栋",
                "param": json.dumps({"courierName": "李四四"}, ensure_ascii=False),
                "sendIdCard": "440301199001011234",
            },
            ensure_ascii=False,
        )
    )
    for secret in ("王超群", "13812345678", "科技园", "李四四", "19900101"):
        assert secret not in shown


@pytest.mark.parametrize("who", ["本人", "门卫", "家人", "驿站"])
def test_who_signed_without_a_name_stays_readable(who):
    text = f"您的快件已签收，签收人：{who}，感谢使用"

    assert mask_text(text) == text
