"""What the page's script asks for: how it is now, without a reload."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.choices import Role
from tests.orders.builders import make_merchant, make_order
from tests.support.admin_pages import logged_in

NOW_ADDRESS = "/admin/home/now/?mode="


def test_the_parts_of_the_page_come_as_they_are_now(merchant):
    make_order(merchant)
    told = logged_in().get(NOW_ADDRESS).json()
    assert told["sentence"] == "Everything is all right"
    assert set(told["parts"]) == {"hm-verdict", "hm-figures", "hm-board", "hm-day"}


def test_what_has_not_changed_is_not_sent_again(merchant):
    client = logged_in()
    tag = client.get(NOW_ADDRESS).headers["ETag"]
    again = client.get(NOW_ADDRESS, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["X-Shown-Clock"]


def test_what_has_changed_is_sent(merchant):
    client = logged_in()
    tag = client.get(NOW_ADDRESS).headers["ETag"]
    make_order(merchant)
    assert client.get(NOW_ADDRESS, headers={"If-None-Match": tag}).status_code == 200


def test_a_merchants_user_gets_their_own_day_and_nothing_of_the_portal(merchant):
    make_order(merchant)
    other = make_merchant()
    told = logged_in(Role.MERCHANT, other).get(NOW_ADDRESS).json()
    assert set(told["parts"]) == {"hm-day"}
    assert told["sentence"] == ""
    assert "What runs" not in told["parts"]["hm-day"]


def test_who_is_logged_out_is_sent_to_the_log_in(db):
    answer = Client().get(NOW_ADDRESS)
    assert answer.status_code == 302
    assert "/login/" in answer.headers["Location"]


@pytest.mark.parametrize("address", [NOW_ADDRESS, "/admin/home/chart/"])
def test_nothing_is_changed_by_looking(merchant, address):
    assert logged_in().post(address).status_code == 405
