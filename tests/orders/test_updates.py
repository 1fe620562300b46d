"""Callbacks about pickups."""

from __future__ import annotations

import itertools

import pytest

from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.models import InboxRow, UnknownCode
from apps.orders.models import Booking
from apps.orders.services import (
    apply_booking_updates,
    cancel_order,
    retry_booking,
    send_ready_bookings,
)
from tests.orders.builders import ACTOR, LOST, booking_of, callback, done, make_order

pytestmark = pytest.mark.usefixtures("business")


@pytest.fixture
def order(merchant, wall, platform):
    """An order whose pickup is booked, its number still to come."""
    made = make_order(merchant)
    platform.answers = [done(number="")]
    send_ready_bookings()
    return made


def push(order, status, **data):
    return apply_booking_updates([callback(booking_of(order), status, **data)])[0]


def test_the_number_comes_with_the_callback(order):
    push(order, 1, kuaidinum="YT6180000000001", courierName="张三", courierMobile="13900139000")
    booking = booking_of(order)
    assert order.parcels.get().shipment.number == "YT6180000000001"
    assert (booking.courier_name, booking.courier_phone) == ("张三", "13900139000")
    assert booking.platform_state == "1"


@pytest.mark.parametrize("status", [11, "201", 610])
def test_a_failed_pickup_goes_to_the_worklist(order, status):
    push(order, status, message="无运力")
    booking = booking_of(order)
    assert (booking.state, booking.problem, booking.error_code) == (
        "failed",
        "refused",
        str(status),
    )
    order.refresh_from_db()
    assert order.status == "blocked"


def test_a_pickup_that_failed_for_its_address_is_found_under_bad_address(order):
    push(order, 610, message="收件地址解析失败")
    assert booking_of(order).problem == "bad_address"


@pytest.mark.parametrize("status", [9, 99])
def test_a_pickup_cancelled_by_nobody_of_us_goes_to_the_worklist(order, status):
    push(order, status)
    assert (booking_of(order).state, booking_of(order).problem) == ("failed", "refused")


def test_the_cancellation_we_asked_for_ends_the_order(order):
    cancel_order(order_id=order.pk, actor=ACTOR)
    push(order, 9)
    order.refresh_from_db()
    assert (booking_of(order).state, booking_of(order).problem) == ("cancelled", "")
    assert (order.status, order.parcels.get().shipment.status) == ("cancelled", "cancelled")


def test_a_parcel_picked_up_before_the_cancellation_stays_booked_and_says_so(order):
    cancel_order(order_id=order.pk, actor=ACTOR)
    push(order, 10)
    order.refresh_from_db()
    assert (booking_of(order).state, booking_of(order).problem) == ("booked", "refused")
    assert order.cancelled_at is None
    assert [warning["code"] for warning in order.warnings] == ["cancel_refused"]


def test_a_revived_pickup_is_booked_again_and_somebody_is_told(order):
    push(order, 11)
    push(order, 166)
    booking = booking_of(order)
    assert (booking.state, booking.problem, booking.settled) == ("booked", "revived", False)


def test_a_pickup_revived_after_it_was_booked_anew_is_a_warning_of_two_couriers(order, platform):
    push(order, 11)
    first = booking_of(order)
    retry_booking(booking_id=first.pk, actor=ACTOR)
    platform.answers = [done(order_id="O2", number="")]
    send_ready_bookings()
    apply_booking_updates([callback(first, 166)])
    first.refresh_from_db()
    assert (first.state, first.problem, first.settled) == ("failed", "revived", False)
    assert booking_of(order).state == "booked"


def test_a_callback_proves_a_booking_whose_answer_was_lost(merchant, wall, platform):
    order = make_order(merchant)
    platform.answers = [LOST]
    send_ready_bookings()
    push(order, 0)
    assert (booking_of(order).state, booking_of(order).platform_order_id) == ("booked", "O1")
    wall.pass_seconds(60)
    assert send_ready_bookings() == 0


def test_an_unknown_state_is_counted_and_changes_nothing_else(order):
    applied = push(order, 777, kuaidinum="", message="新状态 13812345678")
    assert applied.state == "applied"
    assert booking_of(order).state == "booked"
    seen = UnknownCode.objects.get(source="booking", code="777")
    assert "13812345678" not in seen.sample


def test_weight_and_freight_are_kept(order):
    push(order, 155, actualWeight="1.25", freight="18.5")
    booking = booking_of(order)
    assert (booking.billed_weight_grams, str(booking.freight)) == (1250, "18.50")


def test_a_callback_about_another_order_is_kept_aside(order):
    applied = push(order, 11, orderId="SOMEBODY-ELSES")
    assert applied.state == "aside"
    assert booking_of(order).state == "booked"


def test_a_callback_for_no_booking_is_kept_aside(db):
    row = callback(None, 1)
    assert apply_booking_updates([row])[0].state == "aside"


def test_a_malformed_callback_is_refused_and_nothing_changes(order):
    row = callback(booking_of(order), 11)
    InboxRow.objects.filter(pk=row.pk).update(param='{"data": 7}')
    row.refresh_from_db()
    with pytest.raises(MalformedPayload):
        apply_booking_updates([row])
    assert booking_of(order).state == "booked"


LIFE = [(0, {}), (1, {"kuaidinum": "YT6180000000001"}), (2, {}), (10, {}), (15, {"freight": "9"})]


@pytest.mark.parametrize("arrival", list(itertools.permutations(range(5)))[::12])
def test_callbacks_in_any_order_and_twice_lead_to_the_same_booking(order, arrival):
    rows = [callback(booking_of(order), *[LIFE[n][0]], **LIFE[n][1]) for n in (*arrival, *arrival)]
    apply_booking_updates(rows)
    booking = booking_of(order)
    assert (booking.state, booking.problem, booking.platform_state) == ("booked", "", "10")
    assert order.parcels.get().shipment.number == "YT6180000000001"
    assert Booking.objects.count() == 1
