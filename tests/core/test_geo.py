"""The division list, its centres and the conversion of coordinates."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import geo
from apps.core.geo.divisions import all_divisions

BASE = Path(geo.__file__).parent / "china-divisions.csv"


def test_the_base_list_is_shipped_whole():
    with BASE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3511
    assert all(len(row["adcode"]) == 12 for row in rows)


def test_every_division_has_a_province_and_a_centre_or_that_of_its_parent():
    for code, division in all_divisions().items():
        assert division.province_code in all_divisions()
        assert geo.centre_of(code) is not None


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("440305000000", "广东省深圳市南山区"),
        ("440309", "广东省深圳市龙华区"),
        ("110105", "北京市朝阳区"),
        ("429004", "湖北省仙桃市"),
        ("500229", "重庆市城口县"),
        ("441900", "广东省东莞市"),
        ("810000", "香港特别行政区"),
        ("130502", "河北省邢台市襄都区"),
        ("440399999999", "广东省深圳市"),
        ("999999", ""),
    ],
)
def test_a_code_has_a_full_name(code, name):
    assert geo.full_name(code) == name


def test_a_division_without_centre_answers_with_its_parent():
    centre = geo.centre_of("440309000000")
    assert centre is not None
    assert centre.code == "440300000000"


def test_an_unknown_province_has_no_centre():
    assert geo.centre_of("990000000000") is None


def test_centres_come_in_both_systems_some_hundred_metres_apart():
    centre = geo.centre_of("440305000000")
    assert centre is not None
    assert 0.002 < abs(centre.longitude - centre.gcj_longitude) < 0.01


@given(st.floats(73, 135), st.floats(5, 53))
def test_converting_there_and_back_returns_to_the_point(longitude, latitude):
    back = geo.gcj02_to_wgs84(*geo.wgs84_to_gcj02(longitude, latitude))
    assert back == pytest.approx((longitude, latitude), abs=1e-6)


def test_a_point_abroad_is_not_shifted():
    assert geo.gcj02_to_wgs84(-0.12, 51.5) == (-0.12, 51.5)


def test_a_known_point_is_shifted_as_published():
    assert geo.wgs84_to_gcj02(116.404, 39.915) == pytest.approx((116.41024, 39.91640), abs=1e-4)


def test_the_districts_of_a_municipality_lie_directly_below_it():
    names = {division.name for division in geo.divisions_under("310000")}
    assert "浦东新区" in names
    assert "市辖区" not in names


def test_the_cities_of_a_province_include_the_counties_it_governs_itself():
    names = {division.name for division in geo.divisions_under("420000")}
    assert {"武汉市", "仙桃市"} <= names
    assert "武昌区" not in names
