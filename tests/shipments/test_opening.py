"""Opening a shipment, giving it a number, cancelling it."""

from __future__ import annotations

import pytest

from apps.accounts.models import Merchant
from apps.baidiyun.models import Subscription
from apps.core import clock
from apps.shipments.errors import NumberInvalid, NumberTaken, ShipmentClosed
from apps.shipments.models import Event, Leg, Shipment, ShipmentChange
from apps.shipments.services import (
    apply_snapshots,
    assign_number,
    cancel_shipment,
    open_shipment,
)
from tests.shipments.builders import LIFE, START, at, inbox_row, make_shipment, push

pytestmark = pytest.mark.usefixtures("midday")


def open_bare(merchant: Merchant, **more: object) -> Shipment:
    values: dict[str, object] = {
        "merchant_id": merchant.pk,
        "reference": "A-1",
        "mode": "sandbox",
        "carrier": "yuantong",
        "created_at": START,
    }
    return open_shipment(**(values | more))  # type: ignore[arg-type]


def test_a_shipment_opens_with_a_leg_and_a_change_row(merchant: Merchant) -> None:
    shipment = open_bare(merchant)

    assert shipment.status == "created"
    assert shipment.uid.startswith("shp_")
    assert Leg.objects.get(shipment=shipment).number == ""
    assert ShipmentChange.objects.get(shipment=shipment).kinds == ["opened"]
    assert not Subscription.objects.exists()


def test_a_number_waits_for_its_pickup_and_is_subscribed(merchant: Merchant) -> None:
    shipment = open_bare(merchant, phone_tail="1234")

    shipment = assign_number(shipment_id=shipment.pk, carrier="yuantong", number=" yt1000000001 ")

    assert (shipment.number, shipment.status) == ("YT1000000001", "awaiting_pickup")
    assert Leg.objects.get(shipment=shipment).number == "YT1000000001"
    assert ShipmentChange.objects.latest("id").kinds == ["number", "status"]
    subscription = Subscription.objects.get()
    assert (subscription.subject, subscription.mode) == (shipment.pk, "sandbox")
    assert subscription.phone_tail == "1234"


def test_a_manual_shipment_is_tracked_by_the_live_platform(merchant: Merchant) -> None:
    make_shipment(merchant, mode="manual")
    assert Subscription.objects.get().mode == "live"


def test_the_same_number_again_changes_nothing(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    changes = ShipmentChange.objects.count()

    assign_number(shipment_id=shipment.pk, carrier="yuantong", number=shipment.number)

    assert ShipmentChange.objects.count() == changes
    assert Leg.objects.count() == Subscription.objects.count() == 1


def test_a_number_open_at_another_shipment_is_refused(merchant: Merchant) -> None:
    make_shipment(merchant)
    other = open_bare(merchant)

    with pytest.raises(NumberTaken) as refusal:
        assign_number(shipment_id=other.pk, carrier="yuantong", number="YT1000000001")

    other.refresh_from_db()
    assert refusal.value.permanent
    assert other.number == ""
    assert Subscription.objects.count() == 1


def test_a_manual_duplicate_of_the_same_merchant_is_refused_whole(merchant: Merchant) -> None:
    make_shipment(merchant, mode="manual")

    with pytest.raises(NumberTaken):
        make_shipment(merchant, mode="manual")

    assert Shipment.objects.count() == 1


def test_the_same_number_of_another_carrier_is_another_number(merchant: Merchant) -> None:
    make_shipment(merchant)
    make_shipment(merchant, carrier="zhongtong")
    assert Shipment.objects.count() == 2


def test_a_number_is_free_again_once_its_parcel_is_delivered(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply_snapshots([inbox_row(shipment, push(shipment.number, LIFE))])

    again = make_shipment(merchant)

    assert again.number == shipment.number


def test_a_second_number_opens_the_next_leg(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)

    shipment = assign_number(shipment_id=shipment.pk, carrier="zhongtong", number="ZT2000000002")

    first, second = Leg.objects.filter(shipment=shipment)
    assert first.closed_at == at(30)
    assert (second.sequence, second.number, second.closed_at) == (2, "ZT2000000002", None)
    assert (shipment.carrier, shipment.number) == ("zhongtong", "ZT2000000002")


@pytest.mark.parametrize(
    "number", ["", "12345", "A" * 33, "YT 1234567", "单号1234567", "-YT12345-"]
)
def test_what_is_no_number_is_refused(merchant: Merchant, number: str) -> None:
    shipment = open_bare(merchant)
    with pytest.raises(NumberInvalid):
        assign_number(shipment_id=shipment.pk, carrier="yuantong", number=number)


def test_cancelling_is_an_event_and_closes_the_number(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)

    cancelled = cancel_shipment(shipment_id=shipment.pk, reason="买家取消")

    event = Event.objects.get(shipment=shipment)
    assert (cancelled.status, cancelled.closed_at) == ("cancelled", at(30))
    assert (event.text, event.sources) == ("买家取消", 4)
    assert Leg.objects.get(shipment=shipment).closed_at == at(30)
    assert Subscription.objects.get().state == "cancelled"
    assert ShipmentChange.objects.latest("id").kinds == ["cancelled", "events", "status"]


def test_cancelling_twice_changes_nothing(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    cancel_shipment(shipment_id=shipment.pk)
    changes = ShipmentChange.objects.count()

    with clock.frozen(at(31)):
        cancel_shipment(shipment_id=shipment.pk)

    assert ShipmentChange.objects.count() == changes
    assert Event.objects.count() == 1


def test_what_is_delivered_cannot_be_cancelled_or_renumbered(merchant: Merchant) -> None:
    shipment = make_shipment(merchant)
    apply_snapshots([inbox_row(shipment, push(shipment.number, LIFE))])

    with pytest.raises(ShipmentClosed):
        cancel_shipment(shipment_id=shipment.pk)
    with pytest.raises(ShipmentClosed):
        assign_number(shipment_id=shipment.pk, carrier="yuantong", number="YT1000000009")

    shipment.refresh_from_db()
    assert shipment.status == "delivered"
