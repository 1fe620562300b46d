"""Carrier rules: the order they are tried in, who changes them, and the box that tries them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.choices import Role
from apps.core.models import ActionLog
from apps.orders.carrier_rules import Facts, Rule, matches
from apps.orders.models import CarrierRule
from apps.orders.rule_trial import misses_of, try_rules
from tests.orders.builders import booking_of, make_order
from tests.support.admin_pages import logged_in, text_of
from tests.support.query_counts import assert_query_count

RULES = "/admin/orders/carrierrule/"
FACTS = Facts(merchant_id=1, country="CN", address_code="440305000000", weight_grams=600)


def rule(**given_) -> CarrierRule:
    return CarrierRule.objects.create(**{"carrier": "shunfeng", **given_})


def values(**given_) -> dict[str, str]:
    return {"priority": "10", "carrier": "yunda", "active": "on", "note": "light ones", **given_}


@given(
    rule=st.builds(
        Rule,
        id=st.just(1),
        carrier=st.sampled_from(["shunfeng", "yunda"]),
        merchant_id=st.none() | st.integers(1, 2),
        country=st.sampled_from(["", "CN", "US"]),
        area_prefix=st.sampled_from(["", "44", "4403", "33"]),
        min_grams=st.none() | st.integers(0, 1200),
        max_grams=st.none() | st.integers(0, 1200),
        goods_classes=st.frozensets(st.sampled_from(["battery", "food"])),
        needs_reachability=st.booleans(),
        max_price=st.none() | st.decimals(1, 20, places=2),
        max_hours=st.none() | st.integers(1, 96),
    ),
    known=st.booleans(),
    goods=st.frozensets(st.sampled_from(["battery", "food"])),
)
def test_an_explanation_is_empty_exactly_where_the_rule_matches(rule, known, goods):
    told = {"reachable": {"yunda": True}, "prices": {"yunda": Decimal(9)}, "hours": {"yunda": 40}}
    facts = Facts(1, "CN", "440305000000", 600, goods, **(told if known else {}))
    assert (misses_of(rule, facts) == ()) is matches(rule, facts)


def test_only_the_first_rule_that_matches_decides():
    rules = [Rule(1, "yunda", country="US"), Rule(2, "yunda"), Rule(3, "shunfeng")]
    assert [trial.decides for trial in try_rules(rules, FACTS)] == [False, True, False]


def test_what_nobody_asked_yet_is_told_from_what_does_not_hold():
    rules = [Rule(1, "yunda", country="US", max_price=Decimal(5))]
    (trial,) = try_rules(rules, FACTS)
    assert (trial.misses, trial.unknown) == (("country",), ("price",))


def test_rules_stand_in_the_order_they_are_tried(db):
    late, early = rule(priority=50), rule(priority=10, active=False)
    also = rule(priority=50)
    listed = logged_in().get(RULES).context["cl"].result_list
    assert [row.pk for row in listed] == [early.pk, late.pk, also.pk]


def test_the_list_of_rules_takes_a_constant_number_of_queries(merchant):
    client = logged_in()
    assert_query_count(
        "admin.carrier_rules",
        make=lambda count: [rule(merchant=merchant) for _ in range(count)],
        visit=lambda: client.get(RULES),
        shows=lambda response: len(response.context["cl"].result_list),
    )


def test_a_manager_adds_and_deactivates_a_rule_and_both_are_logged(db):
    client = logged_in(Role.MANAGER)
    given_ = values(country="cn", area_prefix="4403", goods_classes=["food"])
    assert client.post(f"{RULES}add/", given_).status_code == 302
    made = CarrierRule.objects.get()
    assert (made.carrier, made.country, made.goods_classes) == ("yunda", "CN", ["food"])
    given_.pop("active")
    assert client.post(f"{RULES}{made.pk}/change/", given_).status_code == 302
    made.refresh_from_db()
    assert made.active is False
    actions = ActionLog.objects.filter(action__startswith="orders.carrierrule.")
    assert set(actions.values_list("action", flat=True)) == {
        "orders.carrierrule.created",
        "orders.carrierrule.changed",
    }


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"carrier": "nobody"}, "carrier"),
        ({"country": "XX"}, "country"),
        ({"area_prefix": "44x"}, "area_prefix"),
        ({"area_prefix": "４４"}, "area_prefix"),
        ({"min_grams": "5", "max_grams": "4"}, "max_grams"),
        ({"max_price": "0"}, "max_price"),
        ({"max_hours": "0"}, "max_hours"),
        ({"goods_classes": ["gold"]}, "goods_classes"),
    ],
)
def test_a_rule_that_makes_no_sense_says_where(db, wrong, field):
    response = logged_in(Role.MANAGER).post(f"{RULES}add/", values(**wrong))
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    assert not CarrierRule.objects.exists()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CUSTOMER_SERVICE, Role.AUDITOR])
def test_others_read_the_rules_and_change_none(db, role):
    made = rule()
    client = logged_in(role)
    assert client.get(f"{RULES}{made.pk}/change/").status_code == 200
    assert client.post(f"{RULES}{made.pk}/change/", values()).status_code == 403
    assert client.post(f"{RULES}add/", values()).status_code == 403
    made.refresh_from_db()
    assert (made.carrier, CarrierRule.objects.count()) == ("shunfeng", 1)


@pytest.mark.parametrize("page", ["", "add/", "try/"])
def test_for_a_merchant_there_are_no_rules(shop, page):
    client = logged_in(Role.MERCHANT, shop)
    assert client.get(f"{RULES}{page}").status_code in {403, 404}
    assert client.get(RULES).status_code == 404


def test_an_order_tells_which_rule_fires_and_why_not_the_others(merchant):
    rule(priority=1, country="US", note="abroad only")
    fires = rule(priority=2, note="the rest")
    order = make_order(merchant)
    response = logged_in().get(f"{RULES}try/?order={order.number}")
    (outcome,) = response.context["outcomes"]
    assert [row["rule"].id for row in outcome["rules"] if row["decides"]] == [fires.pk]
    page = text_of(response)
    assert "another country" in page
    assert f"Rule {fires.pk}: the rest" in page


def test_the_box_and_the_order_agree(merchant):
    rule(priority=1, max_grams=100)
    rule(priority=2, area_prefix="4403", carrier="yunda")
    order = make_order(merchant)
    response = logged_in().get(f"{RULES}try/?order={order.uid}")
    (outcome,) = response.context["outcomes"]
    booking = booking_of(order)
    assert outcome["now_reason"] == outcome["reason"]
    assert booking.carrier == "yunda"
    assert outcome["carrier"] == outcome["now"]


def test_made_up_facts_are_tried(merchant):
    rule(carrier="yunda", min_grams=5000)
    client = logged_in()
    facts = f"merchant={merchant.pk}&country=CN&address_code=440305&goods_class=food"
    light = client.get(f"{RULES}try/?{facts}&weight_grams=1000").context["outcomes"][0]
    heavy = client.get(f"{RULES}try/?{facts}&weight_grams=5000").context["outcomes"][0]
    assert not light["rules"][0]["decides"]
    assert heavy["rules"][0]["decides"]


@pytest.mark.parametrize(
    "query",
    ["order=nobody", "order=%00", "merchant=9e9", "country=XX", "weight_grams=-1", "x=1"],
)
def test_what_cannot_be_tried_says_so(db, query):
    response = logged_in().get(f"{RULES}try/?{query}")
    assert response.status_code == 200
    assert response.context["outcomes"] == []
    assert response.context["form"].errors


def test_trying_changes_nothing(merchant):
    rule()
    order = make_order(merchant)
    before = booking_of(order).carrier
    logged_in().get(f"{RULES}try/?order={order.number}")
    assert booking_of(order).carrier == before
    assert not ActionLog.objects.filter(actor_kind="user").exists()
