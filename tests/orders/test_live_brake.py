"""The brake: when it goes on, what it stops, who lets go."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.baidiyun.models import ApiCall
from apps.core.models import ActionLog
from apps.orders.brake import CallResult, Figures, is_failure
from apps.orders.errors import NotAllowedNow
from apps.orders.models import Booking, LiveBrake
from apps.orders.services import (
    bring_number,
    free_braked,
    release_booking,
    release_brake,
    send_ready_bookings,
    watch_live_calls,
)
from tests.orders.builders import (
    ACTOR,
    LOST,
    booking_of,
    everything_live,
    make_merchant,
    make_order,
)

database = pytest.mark.django_db


@pytest.fixture
def shop(business, wall, settings):
    account = {"base_url": "", "key": "k", "customer": "c", "secret": "s"}
    settings.BAIDIYUN = {**settings.BAIDIYUN, "live": account}
    everything_live()
    return make_merchant(is_test=False)


def calls(wall, *, good: int, bad: int, mode: str = "live", ago: float = 1, **values) -> None:
    fate = {"return_code": "", "http_status": 0, "error": "no answer", **values}
    at = wall.now - dt.timedelta(seconds=ago)
    ApiCall.objects.bulk_create(
        [
            *(
                ApiCall(product="book", mode=mode, url_path="/", ok=True, http_status=200,
                        return_code="200", at=at)
                for _ in range(good)
            ),
            *(
                ApiCall(product="book", mode=mode, url_path="/", ok=False, at=at, **fate)
                for _ in range(bad)
            ),
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("called", "failed", "trips"),
    [
        (49, 49, False),
        (50, 1, False),
        (50, 2, True),
        (100, 2, False),
        (100, 3, True),
        (0, 0, False),
    ],
)
def test_more_than_two_percent_of_at_least_fifty(called, failed, trips):
    assert Figures(called, failed).trips is trips


@given(called=st.integers(0, 10_000), failed=st.integers(0, 10_000))
def test_the_rule_is_exact(called, failed):
    assert Figures(called, failed).trips is (called >= 50 and failed > called / 50)


@pytest.mark.parametrize(
    ("result", "failure"),
    [
        (CallResult("book", True, False, 200, "200", False), False),
        (CallResult("book", False, True, 0, "", False), True),
        (CallResult("query", False, False, 502, "http_502", False), True),
        (CallResult("query", False, False, 200, "html", False), True),
        (CallResult("book", False, False, 200, "503", True), True),
        (CallResult("book", False, False, 200, "601", True), True),
        (CallResult("book", False, False, 200, "500", False), True),
        (CallResult("book", False, False, 200, "500", True), False),
        (CallResult("book", False, False, 200, "400", True), False),
        (CallResult("query", False, False, 200, "500", False), False),
        (CallResult("subscribe", False, False, 200, "501", False), False),
    ],
)
def test_a_refusal_of_the_content_is_no_failure_of_the_platform(result, failure):
    assert is_failure(result) is failure


@database
def test_failing_live_calls_stop_new_live_bookings(shop, wall, platform, caplog):
    order = make_order(shop, mode="live")
    calls(wall, good=48, bad=2)
    assert send_ready_bookings() == 0
    booking = booking_of(order)
    assert (booking.state, booking.problem, booking.hold_reasons) == (
        "held", "blocked", ["live_braked"],
    )  # fmt: skip
    brake = LiveBrake.objects.get()
    assert (brake.calls, brake.failed, brake.tripped_at) == (50, 2, wall.now)
    assert ActionLog.objects.filter(action="orders.live_brake.tripped").count() == 1
    assert "braked" in caplog.text
    assert platform.booked == []


@database
def test_few_old_or_sandbox_failures_stop_nothing(shop, wall, platform):
    make_order(shop, mode="live")
    calls(wall, good=0, bad=49)
    calls(wall, good=0, bad=100, mode="sandbox")
    calls(wall, good=0, bad=100, ago=301)
    assert send_ready_bookings() == 1
    assert not LiveBrake.objects.exists()


@database
def test_the_sandbox_goes_on_and_live_never_falls_back_to_it(shop, wall, platform):
    calls(wall, good=0, bad=50)
    sandbox = make_order(make_merchant(is_test=True))
    live = make_order(shop, mode="live")
    watch_live_calls()
    send_ready_bookings()
    assert platform.modes == ["sandbox"]
    assert (booking_of(sandbox).state, booking_of(live).state) == ("booked", "held")
    assert live.parcels.get().shipment.mode == "live"


@database
def test_an_order_that_comes_while_it_is_on_is_held_at_once(shop, wall):
    calls(wall, good=0, bad=50)
    watch_live_calls()
    assert booking_of(make_order(shop, mode="live")).hold_reasons == ["live_braked"]


@database
def test_a_booking_in_doubt_is_still_cleared_up(shop, wall, platform):
    order = make_order(shop, mode="live")
    platform.answers = [LOST]
    send_ready_bookings()
    calls(wall, good=0, bad=50)
    wall.pass_seconds(10)
    assert send_ready_bookings() == 1
    assert booking_of(order).state == "booked"
    assert len({request.third_order_id for request in platform.booked}) == 1


@database
def test_a_person_releases_it_with_a_note_and_the_held_go_on(shop, wall, platform):
    order = make_order(shop, mode="live")
    calls(wall, good=0, bad=50)
    send_ready_bookings()
    with pytest.raises(NotAllowedNow):
        release_brake(note="", actor=ACTOR)
    release_brake(note="the platform said sorry", actor=ACTOR)
    assert booking_of(order).state == "ready"
    assert send_ready_bookings() == 1
    assert LiveBrake.objects.get().note == "the platform said sorry"
    assert ActionLog.objects.filter(action="orders.live_brake.released").exists()


@database
def test_failures_before_the_release_do_not_trip_it_again(shop, wall):
    calls(wall, good=0, bad=50)
    watch_live_calls()
    release_brake(note="seen", actor=ACTOR)
    wall.pass_seconds(2)
    assert watch_live_calls() is None
    calls(wall, good=0, bad=50)
    assert watch_live_calls() is not None
    assert LiveBrake.objects.count() == 2


@database
def test_what_is_also_held_otherwise_stays_held(shop, wall):
    order = make_order(shop, mode="live")
    Booking.objects.update(state="held", problem="blocked", hold_reasons=["staff", "live_braked"])
    assert free_braked() == 1
    assert (booking_of(order).state, booking_of(order).hold_reasons) == ("held", ["staff"])


@database
def test_one_booking_is_not_talked_past_the_brake(shop, wall):
    calls(wall, good=0, bad=50)
    watch_live_calls()
    booking = booking_of(make_order(shop, mode="live"))
    with pytest.raises(NotAllowedNow):
        release_booking(booking_id=booking.pk, actor=ACTOR)
    assert free_braked() == 0


@database
def test_a_braked_parcel_may_go_another_way(shop, wall):
    calls(wall, good=0, bad=50)
    watch_live_calls()
    order = make_order(shop, mode="live")
    bring_number(
        order_id=order.pk, position=1, carrier="yuantong", number="YT6180000000007", actor=ACTOR
    )
    assert order.parcels.get().shipment.mode == "manual"


@database
def test_releasing_a_brake_that_is_not_on_is_refused(shop):
    with pytest.raises(NotAllowedNow):
        release_brake(note="x", actor=ACTOR)


@database
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"calls": 1, "failed": 2}, "orders_brake_figures"),
        ({"failed": 0}, "orders_brake_figures"),
        ({"released_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "orders_brake_release_says_why"),
    ],
)
def test_a_brake_that_makes_no_sense_is_refused(values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LiveBrake.objects.create(**{"calls": 50, "failed": 2, **values})


@database
def test_only_one_brake_is_on():
    LiveBrake.objects.create(calls=50, failed=2)
    with pytest.raises(IntegrityError, match="orders_one_brake_on"), transaction.atomic():
        LiveBrake.objects.create(calls=50, failed=2)
