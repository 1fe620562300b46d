"""Pushes nobody signs: a pickup code is kept and shown masked, a webhook only wakes a poll."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction

from apps.baidiyun import topics
from apps.baidiyun.choices import Topic
from apps.baidiyun.errors import MalformedPayload
from apps.baidiyun.models import Subscription
from apps.shipments.models import Event, PickupSpot
from apps.shipments.services import apply_pickup_codes, apply_webhooks
from tests.shipments.builders import at, inbox_row, make_shipment

pytestmark = pytest.mark.usefixtures("midday")
NUMBER = "YT1000000001"


def code(shipment, **param):
    return inbox_row(shipment, json.dumps({"kuaidinum": NUMBER, **param}, ensure_ascii=False))


def webhook(shipment):
    items = [{"time": "2026-11-22 10:00:00", "context": "已签收", "order_status_code": "3"}]
    body = {"event": "tracking", "tracking_number": NUMBER, "items": items}
    return inbox_row(shipment, json.dumps(body, ensure_ascii=False))


@pytest.fixture
def shipment(merchant):
    return make_shipment(merchant)


def test_shipments_own_both_topics():
    assert topics.applier_for(Topic.PICKUP_CODE) is apply_pickup_codes
    assert topics.applier_for(Topic.KD100) is apply_webhooks


def test_a_code_is_kept_with_its_station_and_shown_masked(shipment):
    row = code(shipment, pickUpCode="3-2-8014", pickUpStation="菜鸟驿站", pickUpAddress="文三路1号")
    assert apply_pickup_codes([row])[0].state == "applied"
    spot = PickupSpot.objects.get(shipment=shipment)
    assert (spot.code, spot.station, spot.heard_at) == ("3-2-8014", "菜鸟驿站", at(30))
    assert (spot.masked_code, str(spot)) == ("******14", "菜鸟驿站 ******14")
    assert "8014" not in str(spot)


@pytest.mark.parametrize(("given", "shown"), [("", ""), ("7", "*"), ("77", "**"), ("123", "**3")])
def test_a_short_code_is_hidden_whole(given, shown):
    assert PickupSpot(code=given).masked_code == shown


def test_a_later_push_adds_what_it_knows_and_takes_nothing_away(shipment):
    apply_pickup_codes([code(shipment, pickUpStation="菜鸟驿站")])
    apply_pickup_codes([code(shipment, pickUpCode="8014")])
    spot = PickupSpot.objects.get()
    assert (spot.code, spot.station) == ("8014", "菜鸟驿站")


def test_no_code_yet_is_skipped(shipment):
    answer = apply_pickup_codes([code(shipment, statusDesc="暂无")])[0]
    assert (answer.state, answer.note) == ("skipped", "no code yet")
    assert not PickupSpot.objects.exists()


@pytest.mark.parametrize(
    ("number", "ours", "note"),
    [("YT9", True, "about another number"), (NUMBER, False, "no such shipment")],
)
def test_what_is_not_about_the_parcel_is_kept_aside(shipment, number, ours, note):
    row = inbox_row(shipment, json.dumps({"kuaidinum": number, "pickUpCode": "8014"}))
    row.subject = shipment.pk if ours else 0
    answer = apply_pickup_codes([row])[0]
    assert (answer.state, answer.note) == ("aside", note)
    assert not PickupSpot.objects.exists()


def test_a_code_without_a_number_cannot_be_read(shipment):
    with pytest.raises(MalformedPayload):
        apply_pickup_codes([inbox_row(shipment, '{"pickUpCode": "8014"}')])


def test_a_webhook_makes_no_event_but_wakes_a_poll(shipment):
    before = shipment.status
    first, second = (apply_webhooks([webhook(shipment)])[0] for _ in range(2))
    assert (first.state, first.note) == ("aside", "not signed: a confirming poll is queued")
    assert second.state == "aside"
    assert Subscription.objects.get(subject=shipment.pk).poll_wanted_at == at(30)
    shipment.refresh_from_db()
    assert shipment.status == before
    assert not Event.objects.exists()


def test_a_webhook_of_nobody_wakes_nothing(shipment):
    row = webhook(shipment)
    row.subject = 0
    assert apply_webhooks([row])[0].note == "no such shipment"
    assert Subscription.objects.get(subject=shipment.pk).poll_wanted_at is None


def test_a_spot_that_says_nothing_is_refused(shipment):
    with pytest.raises(IntegrityError, match="says_something"), transaction.atomic():
        PickupSpot.objects.create(shipment=shipment)
