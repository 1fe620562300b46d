"""A merchant registers a number that is not theirs: it is no way into another's parcel."""

from __future__ import annotations

import pytest

from apps.baidiyun.models import Subscription
from apps.core import clock
from apps.orders.services import record_booking
from apps.shipments.errors import NumberTaken
from apps.shipments.models import Event, Leg, Shipment
from apps.shipments.services import apply_snapshots, assign_number, cancel_shipment, open_shipment
from tests.orders.builders import booking_of, done, make_merchant, make_order
from tests.shipments.builders import LIFE, at, inbox_row, node, push

pytestmark = pytest.mark.django_db
NUMBER = "YT1000000001"


def claimed(*, mode: str = "manual", hours: float = 0, number: str = NUMBER) -> Shipment:
    """A shipment of somebody who says the number is theirs."""
    with clock.frozen(at(hours)):
        return open_shipment(
            merchant_id=make_merchant(is_test=mode == "sandbox").pk,
            reference="squatter",
            mode=mode,
            carrier="yuantong",
            number=number,
        )


def waiting(*, mode: str = "live", hours: float = 0) -> Shipment:
    """A shipment that waits for the number the platform will give it."""
    with clock.frozen(at(hours)):
        return open_shipment(
            merchant_id=make_merchant(is_test=False).pk,
            reference="booked",
            mode=mode,
            carrier="yuantong",
        )


def given(shipment: Shipment, *, hours: float = 0) -> Shipment:
    """The shipment after the platform gave it the number."""
    with clock.frozen(at(hours)):
        return assign_number(shipment_id=shipment.pk, carrier="yuantong", number=NUMBER)


@pytest.mark.parametrize("mode", ["manual", "sandbox"])
def test_a_number_the_platform_gave_us_is_ours_whoever_claimed_it_before(mode):
    squatter, booked = claimed(mode=mode), waiting()
    given(booked, hours=1)
    open_legs = Leg.objects.filter(number=NUMBER, closed_at=None)
    assert [leg.shipment_id for leg in open_legs] == [booked.pk]
    assert not Subscription.objects.filter(
        subject=squatter.pk, state__in=["pending", "active"]
    ).exists()
    assert Subscription.objects.filter(subject=booked.pk, state="pending").exists()


def test_a_claimed_number_keeps_no_booking_from_its_parcel():
    claimed(number="YT6180000000001")
    booking = booking_of(make_order(make_merchant(is_test=False), mode="live"))
    booking.state, booking.hold_reasons, booking.problem = "ready", [], ""
    booking.save()
    Shipment.objects.filter(pk=booking.parcel.shipment_id).update(mode="live")
    record_booking(booking_id=booking.pk, answer=done("YT6180000000001"))
    booking.refresh_from_db()
    assert (booking.state, booking.problem) == ("booked", "")
    assert booking.parcel.shipment.number == "YT6180000000001"


def test_what_happens_after_the_parcel_was_booked_is_told_to_its_owner_only():
    squatter, booked = claimed(), waiting()
    booked = given(booked, hours=0.5)
    apply_snapshots([inbox_row(booked, push(NUMBER, LIFE))])
    apply_snapshots([inbox_row(squatter, push(NUMBER, LIFE))])
    booked.refresh_from_db()
    assert booked.status == "delivered"
    assert Event.objects.filter(shipment=booked).count() == len(LIFE)
    told = Event.objects.filter(shipment=squatter).values_list("status", flat=True)
    assert list(told) == ["expired"]


def test_a_shop_and_the_sandbox_take_no_number_from_a_booked_parcel():
    booked = given(waiting())
    for mode in ("manual", "sandbox"):
        with pytest.raises(NumberTaken):
            claimed(mode=mode, hours=1)
    assert Leg.objects.get(number=NUMBER, closed_at=None).shipment_id == booked.pk


def test_the_sandbox_takes_no_number_from_a_shop_but_a_shop_from_the_sandbox():
    toy = claimed(mode="sandbox")
    real = claimed(mode="manual", hours=1)
    assert Leg.objects.get(number=NUMBER, closed_at=None).shipment_id == real.pk
    with pytest.raises(NumberTaken):
        claimed(mode="sandbox", hours=2)
    toy.refresh_from_db()
    assert toy.merchant_id != real.merchant_id


def test_two_shops_cannot_both_claim_a_number():
    first = claimed()
    with pytest.raises(NumberTaken):
        claimed(hours=1)
    assert Leg.objects.get(number=NUMBER).shipment_id == first.pk


def test_a_delivered_parcels_late_return_is_not_diverted_by_claiming_its_number():
    booked = given(waiting())
    apply_snapshots([inbox_row(booked, push(NUMBER, LIFE))])
    with pytest.raises(NumberTaken):
        claimed(hours=30)
    back = (*LIFE, node(40, "【深圳】客户退回，退件已揽收", "6"))
    apply_snapshots([inbox_row(booked, push(NUMBER, back))])
    booked.refresh_from_db()
    assert booked.status != "delivered"


def test_a_number_used_again_months_later_may_be_claimed():
    booked = given(waiting())
    apply_snapshots([inbox_row(booked, push(NUMBER, LIFE))])
    later = claimed(hours=24 * 90)
    assert later.number == NUMBER


def test_a_number_whose_parcel_never_went_may_be_claimed_at_once():
    booked = given(waiting())
    with clock.frozen(at(1)):
        cancel_shipment(shipment_id=booked.pk)
    assert claimed(hours=2).number == NUMBER


def test_a_shop_may_bring_its_own_number_again():
    first = claimed()
    apply_snapshots([inbox_row(first, push(NUMBER, LIFE))])
    with clock.frozen(at(30)):
        again = open_shipment(
            merchant_id=first.merchant_id, reference="again", mode="manual",
            carrier="yuantong", number=NUMBER,
        )  # fmt: skip
    assert again.number == NUMBER


def test_the_evicted_claim_is_written_down_for_whoever_made_it():
    squatter = claimed()
    given(waiting(), hours=1)
    squatter.refresh_from_db()
    change = squatter.changes.order_by("-id").first()
    assert change is not None
    assert "number" in change.kinds
    assert squatter.number == NUMBER
    assert squatter.poll_due_at is None
