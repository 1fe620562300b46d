"""Cleaning and checking a draft, without a database."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.orders.drafts import LineDraft, ParcelDraft, RecipientDraft
from apps.orders.intake import clean_order
from tests.orders.builders import LINE, draft


def problems(order_draft) -> set[tuple[str, str]]:
    return {(p.field, p.code) for p in clean_order(order_draft, currency="CNY").problems}


def test_a_plain_order_has_no_problems():
    assert problems(draft()) == set()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"number": " "}, "number", "required"),
        ({"number": "A" * 65}, "number", "too_long"),
        ({"number": "订单 1"}, "number", "bad_characters"),
        ({"to_name": ""}, "recipient.name", "required"),
        ({"to_name": "张" * 61}, "recipient.name", "too_long"),
        ({"to_phone": ""}, "recipient.phone", "required"),
        ({"to_phone": "12345"}, "recipient.phone", "not_a_phone"),
        ({"to_email": "nobody"}, "recipient.email", "not_an_email"),
        ({"to_country": "XX"}, "recipient.country", "unknown_country"),
        ({"to_address": ""}, "recipient.address", "required"),
        ({"to_address": "人民路12号"}, "recipient.address", "unknown_place"),
        ({"to_address": "广东省深圳市南山区"}, "recipient.street", "no_street"),
        ({"to_address": "广东省深圳市南山区" + "路" * 120}, "recipient.address", "too_long"),
        ({"to_postcode": "12"}, "recipient.postcode", "not_a_postcode"),
        ({"currency": "RMB"}, "currency", "unknown_currency"),
        ({"currency": "JPY", "value": Decimal("1.5")}, "value", "too_precise"),
        ({"value": Decimal("-1")}, "value", "out_of_range"),
        ({"value": Decimal("NaN")}, "value", "not_a_number"),
        ({"value": Decimal("1.001")}, "value", "too_precise"),
        ({"lines": ()}, "lines", "required"),
        ({"lines": (LINE,) * 201}, "lines", "too_many"),
        ({"lines": (replace(LINE, quantity=0),)}, "lines.0.quantity", "out_of_range"),
        ({"lines": (replace(LINE, goods_class="fog"),)}, "lines.0.goods_class", "unknown_choice"),
        ({"lines": (replace(LINE, hs_code="tea"),)}, "lines.0.hs_code", "bad_characters"),
        ({"lines": (replace(LINE, title=" "),)}, "lines.0.title", "required"),
        ({"parcels": (ParcelDraft(weight_grams=500),) * 21}, "parcels", "too_many"),
        ({"parcels": (ParcelDraft(weight_grams=0),)}, "parcels.0.weight_grams", "out_of_range"),
        (
            {"parcels": (ParcelDraft(weight_grams=70_001),)},
            "parcels.0.weight_grams",
            "out_of_range",
        ),
        ({"parcels": (ParcelDraft(number="YT1234567"),)}, "parcels.0.carrier", "required"),
        (
            {"parcels": (ParcelDraft(carrier="yuantong", number="?"),)},
            "parcels.0.number",
            "bad_characters",
        ),
    ],
)
def test_an_impossible_field_is_named(changes, field, code):
    assert (field, code) in problems(draft(**changes))


def test_every_impossible_field_is_named_at_once():
    found = problems(draft(to_phone="1", currency="XXX", to_name="", value=Decimal(-1)))
    assert {field for field, _ in found} >= {
        "recipient.phone",
        "currency",
        "recipient.name",
        "value",
    }


def test_the_originals_of_cleaned_fields_are_kept_and_only_those():
    clean = clean_order(
        draft(number="T1", to_name="王小明😊", to_phone="138 0013 8000"), currency="CNY"
    )
    assert clean.originals == {"recipient.name": "王小明😊", "recipient.phone": "138 0013 8000"}


def test_a_contradiction_is_a_warning_and_no_problem():
    clean = clean_order(draft(to_address="浙江省深圳市南山区科技园1号"), currency="CNY")
    assert clean.problems == ()
    assert [warning.code for warning in clean.recipient.warnings] == ["contradiction"]
    assert clean.recipient.contradictory


def test_a_missing_district_is_a_warning_and_no_contradiction():
    clean = clean_order(draft(to_address="广东省深圳市深南大道1号"), currency="CNY")
    assert [warning.code for warning in clean.recipient.warnings] == ["incomplete"]
    assert not clean.recipient.contradictory


def test_parts_and_a_whole_address_are_joined():
    recipient = RecipientDraft("王", "13800138000", province="广东", city="深圳", district="南山区",
                               street="广东省深圳市南山区科技园 1 号")  # fmt: skip
    place = clean_order(draft(recipient=recipient), currency="CNY").recipient.place
    assert (place.code, place.street) == ("440305000000", "科技园1号")


ABROAD = RecipientDraft(
    "Ann Lee",
    "+1 415 555 2671",
    country="us",
    city="San Jose",
    street="1 First St",
    postcode="95113",
)


def test_an_address_abroad_needs_no_division_and_names_its_country():
    clean = clean_order(draft(recipient=ABROAD), currency="USD")
    assert clean.problems == ()
    assert clean.recipient.place.line == "1 First St, San Jose, 95113, United States"


@pytest.mark.parametrize("part", ["city", "street", "postcode"])
def test_an_address_abroad_names_what_is_missing(part):
    assert (f"recipient.{part}", "required") in problems(
        draft(recipient=replace(ABROAD, **{part: ""}))
    )


def test_a_country_without_postcodes_needs_none():
    hong_kong = replace(ABROAD, country="HK", city="Kowloon", postcode="", phone="+85221234567")
    assert problems(draft(recipient=hong_kong)) == set()


def test_a_parcel_without_weight_weighs_what_its_lines_do():
    clean = clean_order(draft(lines=(LINE, LINE)), currency="CNY")
    assert [box.weight_grams for box in clean.parcels] == [2 * 2 * 300 + 100]


def test_parcels_without_weight_share_what_the_others_leave():
    boxes = (ParcelDraft(weight_grams=200), ParcelDraft(), ParcelDraft())
    clean = clean_order(draft(parcels=boxes), currency="CNY")
    assert [box.weight_grams for box in clean.parcels] == [200, 300, 300]


def test_lines_too_heavy_for_one_parcel_are_a_problem_of_the_parcel():
    heavy = replace(LINE, quantity=300)
    assert ("parcels.0.weight_grams", "out_of_range") in problems(draft(lines=(heavy,)))


def test_without_a_value_the_lines_are_added_up():
    assert clean_order(draft(), currency="CNY").value == Decimal("176.00")


@given(
    text=st.text(max_size=60),
    amount=st.decimals(allow_nan=True, allow_infinity=True),
    number=st.integers(-(10**12), 10**12),
)
def test_any_draft_is_judged_without_an_error(text, amount, number):
    recipient = RecipientDraft(text, text, text, text, text, text, text, text, text, text)
    line = LineDraft(text, number, text, amount, number, text, text, text)
    box = ParcelDraft(number, number, number, number, text, text)
    clean = clean_order(
        draft(number=text, recipient=recipient, lines=(line,), parcels=(box,), currency=text,
              value=amount, buyer_name=text, goods=text, note=text, carrier=text),
        currency="CNY",
    )  # fmt: skip
    for problem in clean.problems:
        assert problem.message


def test_a_whole_line_abroad_has_its_city_within():
    whole = replace(ABROAD, city="", street="", address="1 First St, San Jose, CA")
    assert problems(draft(recipient=whole)) == set()


def test_a_line_abroad_too_short_for_a_whole_address_lacks_its_city():
    short = replace(ABROAD, city="", street="", address="1 First")
    assert problems(draft(recipient=short)) == {("recipient.city", "required")}
