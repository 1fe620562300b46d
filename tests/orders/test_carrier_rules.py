"""Which carrier a parcel goes by, and why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.orders.carrier_rules import Facts, Rule, choose_carrier, matches
from apps.orders.drafts import LineDraft, ParcelDraft
from apps.orders.models import CarrierRule
from apps.orders.reasons import describe_reason
from apps.orders.services import change_booking_carrier
from tests.orders.builders import ACTOR, booking_of, make_merchant, make_order

FACTS = Facts(
    merchant_id=1,
    country="CN",
    address_code="440305000000",
    weight_grams=1_000,
    goods_classes=frozenset({"general", "battery"}),
    reachable={"yuantong": True, "ems": False},
    prices={"yuantong": Decimal("10.00")},
    hours={"yuantong": 48},
)
ANY = Rule(id=1, carrier="yuantong")


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, True),
        ({"merchant_id": 1}, True),
        ({"merchant_id": 2}, False),
        ({"country": "CN"}, True),
        ({"country": "US"}, False),
        ({"area_prefix": "44"}, True),
        ({"area_prefix": "33"}, False),
        ({"min_grams": 1_000, "max_grams": 1_000}, True),
        ({"min_grams": 1_001}, False),
        ({"max_grams": 999}, False),
        ({"goods_classes": frozenset({"battery", "liquid"})}, True),
        ({"goods_classes": frozenset({"liquid"})}, False),
        ({"needs_reachability": True}, True),
        ({"needs_reachability": True, "carrier": "ems"}, False),
        ({"needs_reachability": True, "carrier": "zhongtong"}, False),
        ({"max_price": Decimal("10.00")}, True),
        ({"max_price": Decimal("9.99")}, False),
        ({"max_price": Decimal("99"), "carrier": "zhongtong"}, False),
        ({"max_hours": 48}, True),
        ({"max_hours": 47}, False),
        ({"max_hours": 99, "carrier": "zhongtong"}, False),
    ],
)
def test_a_rule_matches_what_it_says_and_nothing_unknown(rule, expected):
    assert matches(replace(ANY, **rule), FACTS) is expected


RULES = st.lists(
    st.builds(
        Rule,
        id=st.integers(1, 99),
        carrier=st.sampled_from(["yuantong", "ems", "zhongtong"]),
        merchant_id=st.none() | st.integers(1, 2),
        area_prefix=st.sampled_from(["", "44", "33"]),
        min_grams=st.none() | st.integers(0, 2_000),
    ),
    max_size=6,
)


@given(rules=RULES)
def test_the_first_rule_that_matches_wins_else_the_default(rules):
    found = choose_carrier(rules, FACTS, default="shentong")
    first = next((rule for rule in rules if matches(rule, FACTS)), None)
    assert found.carrier == (first.carrier if first else "shentong")
    assert found.reason.startswith(f"rule:{first.id}:" if first else "default")


@pytest.fixture
def shop(db, wall):
    return make_merchant()


def test_an_order_goes_by_the_first_active_rule_by_priority(shop):
    CarrierRule.objects.create(priority=1, carrier="shunfeng", active=False)
    CarrierRule.objects.create(priority=9, carrier="ems", area_prefix="44")
    rule = CarrierRule.objects.create(
        priority=5, carrier="zhongtong", max_grams=1_000, note="light parcels"
    )
    booking = booking_of(make_order(shop))
    assert booking.carrier == "zhongtong"
    assert booking.carrier_reason == f"rule:{rule.pk}:light parcels"


def test_another_merchants_rule_does_not_count(shop):
    CarrierRule.objects.create(merchant=make_merchant(), carrier="ems")
    booking = booking_of(make_order(shop))
    assert (booking.carrier, booking.carrier_reason) == ("yuantong", "default")


def test_the_shops_wish_comes_before_the_rules(shop):
    CarrierRule.objects.create(carrier="ems")
    booking = booking_of(make_order(shop, carrier="shentong"))
    assert (booking.carrier, booking.carrier_reason) == ("shentong", "asked")


def test_each_parcel_is_judged_by_its_own_weight(shop):
    CarrierRule.objects.create(carrier="debangkuaidi", min_grams=5_000)
    order = make_order(
        shop, parcels=(ParcelDraft(weight_grams=500), ParcelDraft(weight_grams=9_000))
    )
    carriers = [parcel.shipment.carrier for parcel in order.parcels.order_by("position")]
    assert carriers == ["yuantong", "debangkuaidi"]


def test_goods_decide(shop):
    CarrierRule.objects.create(carrier="ems", goods_classes=["battery"])
    line = LineDraft(title="充电宝", weight_grams=300, goods_class="battery")
    assert booking_of(make_order(shop, lines=(line,))).carrier == "ems"
    assert booking_of(make_order(shop)).carrier == "yuantong"


def test_a_person_who_changes_the_carrier_is_the_reason(shop):
    booking = booking_of(make_order(shop))
    after = change_booking_carrier(booking_id=booking.pk, carrier="ems", actor=ACTOR)
    assert after.carrier_reason == "staff"


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("default", "The merchant's usual carrier"),
        ("rule:7:light: cheap", "Rule 7: light: cheap"),
        ("rule:7:", "Rule 7"),
        ("", ""),
    ],
)
def test_reasons_in_words(reason, text):
    with translation.override("en"):
        assert describe_reason(reason) == text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"carrier": ""}, "orders_rule_has_carrier"),
        ({"country": "cn"}, "orders_rule_country_iso"),
        ({"area_prefix": "44x"}, "orders_rule_area_digits"),
        ({"min_grams": 2, "max_grams": 1}, "orders_rule_weights_ordered"),
        ({"max_price": 0}, "orders_rule_limits_positive"),
        ({"max_hours": 0}, "orders_rule_limits_positive"),
        ({"goods_classes": ["magic"]}, "orders_rule_classes_known"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CarrierRule.objects.create(**{"carrier": "ems", **values})
