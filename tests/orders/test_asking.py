"""Asking about bookings whose callbacks did not come."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from apps.baidiyun.choices import PickupState, Topic
from apps.baidiyun.models import Subscription
from apps.baidiyun.products.pickup import PickupPush
from apps.baidiyun.services import bind_booking, store_poll_request
from apps.core import clock
from apps.orders.services import ask_about_bookings, send_ready_bookings
from apps.shipments.models import LedgerEntry
from tests.orders.builders import NOW, booking_of, done, make_order

ACCEPTED = PickupPush(
    state="1", known=PickupState.parse("1"), task_id="TASK1", number="SF1234567890123"
)


@pytest.fixture
def order(merchant, wall, platform):
    """An order booked at NOW whose number is to come by callback."""
    with clock.frozen(NOW):
        made = make_order(merchant, carrier="shunfeng")
        platform.answers = [done(number="")]
        send_ready_bookings()
    return made


def ask(after: dt.timedelta) -> int:
    with clock.frozen(NOW + after):
        return ask_about_bookings()


def test_a_number_whose_callback_was_lost_is_fetched(order, platform):
    platform.known = ACCEPTED
    assert ask(dt.timedelta(hours=3)) == 1
    assert order.parcels.get().shipment.number == "SF1234567890123"
    assert platform.looked_up[0]["third_order_id"] == booking_of(order).third_order_id


def test_a_fresh_booking_is_not_asked_about(order, platform):
    assert ask(dt.timedelta(hours=1)) == 0
    assert platform.looked_up == []


def test_a_booking_is_asked_about_once_a_minute(order, platform, wall):
    assert ask(dt.timedelta(hours=3)) == 1
    assert ask(dt.timedelta(hours=3)) == 0
    wall.pass_seconds(61)
    assert ask(dt.timedelta(hours=3)) == 1


def test_a_booking_with_its_number_is_left_alone(order, platform):
    platform.known = ACCEPTED
    ask(dt.timedelta(hours=3))
    platform.looked_up.clear()
    assert ask(dt.timedelta(hours=9)) == 0
    assert platform.looked_up == []


def test_a_refused_push_makes_its_booking_asked_about_at_once(order, platform):
    booking = booking_of(order)
    with clock.frozen(NOW):
        token = bind_booking(subject=booking.pk, carrier="shunfeng", mode="sandbox")
        store_poll_request(token=token.token)
    platform.known = ACCEPTED
    assert ask(dt.timedelta(minutes=1)) == 1
    assert order.parcels.get().shipment.number == "SF1234567890123"
    waiting = Subscription.objects.filter(topic=Topic.BOOKING.value, poll_wanted_at__isnull=False)
    assert not waiting.exists()


def test_an_answer_without_the_order_changes_nothing(order, platform):
    assert ask(dt.timedelta(hours=3)) == 1
    assert order.parcels.get().shipment.number == ""
    assert booking_of(order).state == "booked"


def test_what_callbacks_never_told_of_a_booking_is_entered_as_healed(order, platform):
    platform.known = ACCEPTED
    ask(dt.timedelta(hours=3))
    entry = LedgerEntry.objects.get()
    assert (entry.kind, entry.verdict, entry.healed_events) == ("booking", "push_missing", 1)
    assert (entry.poll_status, entry.shipment_id) == ("1", order.parcels.get().shipment_id)


def test_an_answer_that_may_not_replace_what_we_hold_is_behind(order, platform):
    booking = booking_of(order)
    booking.platform_state = "2"
    booking.save()
    platform.known = dataclasses.replace(ACCEPTED, number="")
    ask(dt.timedelta(hours=3))
    entry = LedgerEntry.objects.get()
    assert (entry.verdict, entry.push_status, entry.healed_events) == ("poll_behind", "2", 0)


def test_agreeing_about_a_booking_enters_nothing(order, platform, wall):
    platform.known = dataclasses.replace(ACCEPTED, number="")
    ask(dt.timedelta(hours=3))
    LedgerEntry.objects.all().delete()
    wall.pass_seconds(61)
    assert ask(dt.timedelta(hours=3)) == 1
    assert not LedgerEntry.objects.exists()
