"""Numbers are recognised by their carriers; places by their addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.sandbox import carriers
from apps.sandbox.foreign import read_country
from apps.sandbox.phones import is_domestic_phone, tail_of
from apps.sandbox.pinyin import pinyin_of
from apps.sandbox.places import all_places, read_address
from apps.sandbox.rng import stream

WORLD = [carrier.code for carrier in carriers.CARRIERS]


@given(st.sampled_from(WORLD), st.integers(0, 10**6))
def test_every_number_a_carrier_makes_is_recognised_as_its_own(code, seed):
    number = carriers.make_number(carriers.BY_CODE[code], stream(seed, code))
    assert carriers.detect(number)[0].code == code
    assert carriers.is_plausible(number)


def test_a_postal_number_with_a_wrong_check_digit_is_nobodys():
    good = carriers.make_number(carriers.BY_CODE["youzhengguoji"], stream(1, "x"))
    digit = (int(good[10]) + 1) % 10
    assert carriers.detect(good[:10] + str(digit) + good[11:]) == []


@pytest.mark.parametrize("number", ["YT9693083639795", "YT6186594166532"])
def test_numbers_of_the_contracts_samples_are_yuantongs(number):
    assert [carrier.code for carrier in carriers.detect(number)] == ["yuantong"]


def test_jd_and_yunda_samples_are_recognised():
    assert carriers.detect("JD0076810060555")[0].code == "jd"
    assert carriers.detect("4310508235533")[0].code == "yunda"


@given(st.text(max_size=40))
def test_no_text_breaks_detection(text):
    found = carriers.detect(text)
    assert all(carrier.code in carriers.BY_CODE for carrier in found)
    assert bool(found) <= bool(text)


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("广东省深圳市南山区科技园1号", "广东,深圳市,南山区"),
        ("北京市朝阳区建国路88号", "北京,北京,朝阳区"),
        ("北京朝阳区", "北京,北京,朝阳区"),
        ("湖北省仙桃市", "湖北,仙桃市"),
        ("浙江省深圳市南山区", "浙江"),
        ("东莞市虎门镇", "广东,东莞市"),
        ("重庆市忠县", "重庆,重庆,忠县"),
    ],
)
def test_an_address_is_read_down_to_its_lowest_certain_division(address, area):
    place = read_address(address)
    assert place is not None
    assert place.area_name == area


@pytest.mark.parametrize("address", ["", "月球静海基地1号", "南山区", "abc"])
def test_an_address_without_a_known_place_is_none(address):
    assert read_address(address) is None


def test_every_division_has_a_centre_in_china_and_a_code_of_twelve_digits():
    for place in all_places().values():
        assert 73 < place.longitude < 136
        assert 3 < place.latitude < 54
        assert len(place.code) == 12
        assert "," in place.area_center


def test_centres_are_longitude_first_with_six_decimals():
    assert read_address("北京市东城区").area_center == "116.416490,39.928341"


def test_every_division_has_its_pinyin():
    assert read_address("江苏省苏州市").area_pinyin == "su zhou shi"
    for place in all_places().values():
        assert len(place.area_pinyin.split()) == len(place.name), place.name


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [("盱眙县", "xu yi xian"), ("大埔县", "da bu xian"), ("黄埔区", "huang pu qu"),
     ("尉犁县", "yu li xian"), ("曾都区", "zeng du qu"), ("六合区", "lu he qu")],
)  # fmt: skip
def test_names_with_rare_readings_are_read_as_people_there_do(name, pinyin):
    assert pinyin_of(name) == pinyin


def test_pinyin_is_empty_rather_than_wrong():
    assert pinyin_of("龘县") == ""


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("1420 Maple Ave, Seattle, WA 98101, US", "US"),
        ("221B Baker Street, London, United Kingdom", "GB"),
        ("东京都新宿区 日本", "JP"),
    ],
)
def test_a_country_is_found_by_code_or_by_name(address, code):
    assert read_country(address).code == code


def test_a_word_inside_another_is_no_country():
    assert read_country("Bukhara Street 5") is None


def test_tails_of_phones_follow_the_platforms_rule():
    assert tail_of("13800138000") == "8000"
    assert tail_of("17012345678-4321") == "4321"
    assert tail_of("8000") == "8000"
    assert tail_of("12") == ""


@pytest.mark.parametrize(
    ("phone", "good"),
    [
        ("13800138000", True),
        ("+86 138-0013-8000", True),
        ("0755-86719032", True),
        ("17012345678-4321", True),
        ("12345", False),
        ("没有手机", False),
    ],
)
def test_domestic_phones(phone, good):
    assert is_domestic_phone(phone) is good
