"""Scan events that cannot be right are raised; no fix is touched."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from apps.exceptions.models import Flag
from apps.exceptions.services import decide_flag, follow_scans, look_at_scans
from apps.shipments.models import Event, Leg, Shipment, ShipmentChange
from apps.shipments.services import ensure_partitions
from tests.exceptions.flags import uses_of
from tests.shipments.builders import at

HANGZHOU, URUMQI = "330100000000", "650100000000"


@pytest.fixture
def scanned(shipment) -> Shipment:
    ensure_partitions()
    scan(shipment, 1, HANGZHOU)
    scan(shipment, 1.2, URUMQI)
    return shipment


def scan(shipment: Shipment, hours: float, area: str) -> None:
    Event.objects.create(
        shipment_month=shipment.month, shipment=shipment, leg=Leg.objects.get(shipment=shipment),
        key=f"{hours:016.3f}".encode(), occurred_at=at(hours), heard_at=at(hours), area_code=area,
        sources=1,
    )  # fmt: skip


def changed(shipment: Shipment) -> None:
    ShipmentChange.objects.create(
        shipment=shipment, merchant_id=shipment.merchant_id, kinds=["events"], at=at(30)
    )


def follow_until_flagged() -> None:
    """Follow changes; what stands behind a transaction that runs just now stays back a moment."""
    until = time.monotonic() + 20
    while not Flag.objects.exists() and time.monotonic() < until:
        follow_scans()


def test_a_hop_no_vehicle_makes_is_raised_once(scanned) -> None:
    assert look_at_scans(shipment_ids=[scanned.pk]) == 1
    assert look_at_scans(shipment_ids=[scanned.pk]) == 0
    flag = Flag.objects.get()
    ids = list(Event.objects.order_by("id").values_list("id", flat=True))
    assert (flag.kind, flag.first_row, flag.last_row) == ("impossible_hop", ids[0], ids[1])
    assert set(uses_of(scanned)) == {"accepted"}


def test_a_decided_hop_is_not_raised_again_and_no_fix_changes(scanned, ann) -> None:
    look_at_scans(shipment_ids=[scanned.pk])
    decide_flag(flag_id=Flag.objects.get().pk, user=ann, state="confirmed")
    scan(scanned, 90, URUMQI)
    assert look_at_scans(shipment_ids=[scanned.pk]) == 0
    assert set(uses_of(scanned)) == {"accepted"}


def test_a_hop_that_is_explained_is_withdrawn(scanned) -> None:
    look_at_scans(shipment_ids=[scanned.pk])
    Event.objects.filter(area_code=URUMQI).update(occurred_at=at(1) + dt.timedelta(days=3))
    look_at_scans(shipment_ids=[scanned.pk])
    assert Flag.objects.get().state == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_changes_are_followed_once(scanned) -> None:
    changed(scanned)
    follow_until_flagged()
    assert Flag.objects.count() == 1
    assert follow_scans() == 0
