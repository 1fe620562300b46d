"""Messages are written with what they tell, for those who asked, once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from apps.accounts.models import Merchant
from apps.core import clock
from apps.core.actions import Actor
from apps.core.metrics.book import book
from apps.core.metrics.names import Metric
from apps.core.models import MetricBucket
from apps.shipments.services import apply_snapshots
from apps.webhooks.choices import DeliveryState, EndpointMode, MessageKind
from apps.webhooks.models import Delivery, Endpoint, Message
from apps.webhooks.selectors import outbox_state
from apps.webhooks.services import (
    Draft,
    add_endpoint,
    purge_messages,
    queue_messages,
    switch_endpoint,
)
from config.management.commands.seed import settle_past
from tests.shipments.builders import LIFE, at, inbox_row, make_shipment, push

KIND = MessageKind.STATUS_CHANGED.value


def draft(merchant: Merchant, **more: object) -> Draft:
    values = {
        "merchant_id": merchant.pk, "mode": "sandbox", "kind": KIND, "subject": "shp_1",
        "payload": {"type": KIND, "data": {"text": "已签收\\ \x1e"}}, "occurred_at": at(1),
    }  # fmt: skip
    return Draft(**{**values, **more})  # type: ignore[arg-type]


def test_a_changed_status_is_one_message_in_the_transaction_that_changed_it(
    merchant: Merchant, endpoint: Endpoint
) -> None:
    with clock.frozen(at(30)):
        shipment = make_shipment(merchant)
        Message.objects.all().delete()
        apply_snapshots([inbox_row(shipment, push(shipment.number, LIFE))])
        apply_snapshots([inbox_row(shipment, push(shipment.number, LIFE, status="updateall"))])

    message = Message.objects.get()
    assert message.kind == KIND
    assert message.subject == shipment.uid
    assert message.occurred_at == at(26)
    assert message.payload["data"]["status"] == "delivered"
    assert message.payload["data"]["previous_status"] == "awaiting_pickup"
    assert Delivery.objects.get(message=message).endpoint == endpoint


def test_shops_are_not_told_again_of_the_past_a_demo_is_planted_with(
    merchant: Merchant, endpoint: Endpoint
) -> None:
    queue_messages([draft(merchant)])
    book.add(Metric.MESSAGE_TOLD, "", [3_600.0])
    book.flush()

    settle_past()

    assert (Delivery.objects.count(), Message.objects.count()) == (0, 0)
    assert not MetricBucket.objects.exists()
    assert Endpoint.objects.get() == endpoint


def test_what_is_rolled_back_was_never_said(merchant: Merchant, endpoint: Endpoint) -> None:
    with transaction.atomic():
        queue_messages([draft(merchant)])
        transaction.set_rollback(True)

    assert not Message.objects.exists()


def test_a_number_given_to_a_parcel_is_told_once(merchant: Merchant, endpoint: Endpoint) -> None:
    with clock.frozen(at(30)):
        make_shipment(merchant)

    assert [m.payload["data"]["status"] for m in Message.objects.all()] == ["awaiting_pickup"]


def test_a_message_nobody_asked_for_is_kept_and_marked(merchant: Merchant) -> None:
    queue_messages([draft(merchant)])

    assert Message.objects.get().is_unheard
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("mode", "kind", "heard"),
    [("sandbox", KIND, True), ("live", KIND, False), ("sandbox", "something.else", False)],
)
def test_only_who_asked_for_the_kind_in_the_mode_hears(
    merchant: Merchant, mode: str, kind: str, heard: bool
) -> None:
    add_endpoint(
        merchant=merchant, mode=EndpointMode.SANDBOX, url="https://shop.example/hook",
        actor=Actor.system("test"), kinds=[KIND],
    )  # fmt: skip

    queue_messages([draft(merchant, mode=mode, kind=kind)])

    assert Delivery.objects.exists() is heard
    assert Message.objects.get().is_unheard is not heard


def test_another_merchants_endpoint_hears_nothing(endpoint: Endpoint) -> None:
    from tests.shipments.builders import make_merchant

    queue_messages([draft(make_merchant("bob"))])

    assert not Delivery.objects.exists()


def test_an_endpoint_that_is_off_gets_no_new_messages(
    merchant: Merchant, endpoint: Endpoint
) -> None:
    switch_endpoint(endpoint_id=endpoint.pk, active=False, actor=Actor.system("test"))

    queue_messages([draft(merchant)])

    assert Message.objects.get().is_unheard


def test_the_oldest_unsent_message_is_known(merchant: Merchant, endpoint: Endpoint) -> None:
    assert outbox_state().oldest is None
    queue_messages([draft(merchant), draft(merchant)])
    Message.objects.update(created_at=clock.real_now() - dt.timedelta(minutes=5))

    state = outbox_state()

    assert state.waiting == 2
    assert state.oldest is not None
    assert dt.timedelta(minutes=5) <= state.oldest < dt.timedelta(minutes=6)


def test_old_settled_messages_go_and_what_waits_stays(
    merchant: Merchant, endpoint: Endpoint
) -> None:
    queue_messages([draft(merchant), draft(merchant, subject="shp_2")])
    Message.objects.update(created_at=clock.real_now() - dt.timedelta(days=31))
    waits = Delivery.objects.get(message__subject="shp_1")
    Delivery.objects.exclude(pk=waits.pk).update(state=DeliveryState.GIVEN_UP.value)

    assert purge_messages() == 1

    assert list(Message.objects.all()) == [waits.message]
    assert list(Delivery.objects.all()) == [waits]
