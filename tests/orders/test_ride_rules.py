"""What makes a ride impossible, and what callbacks do in any order. No platform is asked."""

from __future__ import annotations

import datetime as dt
from itertools import permutations

import pytest

from apps.baidiyun import services as gateway
from apps.baidiyun.choices import CoordinateSystem as Lbs
from apps.baidiyun.choices import ReplyOutcome
from apps.baidiyun.models import InboxRow
from apps.baidiyun.products.common import Reply
from apps.baidiyun.products.samecity import Ride as PlacedRide
from apps.baidiyun.products.samecity import RiderPosition
from apps.core import clock
from apps.orders.drafts import PlaceDraft, RideDraft
from apps.orders.errors import InvalidOrder, NotAllowedNow
from apps.orders.models import Booking, CarrierNotice, Order, Ride
from apps.orders.rides import city_of
from apps.orders.services import (
    ask_riders,
    cancel_order,
    change_booking_carrier,
    correct_order_address,
    create_order,
    send_cancellations,
    send_ready_bookings,
)
from apps.shipments.models import Event, Position
from tests.orders.builders import ACTOR, NOW, booking_of, make_merchant, make_order
from tests.orders.rides import DOOR, SHOP, make_ride, ride_draft, told

pytestmark = pytest.mark.usefixtures("business", "wall")
LOST = Reply(ReplyOutcome.UNKNOWN, None, "call_failed", "timeout")
PLACED = Reply(
    ReplyOutcome.DONE, PlacedRide("T1", "R1", "TC1234567890", None, None, None, None), "200"
)


@pytest.fixture
def platform(monkeypatch):
    """The platform's answers to orders of rides, one after the other; it prices nothing."""
    answers = [PLACED]
    monkeypatch.setattr(gateway, "price_rides", lambda **_: Reply(ReplyOutcome.UNKNOWN))
    monkeypatch.setattr(gateway, "price_ride", lambda **_: Reply(ReplyOutcome.UNKNOWN))
    asked: list[dict] = []

    def order_ride(**given):
        asked.append(given)
        return answers.pop(0)

    monkeypatch.setattr(gateway, "order_ride", order_ride)
    return answers, asked


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"ride": None}, "ride", "required"),
        ({"dropoff": PlaceDraft(30.2761, 120.1256)}, "ride.dropoff", "not_in_china"),
        ({"dropoff": PlaceDraft(float("nan"), 30.0)}, "ride.dropoff", "not_in_china"),
        ({"dropoff": PlaceDraft(121.47, 31.23)}, "ride.dropoff", "far_from_address"),
        ({"to_address": "浙江省宁波市海曙区中山西路1号"}, "recipient.city", "other_city"),
        ({"to_address": "浙江省杭州市文三路100号"}, "recipient.district", "required"),
        ({"to_name": "王" * 21}, "recipient.name", "too_long"),
        ({"carrier": "yuantong"}, "carrier", "no_rides"),
        ({"system": "mars"}, "ride.system", "unknown_choice"),
        ({"service": "teleport"}, "service", "unknown_choice"),
        ({"service": "parcel"}, "ride", "not_wanted"),
        ({"service": "parcel", "ride": None, "carrier": "uupaotui"}, "carrier", "only_rides"),
    ],
)
def test_an_impossible_ride_is_refused_with_its_field(merchant, given, field, code):
    with pytest.raises(InvalidOrder) as refused:
        create_order(merchant=merchant, draft=ride_draft(**given), mode="sandbox", actor=ACTOR)
    assert (field, code) in [(one.field, one.code) for one in refused.value.problems]
    assert not Order.objects.exists()


def test_a_shop_without_a_district_of_its_own_is_told_so(db):
    merchant = make_merchant(sender_district="", sender_street="")
    with pytest.raises(InvalidOrder) as refused:
        make_ride(merchant)
    assert [(one.field, one.code) for one in refused.value.problems] == [
        ("service", "sender_incomplete")
    ]


def test_both_ends_are_kept_in_wgs84(merchant):
    make_ride(merchant, ride=RideDraft(SHOP, DOOR, "gcj02"))
    ride = Ride.objects.get()
    assert 300 < (SHOP.longitude - ride.pickup_longitude) * 96_000 < 700
    assert abs(DOOR.latitude - ride.dropoff_latitude) < 0.004


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("330106000000", "330110000000", True),
        ("330106000000", "330203000000", False),
        ("110105000000", "110228000000", True),
        ("429004000000", "429005000000", False),
    ],
)
def test_a_city_is_told_from_another_by_its_code(one, other, same):
    assert (city_of(one) == city_of(other)) is same


def test_a_lost_answer_is_never_asked_again_and_a_callback_heals_it(merchant, platform, wall):
    answers, asked = platform
    answers[:] = [LOST]
    order = make_ride(merchant)
    send_ready_bookings()
    assert (booking_of(order).state, booking_of(order).problem) == ("unknown", "unknown")
    wall.pass_seconds(7200)
    assert (send_ready_bookings(), len(asked)) == (0, 1)
    told(order, "100", "2026-11-22 09:30:00", ride="R7")
    gateway.drain_once()
    booking = booking_of(order)
    assert (booking.state, booking.problem, booking.platform_order_id) == ("booked", "", "R7")


def test_a_worker_killed_while_ordering_does_not_send_a_second_rider(merchant, platform, wall):
    _answers, asked = platform
    order = make_ride(merchant)
    Booking.objects.update(state="sending", claimed_at=wall.now, send_started_at=NOW, sends=1)
    wall.pass_seconds(60)
    send_ready_bookings()
    assert asked == []
    assert (booking_of(order).state, booking_of(order).maybe_sent) == ("unknown", True)


def test_callbacks_in_any_order_and_number_come_to_the_same(merchant, platform):
    steps = [("100", "10:00:00"), ("310", "10:10:00"), ("520", "10:25:00")]
    outcomes = set()
    for order_of_arrival in permutations(range(3)):
        platform[0][:] = [PLACED]
        order = make_ride(merchant)
        send_ready_bookings()
        for place in (*order_of_arrival, order_of_arrival[0]):
            state, moment = steps[place]
            told(order, state, f"2026-11-22 {moment}")
            gateway.drain_once()
        shipment = order.parcels.get().shipment
        events = Event.objects.filter(shipment=shipment).values_list("status", "occurred_at")
        ride = order.parcels.get().ride
        order.refresh_from_db()
        outcomes.add(
            (order.status, shipment.status, shipment.picked_up_at, shipment.delivered_at,
             tuple(sorted(events)), ride.state, ride.ask_at)
        )  # fmt: skip
    assert len(outcomes) == 1
    assert next(iter(outcomes))[:2] == ("delivered", "delivered")


def test_nobody_riding_puts_the_parcel_onto_the_worklist_and_keeps_it_alive(merchant, platform):
    order = make_ride(merchant)
    send_ready_bookings()
    told(order, "720", "2026-11-22 10:15:00")
    gateway.drain_once()
    booking = booking_of(order)
    order.refresh_from_db()
    assert (booking.state, booking.problem, order.status) == ("failed", "refused", "blocked")
    assert order.parcels.get().shipment.closed_at is None


def test_a_callback_about_a_ride_nobody_knows_warns_of_two_riders(merchant, platform):
    order = make_ride(merchant)
    send_ready_bookings()
    row = told(order, "100", "2026-11-22 10:00:00", ride="R9")
    gateway.drain_once()
    row.refresh_from_db()
    assert (row.state, booking_of(order).problem) == ("aside", "revived")
    assert booking_of(order).platform_order_id == "R1"
    assert not Event.objects.filter(text__contains="骑手").exists()


def test_cancelling_waits_for_the_reference_that_a_callback_brings(merchant, platform, monkeypatch):
    cancelled: list[dict] = []
    monkeypatch.setattr(
        gateway, "cancel_ride",
        lambda **given: cancelled.append(given) or Reply(ReplyOutcome.DONE, None, "200"),
    )  # fmt: skip
    platform[0][:] = [LOST]
    order = make_ride(merchant)
    send_ready_bookings()
    cancel_order(order_id=order.pk, actor=ACTOR)
    send_cancellations()
    assert cancelled == []
    told(order, "0", "2026-11-22 10:00:00", ride="R3", taskId="T3")
    gateway.drain_once()
    Booking.objects.update(next_at=NOW)
    send_cancellations()
    order.refresh_from_db()
    assert (cancelled[0]["order_id"], cancelled[0]["task_id"]) == ("R3", "T3")
    assert order.status == "cancelled"


def on_the_road(merchant) -> Order:
    order = make_ride(merchant)
    send_ready_bookings()
    told(order, "310", "2026-11-22 10:00:00")
    gateway.drain_once()
    return order


@pytest.mark.parametrize(
    ("system", "given"),
    [
        (Lbs.BD09, (121.4847814685, 31.2343105937)),
        (Lbs.GCJ02, (121.4782230593, 31.2284577376)),
    ],
)
def test_a_riders_place_lands_as_wgs84_to_a_millimetre(
    merchant, platform, monkeypatch, system, given
):
    """The given points are coord_convert 0.2.1's, of 121.4737, 31.2304."""
    reply = Reply(ReplyOutcome.DONE, RiderPosition(*given, system), "200")
    monkeypatch.setattr(gateway, "locate_rider", lambda **_: reply)
    on_the_road(merchant)
    ask_riders()
    fix = Position.objects.get()
    assert abs(fix.latitude - 31.2304) * 111_320_000 < 1
    assert abs(fix.longitude - 121.4737) * 111_320_000 < 1
    assert (fix.source, fix.given_longitude, fix.given_latitude) == ("rider", *given)


def test_two_rounds_ask_once_and_the_same_fix_is_stored_once(merchant, platform, monkeypatch):
    asked = []
    place = RiderPosition(120.13, 30.28, Lbs.BD09)

    def locate(**given):
        asked.append(given["order_id"])
        return Reply(ReplyOutcome.DONE, place, "200")

    monkeypatch.setattr(gateway, "locate_rider", locate)
    on_the_road(merchant)
    assert (ask_riders().stored, ask_riders().asked) == (1, 0)
    with clock.frozen(NOW + dt.timedelta(seconds=25)):
        assert (ask_riders().stored, len(asked)) == (0, 2)
    with clock.frozen(NOW + dt.timedelta(seconds=90)):
        assert ask_riders().stored == 1
    assert asked == ["R1"] * 3
    assert Position.objects.count() == 2


def test_the_gateway_holding_back_ends_the_round_and_keeps_the_rider(
    merchant, platform, monkeypatch
):
    held = Reply(ReplyOutcome.NOT_SENT, None, "throttled", "", retry_after=30.0)
    monkeypatch.setattr(gateway, "locate_rider", lambda **_: held)
    on_the_road(merchant)
    assert ask_riders().through
    assert Ride.objects.get().ask_at == NOW + dt.timedelta(seconds=30)
    assert not Position.objects.exists()


def test_nobody_is_asked_for_after_the_door(merchant, platform, monkeypatch):
    monkeypatch.setattr(gateway, "locate_rider", lambda **_: pytest.fail("asked"))
    order = on_the_road(merchant)
    told(order, "520", "2026-11-22 10:20:00")
    gateway.drain_once()
    assert Ride.objects.get().ask_at is None
    assert ask_riders().asked == 0


def test_a_ride_keeps_its_point_and_its_kind_of_carrier(merchant, platform):
    order = make_ride(merchant)
    with pytest.raises(NotAllowedNow) as refused:
        correct_order_address(order_id=order.pk, fields={"street": "别处1号"}, actor=ACTOR)
    assert refused.value.code == "ride_is_fixed"
    with pytest.raises(InvalidOrder):
        change_booking_carrier(booking_id=booking_of(order).pk, carrier="yuantong", actor=ACTOR)
    assert booking_of(order).carrier == "dadatongcheng"


def test_a_callback_about_a_ride_of_an_ordinary_parcel_is_only_a_notice(merchant, platform):
    order = make_order(merchant)
    parcel = order.parcels.get()
    gateway.bind_return(
        topic="samecity", subject=parcel.pk, carrier="dadatongcheng", number="", mode="sandbox"
    )
    told(order, "310", "2026-11-22 10:00:00")
    gateway.drain_once()
    assert CarrierNotice.objects.count() == 1
    assert InboxRow.objects.get().state == "applied"
    assert not Event.objects.filter(shipment=parcel.shipment).exists()
