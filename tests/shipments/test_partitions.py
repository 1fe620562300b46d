"""Events live in the partition of their shipment's month; none is ever lost."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from apps.accounts.models import Merchant
from apps.core import clock
from apps.shipments.models import Event
from apps.shipments.services import apply_snapshots, ensure_partitions
from tests.shipments.builders import LIFE, inbox_row, make_shipment, push

FAR = dt.datetime(2031, 5, 10, tzinfo=dt.UTC)


def holder(event: Event) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass FROM shipments_event WHERE id = %s", [event.pk])
        return str(cursor.fetchone()[0])


def life(merchant: Merchant, created_at: dt.datetime) -> Event:
    """A shipment of that moment with one event."""
    shipment = make_shipment(merchant, created_at=created_at, mode="manual", number="YT8800000001")
    moment = created_at + dt.timedelta(hours=10)
    local = moment.strftime("%Y-%m-%d %H:%M:%S")
    with clock.frozen(moment):
        apply_snapshots([inbox_row(shipment, push(shipment.number, [{**LIFE[0], "time": local}]))])
    return Event.objects.get(shipment=shipment)


def test_events_go_to_the_month_of_their_shipment(merchant: Merchant) -> None:
    event = life(merchant, dt.datetime(2026, 11, 30, 23, tzinfo=dt.UTC))
    assert event.occurred_at.month == 12
    assert holder(event) == "shipments_event_p202611"


def test_a_month_without_a_partition_falls_into_the_net_and_moves_out_of_it(
    merchant: Merchant,
) -> None:
    event = life(merchant, FAR)
    caught = holder(event)

    created = ensure_partitions(first=FAR.date(), last=FAR.date())

    assert caught == "shipments_event_default"
    assert created == ["shipments_event_p203105", "shipments_position_p203105"]
    assert holder(event) == "shipments_event_p203105"
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_making_partitions_twice_makes_them_once() -> None:
    with clock.frozen(FAR):
        first, second = ensure_partitions(), ensure_partitions()
    assert len(first) == 18
    assert second == []


def test_the_database_refuses_the_same_node_twice(merchant: Merchant) -> None:
    event = life(merchant, FAR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(
            shipment_month=event.shipment_month,
            shipment_id=event.shipment_id,
            leg_id=event.leg_id,
            key=event.key,
            occurred_at=FAR,
            heard_at=FAR,
            sources=1,
        )
