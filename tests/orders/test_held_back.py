"""What the gateway holds back was not sent: it waits, counts for nothing and is never lost."""

from __future__ import annotations

import datetime as dt

import pytest

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import BookingOutcome
from apps.baidiyun.choices import BookingProblem as Word
from apps.baidiyun.outcomes import BookingAnswer, DetailAnswer
from apps.core import clock
from apps.orders.models import Booking
from apps.orders.services import cancel_order, send_cancellations, send_ready_bookings
from apps.orders.verdicts import MAX_SENDS
from tests.orders.builders import ACTOR, LOST, NOW, booking_of, done, make_order

pytestmark = pytest.mark.usefixtures("business")
HELD = BookingAnswer(
    BookingOutcome.NOT_SENT,
    code="breaker_open",
    message="resting",
    problem=Word.UNAVAILABLE,
    retry_after=30.0,
)


@pytest.fixture
def order(merchant, wall):
    return make_order(merchant)


def test_it_is_ready_again_when_the_gateway_says_and_nothing_was_counted(order, platform, wall):
    platform.answers = [HELD]
    assert send_ready_bookings() == 0
    booking = booking_of(order)
    assert (booking.state, booking.sends, booking.maybe_sent) == ("ready", 0, False)
    assert booking.send_started_at is None
    assert booking.next_at == wall.now + dt.timedelta(seconds=30)
    wall.pass_seconds(31)
    assert send_ready_bookings() == 1
    assert booking_of(order).state == "booked"


def test_however_often_it_is_held_back_it_never_fails(order, platform, wall):
    for _ in range(3 * MAX_SENDS):
        platform.answers = [HELD]
        send_ready_bookings()
        wall.pass_seconds(31)
    booking = booking_of(order)
    assert (booking.state, booking.problem) == ("ready", "")
    assert send_ready_bookings() == 1


def test_the_other_bookings_of_the_round_wait_untouched(order, merchant, platform, wall):
    second = make_order(merchant)
    platform.answers = [HELD]
    assert send_ready_bookings() == 0
    assert len(platform.booked) == 1
    untouched = [booking_of(o) for o in (order, second) if booking_of(o).error_code == ""]
    assert [(b.state, b.sends) for b in untouched] == [("ready", 0)]


def test_a_lost_answer_stays_in_doubt_when_the_next_sending_is_held_back(order, platform, wall):
    platform.answers = [LOST]
    send_ready_bookings()
    platform.answers = [HELD]
    wall.pass_seconds(60)
    send_ready_bookings()
    booking = booking_of(order)
    assert (booking.state, booking.sends, booking.maybe_sent) == ("ready", 1, True)
    assert booking.send_started_at == NOW


def test_a_question_that_is_held_back_after_48_hours_goes_to_nobody_yet(
    order, platform, wall, monkeypatch
):
    platform.answers = [LOST]
    send_ready_bookings()
    wall.pass_seconds(3 * 86_400)
    held = DetailAnswer(BookingOutcome.NOT_SENT, None, "throttled", "later", retry_after=20.0)
    monkeypatch.setattr(gateway, "pickup_detail", lambda **given: held)
    with clock.frozen(NOW + dt.timedelta(days=3)):
        send_ready_bookings()
    booking = booking_of(order)
    assert (booking.state, booking.problem, booking.sends) == ("ready", "", 1)
    assert len(platform.booked) == 1


def test_a_cancellation_wanted_meanwhile_ends_what_was_never_sent(order, platform, wall):
    def cancel(request: object) -> None:
        platform.during = None
        cancel_order(order_id=order.pk, actor=ACTOR)

    platform.during, platform.answers = cancel, [HELD]
    send_ready_bookings()
    assert booking_of(order).state == "cancelled"


def test_a_cancellation_that_is_held_back_is_sent_later(order, platform, wall):
    platform.answers = [done()]
    send_ready_bookings()
    cancel_order(order_id=order.pk, actor=ACTOR)
    for _ in range(2 * MAX_SENDS):
        platform.cancels = [HELD]
        send_cancellations()
        wall.pass_seconds(60)
    assert Booking.objects.get().state == "cancelling"
    send_cancellations()
    assert booking_of(order).state == "cancelled"
