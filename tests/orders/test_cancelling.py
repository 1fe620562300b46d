"""Cancelling an order."""

from __future__ import annotations

import pytest

from apps.baidiyun.choices import BookingOutcome
from apps.baidiyun.choices import BookingProblem as Word
from apps.baidiyun.outcomes import BookingAnswer
from apps.baidiyun.products.pickup import PickupPush
from apps.core.models import ActionLog
from apps.orders.drafts import ParcelDraft
from apps.orders.errors import CannotCancel
from apps.orders.services import (
    apply_booking_updates,
    cancel_order,
    send_cancellations,
    send_ready_bookings,
)
from apps.shipments.services import add_manual_event
from tests.orders.builders import (
    ACTOR,
    LOST,
    booking_of,
    callback,
    make_order,
    refused,
)

pytestmark = pytest.mark.usefixtures("business")


@pytest.fixture
def order(merchant, wall):
    return make_order(merchant)


def cancel(order):
    return cancel_order(order_id=order.pk, actor=ACTOR, reason=" 客户不要了😊 ")


def test_what_was_not_sent_is_cancelled_at_once(order, platform):
    after = cancel(order)
    assert (after.status, after.cancel_reason) == ("cancelled", "客户不要了")
    assert booking_of(order).state == "cancelled"
    assert order.parcels.get().shipment.status == "cancelled"
    assert send_ready_bookings() == 0
    assert (platform.booked, platform.cancelled) == ([], [])


def test_what_is_booked_is_cancelled_by_asking_the_platform(order, platform):
    send_ready_bookings()
    assert cancel(order).status == "cancelling"
    assert platform.cancelled == []
    assert send_cancellations() == 1
    order.refresh_from_db()
    assert (order.status, booking_of(order).state) == ("cancelled", "cancelled")
    assert platform.cancelled[0]["task_id"] == "TASK1"
    assert platform.cancelled[0]["order_id"] == "O1"


def test_cancelling_twice_changes_nothing(order, platform):
    first = cancel(order)
    assert cancel(order).cancelled_at == first.cancelled_at
    assert ActionLog.objects.filter(action="orders.cancelled").count() == 1


def test_a_parcel_that_was_picked_up_cannot_be_cancelled(order, platform):
    send_ready_bookings()
    shipment = order.parcels.get().shipment
    add_manual_event(shipment_id=shipment.pk, status="picked_up", text="已揽收")
    with pytest.raises(CannotCancel) as caught:
        cancel(order)
    assert caught.value.code == "already_picked_up"
    order.refresh_from_db()
    assert order.cancelled_at is None
    assert booking_of(order).state == "booked"


def test_a_pickup_the_platform_reported_cannot_be_cancelled(order, platform):
    send_ready_bookings()
    apply_booking_updates([callback(booking_of(order), 10)])
    with pytest.raises(CannotCancel):
        cancel(order)


def test_a_refused_cancellation_stands_on_the_worklist(order, platform):
    send_ready_bookings()
    cancel(order)
    platform.cancels = [refused(Word.REFUSED, "已取件，不能取消")]
    send_cancellations()
    order.refresh_from_db()
    booking = booking_of(order)
    assert (booking.state, booking.problem) == ("booked", "refused")
    assert (order.status, order.cancelled_at) == ("booked", None)
    assert [warning["code"] for warning in order.warnings] == ["cancel_refused"]
    assert send_cancellations() == 0


def test_a_cancellation_without_an_answer_is_sent_again(order, platform, wall):
    send_ready_bookings()
    cancel(order)
    platform.cancels = [BookingAnswer(BookingOutcome.UNKNOWN, message="timeout")]
    assert send_cancellations() == 1
    assert send_cancellations() == 0
    wall.pass_seconds(6)
    assert send_cancellations() == 1
    assert booking_of(order).state == "cancelled"


def test_a_lost_booking_is_looked_up_before_it_is_cancelled(order, platform):
    platform.answers = [LOST]
    send_ready_bookings()
    cancel(order)
    platform.known = PickupPush("1", None, order_id="O7", task_id="T7")
    send_cancellations()
    assert platform.looked_up[0]["third_order_id"] == booking_of(order).third_order_id
    assert platform.cancelled[0]["task_id"] == "T7"
    assert booking_of(order).state == "cancelled"
    assert len(platform.booked) == 1


def test_a_booking_the_platform_never_saw_needs_no_cancellation(order, platform):
    platform.answers = [LOST]
    send_ready_bookings()
    cancel(order)
    send_cancellations()
    assert platform.cancelled == []
    assert booking_of(order).state == "cancelled"


def test_a_parcel_with_its_own_number_is_cancelled_without_the_platform(merchant, wall, platform):
    box = ParcelDraft(weight_grams=500, carrier="zhongtong", number="73100012345678")
    order = make_order(merchant, parcels=(box,))
    assert cancel(order).status == "cancelled"
    assert platform.cancelled == []


def test_one_parcel_picked_up_keeps_the_others_too(merchant, wall, platform):
    boxes = (ParcelDraft(weight_grams=500), ParcelDraft(weight_grams=900))
    order = make_order(merchant, parcels=boxes)
    first = order.parcels.order_by("position")[0].shipment
    add_manual_event(shipment_id=first.pk, status="picked_up", text="已揽收")
    with pytest.raises(CannotCancel):
        cancel(order)
    states = {booking.state for parcel in order.parcels.all() for booking in parcel.bookings.all()}
    assert states == {"ready"}
