"""Shoppers who want a rider: the demo's portal takes their orders and the world rides them."""

from __future__ import annotations

from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.actions import Actor
from apps.orders.api.inputs import OrderInput, draft_of
from apps.orders.services import create_order, send_ready_bookings
from apps.sandbox.models import SandboxRide
from apps.sandbox.ride_shopping import RIDE_RATE, perhaps_ride
from apps.sandbox.shopping import make_order
from config.seeding.accounts import MERCHANTS
from tests.sandbox.conftest import START


def shopped(shop: str, sequence: int) -> dict:
    given = {"seed": 7, "shop": shop, "run": "R", "sequence": sequence}
    return perhaps_ride(make_order(placed_at=START, **given), **given)


def test_every_ride_the_shoppers_want_is_taken_and_ridden(gateway, settings):
    account = {"key": "testKey", "customer": "testCustomer", "secret": "testSecret"}
    settings.BAIDIYUN = {**settings.BAIDIYUN, "sandbox": {"base_url": gateway, **account}}
    placed = 0
    with clock.frozen(START):
        for values in MERCHANTS:
            merchant = Merchant.objects.create(is_test=True, **values)
            orders = (shopped(merchant.slug, n) for n in range(60))
            for wanted in (one for one in orders if "ride" in one):
                form = OrderInput(data=wanted)
                form.is_valid(raise_exception=True)
                create_order(
                    merchant=merchant,
                    draft=draft_of(form.validated_data),
                    mode="sandbox",
                    actor=Actor.system("test"),
                )
                placed += 1
        send_ready_bookings(limit=50)
    assert placed >= 6
    assert SandboxRide.objects.count() == placed


def test_a_share_of_orders_rides_and_the_others_stay_as_they_were():
    orders = [shopped("yunshang", n) for n in range(600)]
    rides = [order for order in orders if order.get("service") == "same_city"]
    assert 0.5 * RIDE_RATE < len(rides) / len(orders) < 1.5 * RIDE_RATE
    assert all("ride" not in shopped("corner-shop", n) for n in range(50))
    assert shopped("jike", 3) == shopped("jike", 3)
