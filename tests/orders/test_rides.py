"""Rides within a city against the simulated platform: nothing of ours is replaced."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from apps.baidiyun import services as gateway_services
from apps.baidiyun.intake import store_push
from apps.baidiyun.models import ApiCall, DriftFinding, Subscription
from apps.core import clock
from apps.orders.models import Ride
from apps.orders.services import (
    ask_riders,
    cancel_order,
    send_cancellations,
    send_ready_bookings,
)
from apps.sandbox.models import SandboxRide
from apps.sandbox.ride_push import RideFacts, build_ride_push
from apps.sandbox.services.ride_rows import plan_of
from apps.shipments.models import Event, Position
from tests.orders.builders import ACTOR, booking_of
from tests.orders.rides import make_ride
from tests.sandbox.conftest import (  # noqa: F401 - fixtures
    START,
    account,
    gateway,
    moving,
    plain_rides,
)

pytestmark = pytest.mark.usefixtures("plain_rides")


@pytest.fixture(autouse=True)
def platform_address(gateway, settings):  # noqa: F811
    settings.BAIDIYUN = {
        **settings.BAIDIYUN,
        "sandbox": {
            "base_url": gateway,
            "key": "testKey",
            "customer": "testCustomer",
            "secret": "testSecret",
        },
    }


@pytest.fixture
def booked(merchant):
    with clock.frozen(START):
        order = make_ride(merchant)
        assert send_ready_bookings() == 1
    return order


def tell_until(order, at: int) -> None:
    """Push what the world says of the order's ride until a moment, and apply it."""
    ride = SandboxRide.objects.get()
    facts = RideFacts(ride.task_id, ride.order_id, ride.carrier, ride.number)
    token = Subscription.objects.get(topic="samecity", subject=order.parcels.get().pk).token
    for event in plan_of(ride).events_at(at):
        param = build_ride_push(facts, event, None)
        store_push(
            topic="samecity", token=token, param=param, raw=param.encode(), now=clock.real_now()
        )
    gateway_services.drain_once()


def test_a_ride_is_priced_with_all_and_ordered_from_the_cheapest(booked):
    booking, ride = booking_of(booked), Ride.objects.get()
    placed = SandboxRide.objects.get()
    prices = {name: float(fee) for name, fee in booking.carrier_facts["price"].items()}
    assert (booking.state, booking.error_message) == ("booked", "")
    assert (booking.carrier, booking.platform_order_id) == (placed.carrier, placed.order_id)
    assert booking.carrier_reason == "cheapest"
    assert prices[booking.carrier] == min(prices.values()) == float(booking.quote.price)
    assert (ride.number, ride.distance_m) == (placed.number, placed.distance_m)
    assert placed.third_id == booked.parcels.get().shipment.uid
    assert booked.parcels.get().shipment.number == ""


def test_callbacks_move_the_shipment_to_the_door_and_the_order_with_it(booked):
    last = plan_of(SandboxRide.objects.get()).events[-1]
    with clock.frozen(START + dt.timedelta(hours=3)):
        tell_until(booked, last.at)
    shipment = booked.parcels.get().shipment
    booked.refresh_from_db()
    assert (shipment.status, booked.status) == ("delivered", "delivered")
    assert shipment.picked_up_at is not None
    assert Event.objects.filter(status="out_for_delivery", text__contains="取货").exists()
    assert Ride.objects.get().ask_at is None


def test_a_rider_on_the_road_is_asked_for_and_becomes_a_track(booked, moving):  # noqa: F811
    plan = plan_of(SandboxRide.objects.get())
    moment = plan.when(310) + 90
    for step in range(3):
        at = dt.datetime.fromtimestamp(moment + 25 * step, dt.UTC)
        moving.at = at
        with clock.frozen(at):
            if step == 0:
                tell_until(booked, moment)
            ask_riders()
            assert ask_riders().asked == 0
    found = list(Position.objects.order_by("happened_at"))
    fix = plan.fix_at(moment)
    assert [row.source for row in found] == ["rider"] * len(found)
    assert len(found) >= 2
    assert abs(found[0].latitude - fix.place[1]) < 2e-6
    assert abs(found[0].longitude - fix.place[0]) < 2e-6
    assert found[0].system == "gcj02"


def test_a_cancelled_ride_says_what_it_cost(booked, moving):  # noqa: F811
    plan = plan_of(SandboxRide.objects.get())
    moving.at = dt.datetime.fromtimestamp(plan.when(230) + 1, dt.UTC)
    with clock.frozen(moving.at):
        cancel_order(order_id=booked.pk, actor=ACTOR, reason="不要了")
        assert send_cancellations() == 1
    booked.refresh_from_db()
    assert (booking_of(booked).state, booked.status) == ("cancelled", "cancelled")
    assert booked.warnings == [{"code": "cancel_fee", "field": "status", "detail": "5.00 CNY"}]
    assert plan_of(SandboxRide.objects.get()).events[-1].status == 720


def test_a_rider_with_the_goods_is_not_called_back(booked, moving):  # noqa: F811
    plan = plan_of(SandboxRide.objects.get())
    with clock.frozen(START):
        cancel_order(order_id=booked.pk, actor=ACTOR)
    moving.at = dt.datetime.fromtimestamp(plan.when(310) + 1, dt.UTC)
    with clock.frozen(moving.at):
        assert send_cancellations() == 1
    booked.refresh_from_db()
    booking = booking_of(booked)
    assert (booking.state, booking.problem) == ("booked", "refused")
    assert "骑手已取货" in booking.error_message
    assert [warning["code"] for warning in booked.warnings] == ["cancel_refused"]
    assert booked.cancelled_at is None


def test_what_is_sent_and_answered_keeps_to_the_contract_and_to_silence(booked):
    call = ApiCall.objects.get(product="samecity", method="order")
    assert call.ok
    assert not DriftFinding.objects.exists()
    assert "13800138000" not in json.dumps(call.request)
