"""Raising the live share, the manual route, the number the shop brings."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, ProgrammingError

from apps.baidiyun.models import ApiCall, Subscription
from apps.core.models import ActionLog
from apps.orders import route_selectors as selectors
from apps.orders.errors import InvalidOrder, NotAllowedNow
from apps.orders.models import Booking, LiveShare, ShadowCall
from apps.orders.quoting import PriceAnswer
from apps.orders.services import (
    bring_number,
    cancel_order,
    change_booking_carrier,
    lower_share,
    raise_share,
    release_booking,
    retry_booking,
    run_shadow_calls,
    send_ready_bookings,
    set_shadow,
)
from tests.orders.builders import (
    ACTOR,
    LOST,
    NOW,
    booking_of,
    everything_live,
    make_merchant,
    make_order,
    refused,
)

pytestmark = [pytest.mark.usefixtures("business"), pytest.mark.django_db]
NUMBER = "YT6180000000007"


@pytest.fixture(autouse=True)
def _live_account(settings):
    account = {"base_url": "", "key": "k", "customer": "c", "secret": "s"}
    settings.BAIDIYUN = {**settings.BAIDIYUN, "live": account}


@pytest.fixture
def shop(wall):
    return make_merchant(is_test=False)


@pytest.fixture
def manual(shop):
    return make_order(shop, mode="live")


def step(percent: int, **given) -> LiveShare:
    return raise_share(percent=percent, note="went well", actor=ACTOR, **given)


def bring(order, number=NUMBER, carrier="yuantong", position=1):
    return bring_number(
        order_id=order.pk, position=position, carrier=carrier, number=number, actor=ACTOR
    )


def test_without_a_raised_share_a_real_parcel_waits_for_its_number(manual, platform):
    booking = booking_of(manual)
    assert (booking.state, booking.hold_reasons) == ("held", ["manual_route"])
    assert manual.parcels.get().shipment.mode == "manual"
    assert send_ready_bookings() == 0
    assert platform.booked == []


def test_the_share_is_raised_step_by_step_with_a_note(db):
    assert step(1).percent == 1
    assert step(5).percent == 5
    assert [row.percent for row in selectors.share_history()] == [5, 1]
    assert ActionLog.objects.filter(action="orders.live_share.raised").count() == 2


@pytest.mark.parametrize("percent", [0, 5, 7, 100])
def test_no_step_is_skipped(db, percent):
    with pytest.raises(NotAllowedNow):
        step(percent)
    assert not LiveShare.objects.exists()


def test_a_share_without_a_note_is_refused(db):
    with pytest.raises(NotAllowedNow):
        raise_share(percent=1, note=" ", actor=ACTOR)
    assert not LiveShare.objects.exists()


def test_a_place_starts_from_what_counts_for_it(shop):
    for percent in (1, 5, 10):
        step(percent)
    with pytest.raises(NotAllowedNow):
        step(1, merchant=shop)
    assert step(25, merchant=shop, carrier="yuantong").percent == 25


def test_a_test_merchants_share_cannot_be_raised(db):
    with pytest.raises(NotAllowedNow):
        step(1, merchant=make_merchant(is_test=True))


def test_no_share_takes_a_test_merchant_live(wall, platform):
    everything_live()
    order = make_order(make_merchant(is_test=True), mode="live")
    send_ready_bookings()
    assert order.parcels.get().shipment.mode == "sandbox"
    assert platform.modes == ["sandbox"]


def test_lowering_goes_to_any_smaller_step_and_leaves_what_is_live(shop, platform):
    everything_live()
    order = make_order(shop, mode="live")
    lower_share(percent=5, note="trouble", actor=ACTOR)
    assert order.parcels.get().shipment.mode == "live"
    with pytest.raises(NotAllowedNow):
        lower_share(percent=10, note="x", actor=ACTOR)
    send_ready_bookings()
    assert platform.modes == ["live"]


def test_raising_leaves_manual_orders_manual(manual, platform):
    everything_live()
    assert send_ready_bookings() == 0
    assert booking_of(manual).hold_reasons == ["manual_route"]


@pytest.mark.parametrize(
    "statement", ["UPDATE orders_liveshare SET percent = 1", "DELETE FROM orders_liveshare"]
)
def test_the_history_of_the_share_cannot_be_changed(db, statement):
    everything_live()
    with (
        pytest.raises((InternalError, ProgrammingError, IntegrityError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert LiveShare.objects.get().percent == 100


@pytest.mark.parametrize(
    ("values", "constraint"),
    [({"percent": 7}, "orders_share_is_a_step"), ({"note": ""}, "orders_share_says_why")],
)
def test_a_share_that_makes_no_sense_is_refused(db, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LiveShare.objects.create(**{"percent": 5, "note": "x", **values})


def test_a_number_that_is_brought_is_only_tracked(manual, platform):
    bring(manual)
    booking, shipment = booking_of(manual), manual.parcels.get().shipment
    assert (booking.state, booking.problem, booking.hold_reasons) == ("brought", "", [])
    assert (shipment.number, shipment.mode) == (NUMBER, "manual")
    assert Subscription.objects.get().mode == "live"
    manual.refresh_from_db()
    assert manual.status == "booked"
    assert send_ready_bookings() == 0
    assert platform.booked == []


def test_the_same_number_twice_changes_nothing(manual):
    bring(manual)
    bring(manual)
    assert ActionLog.objects.filter(action="orders.number_brought").count() == 1
    assert manual.parcels.get().shipment.legs.count() == 1


def test_another_number_corrects_the_first(manual):
    bring(manual)
    bring(manual, number="73100012345678", carrier="zhongtong")
    shipment = manual.parcels.get().shipment
    assert (shipment.carrier, shipment.number) == ("zhongtong", "73100012345678")


@pytest.mark.parametrize(
    ("given", "field"),
    [({"carrier": "nobody"}, "carrier"), ({"number": "?!"}, "carrier_number")],
)
def test_an_impossible_number_is_named(manual, given, field):
    with pytest.raises(InvalidOrder) as caught:
        bring(manual, **given)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert booking_of(manual).state == "held"


def test_a_number_on_its_way_elsewhere_is_refused(manual, shop):
    bring(manual)
    with pytest.raises(InvalidOrder):
        bring(make_order(shop, mode="live"))


def test_a_booked_parcel_takes_no_brought_number(shop, platform):
    everything_live()
    order = make_order(shop, mode="live")
    send_ready_bookings()
    with pytest.raises(NotAllowedNow):
        bring(order, number="YT6180000000099")
    assert order.parcels.get().shipment.mode == "live"


def test_a_parcel_that_may_be_booked_takes_no_brought_number(shop, platform):
    everything_live()
    order = make_order(shop, mode="live")
    platform.answers = [LOST]
    send_ready_bookings()
    with pytest.raises(NotAllowedNow):
        bring(order)


def test_a_live_parcel_the_platform_refused_may_go_another_way(shop, platform):
    from apps.baidiyun.choices import BookingProblem as Word

    everything_live()
    order = make_order(shop, mode="live")
    platform.answers = [refused(Word.REFUSED)]
    send_ready_bookings()
    bring(order)
    assert order.parcels.get().shipment.mode == "manual"
    assert booking_of(order).state == "brought"


def test_a_manual_booking_is_neither_released_nor_retried(manual, platform):
    booking = booking_of(manual)
    for act in (release_booking, retry_booking):
        with pytest.raises(NotAllowedNow):
            act(booking_id=booking.pk, actor=ACTOR)
    change_booking_carrier(booking_id=booking.pk, carrier="zhongtong", actor=ACTOR)
    assert send_ready_bookings() == 0
    assert platform.booked == []


def test_a_manual_booking_that_became_ready_by_mistake_is_not_sent(manual, platform):
    Booking.objects.update(state="ready", hold_reasons=[], problem="")
    assert send_ready_bookings() == 0
    assert booking_of(manual).hold_reasons == ["manual_route"]
    assert platform.booked == []


def test_a_brought_parcel_can_be_cancelled(manual):
    bring(manual)
    order = cancel_order(order_id=manual.pk, actor=ACTOR)
    assert order.status == "cancelled"
    assert manual.parcels.get().shipment.status == "cancelled"


def test_shadow_calls_ask_for_a_price_once_and_book_nothing(shop, platform):
    asked = []
    order = make_order(shop, mode="live")

    def ask(question):
        asked.append(question)
        return PriceAnswer(ok=True, price=Decimal("9.50"), code="200")

    assert run_shadow_calls(ask=ask) == 0
    set_shadow(shadow=True, note="compare", actor=ACTOR)
    assert (run_shadow_calls(ask=ask), run_shadow_calls(ask=ask)) == (1, 0)
    call = ShadowCall.objects.get()
    assert (call.theirs["price"], call.agrees) == ("9.50", True)
    assert asked[0].weight_grams == order.parcels.get().weight_grams
    assert order.recipient_phone not in repr(asked)
    assert platform.booked == []
    assert selectors.shadow_overview(since=call.at).agreed == 1


def test_a_shadow_call_that_fails_is_written_down(manual):
    from apps.baidiyun.errors import CallFailed

    def ask(question):
        raise CallFailed("time is up", sent=True)

    set_shadow(shadow=True, note="compare", actor=ACTOR)
    run_shadow_calls(ask=ask)
    call = ShadowCall.objects.get()
    assert (call.agrees, call.error) == (None, "call_failed: time is up")


def test_sandbox_parcels_have_no_shadow(merchant, wall):
    make_order(merchant)
    set_shadow(shadow=True, note="compare", actor=ACTOR)
    assert run_shadow_calls(ask=lambda question: PriceAnswer(ok=True)) == 0


def test_the_overview_counts_each_route(shop, manual, platform, wall):
    make_order(make_merchant(is_test=True))
    everything_live()
    make_order(shop, mode="live")
    for code, ok in (("200", True), ("503", False)):
        ApiCall.objects.create(
            product="book", mode="live", url_path="/", ok=ok, return_code=code, http_status=200,
            duration_ms=100, at=wall.now,
        )  # fmt: skip
    wall.pass_seconds(1)
    since = wall.now.replace(year=2000)
    found = {row.route: row for row in selectors.route_overview(since=NOW, calls_since=since)}
    assert {name: row.parcels for name, row in found.items()} == {
        "live": 1, "sandbox": 1, "manual": 1,
    }  # fmt: skip
    live = found["live"]
    assert (live.calls, live.failed, live.error_rate, live.median_ms) == (2, 1, 0.5, 100.0)
    assert [row.order_id for row in selectors.parcels_by_route("manual")] == [manual.pk]
