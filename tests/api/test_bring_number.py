"""Bringing the number of a parcel the shop booked itself."""

from __future__ import annotations

import pytest

from apps.accounts.choices import KeyMode
from tests.support.orders import body
from tests.support.people import client_of, make_merchant

NUMBER = {"carrier": "yuantong", "carrier_number": "YT6180000000007"}


@pytest.fixture
def api(db):
    return client_of(make_merchant(is_test=False), mode=KeyMode.LIVE)


@pytest.fixture
def order(api) -> dict:
    return api.post("/api/v1/orders", body(), format="json").json()


def bring(api, order, **changes):
    url = f"/api/v1/orders/{order['id']}/number"
    return api.post(url, {**NUMBER, **changes}, format="json")


def test_an_order_of_the_manual_route_asks_for_its_number(order):
    assert (order["status"], order["mode"]) == ("blocked", "live")
    hold = order["holds"][0]
    assert (hold["code"], hold["fields"]) == ("manual_route", ["carrier_number"])


def test_a_brought_number_is_tracked(api, order):
    answer = bring(api, order)
    shown = answer.json()
    assert (answer.status_code, shown["status"], shown["holds"]) == (200, "booked", [])
    assert shown["parcels"][0]["shipment"]["tracking_number"] == "YT6180000000007"
    assert shown["parcels"][0]["booking"]["state"] == "brought"


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"carrier": "nobody"}, 422, "carrier"),
        ({"carrier_number": "!"}, 422, "carrier_number"),
        ({"carrier_number": ""}, 422, "carrier_number"),
        ({"parcel": 0}, 422, "parcel"),
        ({"parcel": 2}, 404, None),
    ],
)
def test_what_is_impossible_is_named(api, order, changes, status, field):
    answer = bring(api, order, **changes)
    assert answer.status_code == status
    if field:
        assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_the_shadow_is_never_shown(api, order):
    shown = api.get(f"/api/v1/orders/{order['id']}").content.decode()
    assert "shadow" not in shown
