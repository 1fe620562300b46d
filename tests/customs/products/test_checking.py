"""What a product's values may be: pure rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.customs.product_checking import check_product, check_sku
from apps.customs.product_fields import DEFAULTS, NAMES

BAD = [
    ("name_cn", "=cmd|' /C calc'!A0", "formula"),
    ("name_en", "＝1+1", "formula"),
    ("brand", "+SUM(A1)", "formula"),
    ("material", "<script>alert(1)</script>", "markup"),
    ("use", "&lt;b&gt;", "markup"),
    ("name_en", "x" * 201, "too_long"),
    ("model", "#REF!", "sheet_error"),
    ("net_grams", "abc", "not_a_number"),
    ("net_grams", 0, "not_positive"),
    ("gross_grams", "-5", "not_a_number"),
    ("gross_grams", "0.0005 kg", "not_whole"),
    ("gross_grams", 1_000_001, "too_large"),
    ("value", "0", "not_positive"),
    ("value", "1.005", "too_fine"),
    ("value", True, "not_a_number"),
    ("value", float("nan"), "not_a_number"),
    ("origin", "XX", "unknown_country"),
    ("currency", "EURO", "unknown_currency"),
    ("unit", "bushel", "unknown_unit"),
    ("goods_class", "stuff", "unknown_word"),
    ("battery", "un9999", "unknown_word"),
    ("is_active", "maybe", "unknown_word"),
]


@pytest.mark.parametrize(("field", "value", "code"), BAD)
def test_a_value_that_cannot_be_is_a_named_problem_of_its_field(
    field: str, value: Any, code: str
) -> None:
    found = check_product({"currency": "EUR", field: value})
    assert (field, code) in [(one.field, one.code) for one in found.problems]


GOOD = [
    ("net_grams", "0.25 kg", 250),
    ("net_grams", "1,250克", 1250),
    ("net_grams", 120.0, 120),
    ("value", 19.9, Decimal("19.90")),
    ("currency", "rmb", "CNY"),
    ("origin", "cn", "CN"),
    ("name_cn", "  充电宝\u200b １万毫安 ", "充电宝 1万毫安"),
    ("name_en", "-20C ice pack (12)", "-20C ice pack (12)"),
    ("is_active", "否", False),
]


@pytest.mark.parametrize(("field", "value", "kept"), GOOD)
def test_what_people_write_is_kept_as_it_is_meant(field: str, value: Any, kept: Any) -> None:
    found = check_product({"currency": "EUR", field: value})
    assert found.problems == ()
    assert found.values[field] == kept


def test_net_above_gross_is_a_problem_also_where_only_one_of_them_is_given() -> None:
    found = check_product({"net_grams": 500}, known={**DEFAULTS, "gross_grams": 400})
    assert [(one.field, one.code) for one in found.problems] == [("net_grams", "net_above_gross")]


def test_a_value_needs_its_currency_and_no_more_decimals_than_it_has() -> None:
    assert [one.field for one in check_product({"value": "5"}).problems] == ["currency"]
    yen = check_product({"value": "5.50", "currency": "JPY"}).problems
    assert [(one.field, one.code) for one in yen] == [("value", "too_fine")]


def test_watt_hours_without_a_battery_are_a_problem() -> None:
    found = check_product({"watt_hours": "37"})
    assert [(one.field, one.code) for one in found.problems] == [("watt_hours", "without_battery")]


def test_a_label_in_the_readers_words_is_the_value_it_stands_for() -> None:
    words = {"battery": {"锂离子(单独)": "un3480"}}
    assert check_product({"battery": "锂离子（单独）"}, words=words).values["battery"] == "un3480"


@pytest.mark.parametrize("raw", ["", "  ", "=A1", "x" * 65, None])
def test_a_sku_that_cannot_be_is_refused(raw: Any) -> None:
    assert check_sku(raw)[1] is not None


@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.one_of(st.text(max_size=40), st.integers(), st.floats(), st.booleans(), st.none()),
    )
)
def test_nothing_anybody_gives_crashes_and_what_is_kept_stays_the_same(
    given_values: dict[str, Any],
) -> None:
    first = check_product(given_values)
    if not first.problems:
        assert check_product(first.values) == first
