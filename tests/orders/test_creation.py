"""An order comes in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from apps.baidiyun.models import Subscription
from apps.core.models import ActionLog
from apps.orders.drafts import ParcelDraft
from apps.orders.errors import DuplicateOrder, InvalidOrder, MerchantInactive
from apps.orders.models import Booking, Order, Parcel
from apps.orders.services import create_order
from apps.shipments.models import Shipment
from tests.orders.builders import (
    ACTOR,
    NOW,
    booking_of,
    draft,
    everything_live,
    make_merchant,
    make_order,
)

pytestmark = pytest.mark.usefixtures("business")


def test_an_order_is_stored_with_lines_a_parcel_a_shipment_and_a_ready_booking(merchant):
    order = make_order(merchant)
    parcel = order.parcels.get()
    booking = booking_of(order)
    assert order.lines.get().title == "龙井茶"
    assert (order.status, booking.state) == ("booking", "ready")
    assert booking.third_order_id == f"{parcel.shipment.uid}-1"
    assert len(booking.third_order_id) <= 32
    assert parcel.shipment.reference == order.number
    assert parcel.shipment.phone_tail == "8000"
    assert parcel.weight_grams == 700
    assert order.value == Decimal("176.00")


def test_the_address_is_split_and_has_a_centre(merchant):
    order = make_order(merchant, to_address="广东深圳南山科技园路１号。")
    assert (order.province, order.city, order.district) == ("广东省", "深圳市", "南山区")
    assert (order.street, order.address_code) == ("科技园路1号", "440305000000")
    assert order.longitude == pytest.approx(113.93, abs=0.1)
    assert order.originals == {"recipient.address": "广东深圳南山科技园路１号。"}
    assert order.parcels.get().shipment.destination_code == "440305000000"


def test_nothing_is_sent_while_an_order_comes_in(merchant, platform):
    make_order(merchant)
    assert platform.booked == []


def test_a_contradictory_address_is_accepted_with_a_warning_and_held(merchant):
    order = make_order(merchant, to_address="浙江省深圳市南山区科技园1号")
    booking = booking_of(order)
    assert [warning["code"] for warning in order.warnings] == ["contradiction"]
    assert (order.province, order.city, order.address_code) == ("浙江省", "深圳市", "")
    assert (booking.state, booking.problem, booking.hold_reasons) == (
        "held",
        "bad_address",
        ["address"],
    )
    assert order.status == "blocked"


def test_an_impossible_order_names_each_field_and_leaves_nothing_behind(merchant):
    with pytest.raises(InvalidOrder) as caught:
        make_order(merchant, to_phone="123", currency="RMB", to_address="人民路1号")
    fields = {problem.field for problem in caught.value.problems}
    assert fields == {"recipient.phone", "currency", "recipient.address"}
    assert not Order.objects.exists()
    assert not Shipment.objects.exists()


def test_a_repeated_number_is_refused_and_leaves_the_first_alone(merchant):
    first = make_order(merchant, number="A1")
    with pytest.raises(DuplicateOrder) as caught:
        make_order(merchant, number=" Ａ1 ")
    assert caught.value.field == "number"
    assert Order.objects.get() == first
    assert Shipment.objects.count() == 1


def test_two_merchants_may_use_the_same_number(merchant):
    make_order(merchant, number="A1")
    make_order(make_merchant(), number="A1")
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    ("is_test", "mode", "expected"),
    [
        (True, "live", "sandbox"),
        (True, "sandbox", "sandbox"),
        (False, "sandbox", "sandbox"),
        (False, "live", "live"),
    ],
)
def test_a_test_merchant_and_a_sandbox_key_stay_in_the_sandbox(db, is_test, mode, expected):
    everything_live()
    order = make_order(make_merchant(is_test=is_test), mode=mode)
    assert (order.mode, order.parcels.get().shipment.mode) == (expected, expected)


def test_a_live_order_without_credentials_is_held_with_the_reason(db, settings):
    settings.BAIDIYUN = {**settings.BAIDIYUN, "live": {}}
    everything_live()
    booking = booking_of(make_order(make_merchant(is_test=False), mode="live"))
    assert (booking.state, booking.problem) == ("held", "blocked")
    assert booking.hold_reasons == ["live_not_configured"]


def test_a_parcel_with_its_own_number_is_only_tracked(merchant):
    box = ParcelDraft(weight_grams=500, carrier="zhongtong", number="73100012345678")
    order = make_order(merchant, parcels=(box,))
    shipment = order.parcels.get().shipment
    assert (shipment.number, shipment.mode) == ("73100012345678", "sandbox")
    assert not Booking.objects.exists()
    assert Subscription.objects.get(topic="tracking").subject == shipment.pk
    assert order.status == "booked"


def test_a_real_parcel_with_its_own_number_takes_the_manual_route(db):
    box = ParcelDraft(weight_grams=500, carrier="zhongtong", number="73100012345678")
    order = make_order(make_merchant(is_test=False), mode="live", parcels=(box,))
    assert order.parcels.get().shipment.mode == "manual"


def test_a_number_that_is_on_its_way_already_is_named(merchant):
    box = ParcelDraft(weight_grams=500, carrier="zhongtong", number="73100012345678")
    make_order(merchant, parcels=(box,))
    with pytest.raises(InvalidOrder) as caught:
        make_order(merchant, parcels=(box,))
    assert [problem.field for problem in caught.value.problems] == ["parcels.0.number"]
    assert Order.objects.count() == 1


def test_an_order_may_travel_in_several_shipments(merchant):
    boxes = (ParcelDraft(weight_grams=500), ParcelDraft(weight_grams=900))
    order = make_order(merchant, parcels=boxes)
    assert [parcel.weight_grams for parcel in order.parcels.all()] == [500, 900]
    assert Booking.objects.count() == 2


def test_an_unknown_carrier_is_named(merchant):
    with pytest.raises(InvalidOrder) as caught:
        make_order(merchant, carrier="owlpost")
    assert [problem.code for problem in caught.value.problems] == ["unknown_carrier"]


def test_abroad_a_carrier_is_taken_that_goes_there(merchant):
    order = make_order(
        merchant,
        carrier="yuantong",
        to_country="US",
        to_phone="+14155552671",
        to_address="1 First St",
        to_city="San Jose",
        to_postcode="95113",
    )
    assert booking_of(order).carrier == "emsguoji"
    assert [warning["code"] for warning in order.warnings] == ["carrier_changed"]
    assert order.parcels.get().shipment.destination_country == "US"
    assert order.parcels.get().shipment.legs.get().kind == "line_haul"


def test_an_inactive_merchant_places_no_orders(db):
    with pytest.raises(MerchantInactive):
        make_order(make_merchant(is_active=False))
    assert not Parcel.objects.exists()


def test_who_placed_the_order_is_written_down(merchant):
    order = make_order(merchant)
    logged = ActionLog.objects.get(action="orders.created")
    assert (logged.subject_id, logged.merchant_id) == (str(order.pk), merchant.pk)


def test_times_are_business_time_unless_given(merchant):
    earlier = NOW.replace(hour=1)
    order = create_order(
        merchant=merchant, draft=draft(), mode="sandbox", actor=ACTOR, placed_at=earlier
    )
    assert (order.created_at, order.placed_at) == (NOW, earlier)
