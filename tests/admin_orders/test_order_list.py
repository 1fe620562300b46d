"""The list of orders: constant, masked, found by what a caller has."""

from __future__ import annotations

import pytest

from apps.accounts.choices import Role
from apps.core.ids import new_uid
from tests.admin_orders.conftest import CONTRADICTION
from tests.orders.builders import make_order
from tests.support.admin_pages import logged_in, text_of
from tests.support.query_counts import assert_query_count

ORDERS = "/admin/orders/order/"


def listed(response) -> int:
    return len(response.context["cl"].result_list)


def numbers(client, query: str) -> set[str]:
    response = client.get(f"{ORDERS}?{query}")
    assert response.status_code == 200
    return {row.number for row in response.context["cl"].result_list}


def make(merchant):
    return lambda count: [make_order(merchant) for _ in range(count)]


def test_the_list_of_orders_takes_a_constant_number_of_queries(merchant):
    client = logged_in()
    assert_query_count(
        "admin.orders", make=make(merchant), visit=lambda: client.get(ORDERS), shows=listed
    )


def test_a_search_takes_a_constant_number_of_queries(merchant):
    client = logged_in()
    assert_query_count(
        "admin.orders.search",
        make=lambda count: [make_order(merchant, number=new_uid("FIND")) for _ in range(count)],
        visit=lambda: client.get(f"{ORDERS}?q=FIND"),
        shows=listed,
    )


def test_the_list_shows_no_name_phone_or_street(order):
    page = text_of(logged_in().get(ORDERS))
    assert order.number in page
    assert "诸*" in page
    assert "诸葛小明" not in page
    assert "13800138000" not in page
    assert "科技园" not in page


@pytest.mark.parametrize("term", ["AB-2026-1", "AB-2026", "ab-2026-1"])
def test_an_order_is_found_by_its_number_or_how_it_begins(merchant, term):
    make_order(merchant, number="AB-2026-1")
    make_order(merchant, number="ZZ-1")
    assert numbers(logged_in(), f"q={term}") == {"AB-2026-1"}


def test_fewer_than_four_characters_match_whole_numbers_only(merchant):
    make_order(merchant, number="AB1")
    make_order(merchant, number="AB12")
    assert numbers(logged_in(), "q=AB1") == {"AB1"}


def test_several_numbers_are_found_at_once(merchant):
    for number in ("N-1", "N-2", "N-3"):
        make_order(merchant, number=number)
    assert numbers(logged_in(), "q=N-1,N-3") == {"N-1", "N-3"}


def test_an_order_is_found_by_the_callers_phone_however_it_is_written(merchant):
    make_order(merchant, number="N-1", to_phone="13912345678")
    make_order(merchant, number="N-2", to_phone="13812345678")
    assert numbers(logged_in(), "q=139 1234 5678") == {"N-1"}


def test_an_order_is_found_by_our_id(order):
    assert numbers(logged_in(), f"q={order.uid}") == {order.number}


def test_orders_with_warnings_are_found(merchant):
    make_order(merchant, number="GOOD")
    make_order(merchant, number="BAD", to_address=CONTRADICTION)
    assert numbers(logged_in(), "warnings=1") == {"BAD"}


def test_a_merchants_user_sees_only_their_own_orders(merchant, other):
    make_order(merchant, number="MINE")
    make_order(other, number="THEIRS")
    assert numbers(logged_in(Role.MERCHANT, merchant), "") == {"MINE"}


def test_a_search_never_leaves_the_merchant(merchant, other):
    make_order(other, number="THEIRS-1")
    assert numbers(logged_in(Role.MERCHANT, merchant), "q=THEIRS-1") == set()


def test_an_empty_list_says_so(db):
    assert "No results found" in text_of(logged_in().get(ORDERS))


def test_a_list_that_takes_too_long_asks_for_a_narrower_filter(order, monkeypatch):
    monkeypatch.setattr("apps.accounts.admin_base.LIST_TIMEOUT", "1ms")
    monkeypatch.setattr(
        "apps.orders.admin.orders.OrderAdmin.get_queryset",
        lambda self, request: type(order).objects.extra(where=["pg_sleep(0.2) IS NOT NULL"]),
    )
    response = logged_in().get(ORDERS)
    assert response.status_code == 503
    assert "Narrow the filter" in text_of(response)
