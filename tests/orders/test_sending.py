"""Booking at the platform, and what its answers mean."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.baidiyun.choices import BookingProblem as Word
from apps.baidiyun.errors import NotConfigured
from apps.baidiyun.models import Subscription
from apps.baidiyun.products.pickup import PickupPush
from apps.core import clock
from apps.orders.models import Booking
from apps.orders.services import apply_booking_updates, cancel_order, send_ready_bookings
from apps.orders.verdicts import MAX_SENDS
from tests.orders.builders import (
    ACTOR,
    LOST,
    NOT_SENT,
    NOW,
    booking_of,
    callback,
    done,
    make_order,
    refused,
)

pytestmark = pytest.mark.usefixtures("business")


@pytest.fixture
def order(merchant, wall):
    return make_order(merchant)


def test_a_booking_is_sent_once_and_its_number_assigned(order, platform):
    assert send_ready_bookings() == 1
    assert send_ready_bookings() == 0
    booking = booking_of(order)
    shipment = order.parcels.get().shipment
    assert (booking.state, booking.task_id, booking.platform_order_id) == ("booked", "TASK1", "O1")
    assert shipment.number == "YT6180000000001"
    assert Subscription.objects.get(topic="tracking").subject == shipment.pk
    order.refresh_from_db()
    assert order.status == "booked"


def test_the_platform_is_told_where_from_where_to_and_how_heavy(order, platform):
    send_ready_bookings()
    request = platform.booked[0]
    assert request.recipient.address == "广东省深圳市南山区科技园路1号"
    assert request.sender.address == "浙江省杭州市余杭区文一西路969号"
    assert (request.weight_grams, request.cargo, request.carrier) == (700, "龙井茶", "yuantong")
    assert (request.pickup_start, platform.modes) == ("", ["sandbox"])


def test_shunfeng_gets_a_slot(merchant, wall, platform):
    make_order(merchant, carrier="shunfeng")
    send_ready_bookings()
    assert (platform.booked[0].day_type, platform.booked[0].pickup_start) == ("今天", "11:00")


def test_no_transaction_is_open_while_the_platform_is_asked(
    order, platform, django_capture_on_commit_callbacks
):
    seen = []
    platform.during = lambda request: seen.append(Booking.objects.get(pk=request.subject).state)
    send_ready_bookings()
    assert seen == ["sending"]


def test_a_booking_without_a_number_waits_for_the_callback(order, platform):
    platform.answers = [done(number="")]
    send_ready_bookings()
    assert booking_of(order).state == "booked"
    assert order.parcels.get().shipment.number == ""
    assert not Subscription.objects.filter(topic="tracking").exists()


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        (Word.BAD_ADDRESS, "bad_address"),
        (Word.NO_BALANCE, "no_balance"),
        (Word.REFUSED, "refused"),
    ],
)
def test_a_refusal_stands_on_the_worklist_by_its_kind(order, platform, word, problem):
    platform.answers = [refused(word, "当前线路未设置价格")]
    send_ready_bookings()
    booking = booking_of(order)
    assert (booking.state, booking.problem, booking.settled) == ("failed", problem, False)
    assert booking.error_message == "当前线路未设置价格"
    order.refresh_from_db()
    assert order.status == "blocked"


def test_a_lost_answer_is_cured_by_sending_the_same_reference_again(order, platform, wall):
    platform.answers = [LOST, done()]
    send_ready_bookings()
    assert booking_of(order).state == "ready"
    assert send_ready_bookings() == 0
    wall.pass_seconds(6)
    assert send_ready_bookings() == 1
    first, second = platform.booked
    assert first.third_order_id == second.third_order_id
    assert booking_of(order).state == "booked"


def test_after_48_hours_a_lost_answer_goes_to_a_person(order, platform, wall):
    platform.answers = [LOST]
    send_ready_bookings()
    wall.pass_seconds(60)
    with clock.frozen(NOW + dt.timedelta(hours=48)):
        send_ready_bookings()
        assert send_ready_bookings() == 0
    booking = booking_of(order)
    assert (booking.state, booking.problem) == ("unknown", "unknown")
    assert (len(platform.booked), len(platform.looked_up)) == (1, 1)


def test_after_48_hours_a_lost_booking_is_found_by_asking(order, platform, wall):
    platform.answers = [LOST]
    send_ready_bookings()
    wall.pass_seconds(60)
    platform.known = PickupPush("1", None, order_id="O9", task_id="T9")
    with clock.frozen(NOW + dt.timedelta(hours=48)):
        send_ready_bookings()
    assert (booking_of(order).state, booking_of(order).task_id) == ("booked", "T9")
    assert len(platform.booked) == 1


def test_a_refusal_keeps_no_phone(order, platform):
    platform.answers = [refused(Word.REFUSED, "收件人电话13800138000有误")]
    send_ready_bookings()
    assert "13800138000" not in booking_of(order).error_message


def test_a_worker_killed_while_sending_is_healed_after_its_lease(order, platform, wall):
    def die(request):
        raise KeyboardInterrupt

    platform.during = die
    with pytest.raises(KeyboardInterrupt):
        send_ready_bookings()
    platform.during = None
    assert booking_of(order).state == "sending"
    assert send_ready_bookings() == 0
    wall.pass_seconds(61)
    assert send_ready_bookings() == 1
    assert {request.third_order_id for request in platform.booked} == {
        booking_of(order).third_order_id
    }
    assert booking_of(order).state == "booked"


def test_a_worker_killed_more_than_48_hours_ago_is_not_sent_again(order, platform, wall):
    Booking.objects.update(state="sending", claimed_at=wall.now, send_started_at=NOW)
    wall.pass_seconds(61)
    with clock.frozen(NOW + dt.timedelta(hours=49)):
        send_ready_bookings()
    assert booking_of(order).state == "unknown"
    assert platform.booked == []


def test_a_platform_out_of_reach_is_tried_with_growing_delay_then_given_up(order, platform, wall):
    platform.answers = [NOT_SENT] * MAX_SENDS
    delays = []
    while booking_of(order).state == "ready":
        before = booking_of(order).next_at
        wall.now = max(wall.now, before)
        assert send_ready_bookings(limit=1) == 1
        delays.append((booking_of(order).next_at - wall.now).total_seconds())
    assert delays[:3] == [5.0, 10.0, 20.0]
    assert max(delays) == 600.0
    assert len(platform.booked) == MAX_SENDS
    assert (booking_of(order).state, booking_of(order).problem) == ("failed", "unavailable")


def test_an_order_submitted_before_is_looked_up(order, platform):
    platform.answers = [refused(Word.DUPLICATE, "重复提交", "501")]
    platform.known = PickupPush("1", None, order_id="O9", task_id="T9", number="YT6180000000009")
    send_ready_bookings()
    booking = booking_of(order)
    assert (booking.state, booking.platform_order_id) == ("booked", "O9")
    assert platform.looked_up[0]["third_order_id"] == booking.third_order_id


def test_lost_credentials_hold_the_booking(order, platform):
    def unconfigured(request):
        raise NotConfigured("no credentials")

    platform.during = unconfigured
    send_ready_bookings()
    booking = booking_of(order)
    assert (booking.state, booking.hold_reasons) == ("held", ["live_not_configured"])


def test_a_callback_that_overtakes_the_answer_changes_nothing_in_the_end(order, platform):
    def push(request):
        booking = Booking.objects.get(pk=request.subject)
        apply_booking_updates([callback(booking, 1, kuaidinum="YT6180000000001")])

    platform.during = push
    send_ready_bookings()
    booking = booking_of(order)
    assert (booking.state, booking.task_id, booking.problem) == ("booked", "TASK1", "")
    assert order.parcels.get().shipment.legs.count() == 1


def test_an_order_cancelled_while_it_is_sent_goes_on_to_cancelling(order, platform):
    platform.during = lambda request: cancel_order(order_id=order.pk, actor=ACTOR)
    send_ready_bookings()
    assert booking_of(order).state == "cancelling"


def test_an_order_cancelled_while_it_is_refused_is_cancelled(order, platform):
    platform.during = lambda request: cancel_order(order_id=order.pk, actor=ACTOR)
    platform.answers = [refused(Word.REFUSED)]
    send_ready_bookings()
    assert booking_of(order).state == "cancelled"
    assert order.parcels.get().shipment.status == "cancelled"


def test_a_number_that_another_parcel_has_goes_to_the_worklist(order, merchant, platform):
    make_order(merchant)
    send_ready_bookings()
    problems = sorted(Booking.objects.values_list("state", "problem"))
    assert problems == [("booked", ""), ("booked", "blocked")]


def test_a_batch_stops_at_its_limit(merchant, wall, platform):
    for _ in range(3):
        make_order(merchant)
    platform.answers = [done(f"YT618000000000{n}") for n in range(3)]
    assert send_ready_bookings(limit=2) == 2
    assert Booking.objects.filter(state="ready").count() == 1
