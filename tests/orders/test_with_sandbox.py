"""Orders against the simulated platform over real HTTP: nothing of ours is replaced."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.orders.models import Booking
from apps.orders.services import cancel_order, send_cancellations, send_ready_bookings
from apps.sandbox.models import SandboxOrder
from tests.orders.builders import ACTOR, booking_of, make_order
from tests.sandbox.conftest import account, gateway, moving  # noqa: F401 - fixtures
from tests.support.customs import bag, ready_to_export


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


def test_an_order_is_booked_and_gets_its_number(merchant):
    order = make_order(merchant)
    assert send_ready_bookings() == 1
    booking = booking_of(order)
    assert (booking.state, booking.error_message) == ("booked", "")
    assert order.parcels.get().shipment.number.startswith("YT")
    assert SandboxOrder.objects.get().order_id == booking.platform_order_id


def test_a_booking_sent_twice_is_one_order_at_the_platform(merchant, wall):
    order = make_order(merchant)
    send_ready_bookings()
    first = booking_of(order)
    Booking.objects.update(
        state="sending", task_id="", platform_order_id="", claimed_at=wall.now - dt.timedelta(1)
    )
    assert send_ready_bookings() == 1
    assert booking_of(order).platform_order_id == first.platform_order_id
    assert SandboxOrder.objects.count() == 1


def test_a_carrier_with_a_late_number_is_booked_without_one(merchant):
    order = make_order(merchant, carrier="shunfeng")
    send_ready_bookings()
    assert (booking_of(order).state, booking_of(order).error_message) == ("booked", "")
    assert order.parcels.get().shipment.number == ""


def test_a_line_without_a_price_stands_on_the_worklist_as_refused(merchant):
    order = make_order(merchant, to_address="西藏自治区拉萨市城关区北京中路1号")
    send_ready_bookings()
    booking = booking_of(order)
    assert (booking.state, booking.problem) == ("failed", "refused")
    assert "当前线路未设置价格" in booking.error_message


def test_an_order_abroad_is_booked(merchant):
    ready_to_export(merchant)
    order = make_order(
        merchant,
        lines=(bag(),),
        currency="USD",
        to_country="US",
        to_phone="+14155552671",
        to_address="1 First St",
        to_city="San Jose",
        to_postcode="95113",
    )
    send_ready_bookings()
    assert (booking_of(order).state, booking_of(order).error_message) == ("booked", "")


def test_a_cancellation_reaches_the_platform(merchant):
    order = make_order(merchant)
    send_ready_bookings()
    cancel_order(order_id=order.pk, actor=ACTOR)
    assert send_cancellations() == 1
    order.refresh_from_db()
    assert (booking_of(order).state, order.status) == ("cancelled", "cancelled")


def test_a_booking_that_never_arrived_is_cancelled_without_one(merchant):
    order = make_order(merchant)
    Booking.objects.update(maybe_sent=True)
    cancel_order(order_id=order.pk, actor=ACTOR)
    send_cancellations()
    assert (booking_of(order).state, booking_of(order).error_message) == ("cancelled", "")
    assert not SandboxOrder.objects.exists()
