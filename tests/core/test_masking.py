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
    shape = mask_payload(payload)
    assert isinstance(shape, str) or type(shape) is type(payload)
    assert isinstance(mask_payload(json.dumps(payload)), str)


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


@pytest.mark.parametrize(
    "text",
    [
        "【杭州市余杭区公司】（13812345678）取件人：沈军 已揽收",
        "【深圳市】 【南山区】（13812345678） 的 沈军 已揽收",
        "【广州市】 【黄埔区】 的沈军（13812345678） 正在第1次派件, 请保持电话畅通",
        "快件已存放至【韵达快递超市】，如有疑问请联系沈军：13812345678",
        "已由【网点】揽收，极兔小哥沈军，电话13812345678",
        "揽收完成，揽收员：沈军，电话：13812345678",
        "请您准备签收（快递员：沈军，联系电话：13812345678）",
        "如有疑问请联系配送员【沈军，13812345678】",
        "深圳公司 派件员 沈军（13812345678） 正在为您派件",
        "快递员沈军13812345678正在派件",
        "派送失败：无法联系收件人，沈军（13812345678）将再次派送",
        "快件交给沈军，正在派送途中（联系电话：13812345678）",
        "【深圳揽投部】已收寄，揽投员：沈军，电话：13812345678",
    ],
)
def test_carriers_ways_of_naming_a_courier_are_masked(text):
    masked = mask_text(text)

    assert "沈军" not in masked
    assert "沈*" in masked
    assert "138****5678" in masked


@pytest.mark.parametrize(
    "text",
    [
        "您的订单已提交，等待快递员上门揽收",
        "您的快件已到达网点，快递员正在派送",
        "快件由【杭州转运中心】发往【深圳转运中心】",
        "退回件已由寄件人签收，签收人：寄件人",
        "已签收, 签收人凭取货码签收, 感谢使用",
    ],
)
def test_sentences_without_a_name_stay_as_they_are(text):
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Please contact +44 20 7946 0958.", "Please contact +442****0958."),
        ("Call +1 (212) 555-0147 now", "Call +121****0147 now"),
        ("Weight +2 kg, 3 pieces", "Weight +2 kg, 3 pieces"),
        ("+86 138 1234 5678", "+86 138****5678"),
    ],
)
def test_numbers_abroad_are_masked_however_they_are_grouped(text, masked):
    assert mask_text(text) == masked
