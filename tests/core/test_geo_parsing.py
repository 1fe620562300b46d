"""Splitting Chinese addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.geo import all_divisions, full_name, parse_address, parse_parts
from apps.core.text import clean_address

TABLE = Path(__file__).with_name("addresses.txt").read_text(encoding="utf-8")
ROWS = [line.split(" ") for line in TABLE.splitlines()]


@pytest.mark.parametrize(("text", "code", "street"), ROWS)
def test_an_address_is_split(text, code, street):
    parsed = parse_address(text)
    assert (parsed.code[:6], parsed.street, parsed.warnings) == (code, street, ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("浙江省深圳市南山区科技园", "city_not_in_province"),
        ("上海市朝阳区建国路1号", "district_not_in_province"),
        ("广东省广州市南山区科技园", "district_not_in_city"),
        ("广东省深圳市浙江省杭州市西湖区", "second_province"),
        ("广东省深圳市广州市天河区", "second_city"),
        ("鼓楼区中央路1号", "ambiguous"),
        ("南山区深南大道", "ambiguous"),
    ],
)
def test_a_contradiction_is_a_warning_and_leaves_no_code(text, code):
    parsed = parse_address(text)
    assert code in {warning.code for warning in parsed.warnings}
    assert parsed.code == ""


def test_what_was_written_is_kept_in_a_contradiction():
    parsed = parse_address("浙江省深圳市南山区科技园")
    assert (parsed.province, parsed.city, parsed.district) == ("浙江省", "深圳市", "南山区")


@pytest.mark.parametrize("text", ["北京路12号", "朝阳路12号", "人民路1号", "12 Main Street", ""])
def test_a_street_is_not_mistaken_for_a_division(text):
    parsed = parse_address(text)
    assert (parsed.province, parsed.city, parsed.district, parsed.street) == ("", "", "", text)


def test_what_was_not_written_is_named():
    assert parse_address("昆山市玉山镇").inferred == ("province", "city")
    assert parse_address("江苏省苏州市昆山市玉山镇").inferred == ()


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("广东省深圳市南山区", True),
        ("广东省东莞市", True),
        ("湖北省仙桃市", True),
        ("香港", True),
        ("广东省深圳市", False),
        ("北京市", False),
        ("浙江省深圳市南山区", False),
    ],
)
def test_an_address_is_complete_with_its_district(text, complete):
    assert parse_address(text).is_complete is complete


def test_separate_fields_may_repeat_each_other():
    parsed = parse_parts(
        province="广东", city="深圳", district="南山区", street="广东省深圳市南山区科技园12栋"
    )
    assert (parsed.code, parsed.street) == ("440305000000", "科技园12栋")


@pytest.mark.parametrize(
    "code", sorted(code for code, found in all_divisions().items() if not found.former)[::7]
)
def test_the_full_name_of_a_division_is_read_back(code):
    name = full_name(code)
    assert full_name(parse_address(name).code) == name


@given(st.text() | st.text(alphabet="省市区县广东深圳北京上海南山州盟旗 ,，路号12"))
def test_any_text_is_read_and_no_digit_is_lost(text):
    read = parse_address(text)
    parts = read.province + read.city + read.district + read.street
    assert [letter for letter in parts if letter in "0123456789"] == [
        letter for letter in text if letter in "0123456789"
    ]


@given(st.sampled_from([row[0] for row in ROWS]), st.integers(1, 99999))
def test_a_house_number_stays_in_the_street(address, number):
    assert parse_address(clean_address(f"{address}{number}号").value).street.endswith(f"{number}号")
